using System.Text.Json;
using VirtAgents.Cli.Tests.Fixtures;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Tests.Commands;

public sealed class RequestCommandTests
{
    [Fact]
    public async Task Submit_AllOptions_AreSent()
    {
        await using var collector = await InProcessCollector.StartAsync();
        var ended = await collector.RunAsync(
            "request", "submit", "web", "--host", "alpha", "--duration", "2h", "--priority", "7", "--tenant", "red", "--not-before", "2026-12-01T22:00Z", "--deadline", "2026-12-02T04:00Z",
            "--note", "nightly", "--actor", "ann", "--id", FixedQueueService.Waiting);
        Assert.Equal(0, ended.Code);
        Assert.Contains("why         waits: the quota of tenant 'red' is used up", ended.Output, StringComparison.Ordinal);
        var sent = collector.Requests.Submitted!;
        Assert.Equal(("web", "alpha", 7_200.0, 7, "red", "nightly", "ann", FixedQueueService.Waiting), (sent.Vm, sent.Host, sent.EstimateSeconds, sent.Priority, sent.Tenant, sent.Note, sent.Actor, sent.Id));
        Assert.Equal(
            (new DateTimeOffset(2026, 12, 1, 22, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds(), new DateTimeOffset(2026, 12, 2, 4, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds()),
            (sent.NotBeforeUnixMs, sent.DeadlineUnixMs));
    }

    [Fact]
    public async Task Submit_VmAlone_LeavesWhatIsUnknownOut()
    {
        await using var collector = await InProcessCollector.StartAsync();
        Assert.Equal(0, (await collector.RunAsync("request", "submit", "web", "--deadline", "2h")).Code);
        var sent = collector.Requests.Submitted!;
        Assert.Equal((false, false, 0L, "", false), (sent.HasEstimateSeconds, sent.HasPriority, sent.NotBeforeUnixMs, sent.Id, sent.Anywhere));
        Assert.True(sent.DeadlineUnixMs > 7_200_000);
    }

    [Fact]
    public async Task Submit_Anywhere_IsSentAndShowTellsTheChoice()
    {
        await using var collector = await InProcessCollector.StartAsync();
        Assert.Equal(0, (await collector.RunAsync("request", "submit", "web", "--anywhere")).Code);
        Assert.True(collector.Requests.Submitted!.Anywhere);
        var shown = (await collector.RunAsync("request", "show", FixedQueueService.Running)).Output;
        Assert.Contains("moved to    alpha", shown, StringComparison.Ordinal);
        Assert.Contains("choice      moves to host alpha first: alpha leaves the load most even: score 0.1, beta 0.2", shown, StringComparison.Ordinal);
        Assert.Contains($"move        {FixedQueueService.Moved}", shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--duration", "0s", "--duration: '0s' is not allowed; give from 1s to 365d.")]
    [InlineData("--priority", "1001", "--priority: '1001' is not allowed; give a whole number from 0 to 1000.")]
    [InlineData("--deadline", "soon", "--deadline: 'soon' is not allowed; give how long from now on (90s, 15m, 2h, 7d) or an ISO 8601 time")]
    public async Task Submit_BadOption_IsToldWithItsRange(string option, string value, string told)
    {
        await using var collector = await InProcessCollector.StartAsync();
        var ended = await collector.RunAsync("request", "submit", "web", option, value);
        Assert.Equal(2, ended.Code);
        Assert.Contains(told, ended.Error, StringComparison.Ordinal);
        Assert.Null(collector.Requests.Submitted);
    }

    [Fact]
    public async Task List_SeveralPages_AreOneListOfTheState()
    {
        await using var collector = await InProcessCollector.StartAsync();
        var ended = await collector.RunAsync("request", "list", "--state", "waiting", "-o", "json");
        Assert.Equal((0, RequestStage.Waiting), (ended.Code, collector.Requests.Asked!.State));
        var rows = JsonDocument.Parse(ended.Output).RootElement;
        Assert.Equal((2, JsonValueKind.Null, 3), (rows.GetArrayLength(), rows[0].GetProperty("place").ValueKind, rows[1].GetProperty("place").GetInt32()));
        Assert.Equal((JsonValueKind.Null, 7_200.0), (rows[0].GetProperty("estimate_seconds").ValueKind, rows[1].GetProperty("estimate_seconds").GetDouble()));
    }

    [Fact]
    public async Task Show_RunningRequest_TellsWhen()
    {
        await using var collector = await InProcessCollector.StartAsync();
        var ended = await collector.RunAsync("request", "show", FixedQueueService.Running);
        Assert.Equal(0, ended.Code);
        Assert.Contains("vm          web on alpha, tenant red", ended.Output, StringComparison.Ordinal);
        Assert.Contains("estimate    unknown", ended.Output, StringComparison.Ordinal);
        Assert.Contains("by          ann: nightly", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancel_RequestThatRuns_EndsWith5AndTellsWhy()
    {
        await using var collector = await InProcessCollector.StartAsync();
        Assert.Equal(0, (await collector.RunAsync("request", "cancel", FixedQueueService.Waiting, "--note", "no", "--actor", "bob")).Code);
        Assert.Equal(("no", "bob"), (collector.Requests.Cancelled!.Note, collector.Requests.Cancelled.Actor));
        var refused = await collector.RunAsync("request", "cancel", FixedQueueService.Running);
        Assert.Equal(5, refused.Code);
        Assert.Contains("its VM runs; shut that down", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Figures_NothingServedYet_AreUnknownAndNotZero()
    {
        await using var collector = await InProcessCollector.StartAsync();
        var known = await collector.RunAsync("request", "figures");
        Assert.Contains("12.5 s", known.Output, StringComparison.Ordinal);
        Assert.Contains("50%", known.Output, StringComparison.Ordinal);
        collector.Requests.HasServed = false;
        var unknown = JsonDocument.Parse((await collector.RunAsync("request", "figures", "-o", "json")).Output).RootElement;
        Assert.Equal(1, unknown.GetProperty("waiting").GetInt32());
        Assert.All(["wait_mean", "bsld_mean", "jain", "vcpus_promised"], key => Assert.Equal(JsonValueKind.Null, unknown.GetProperty(key).ValueKind));
    }
}
