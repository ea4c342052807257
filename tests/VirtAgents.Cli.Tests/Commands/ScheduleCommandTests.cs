using System.Text.Json;
using VirtAgents.Cli.Tests.Fixtures;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Tests.Commands;

public sealed class ScheduleCommandTests
{
    [Fact]
    public async Task Plans_SeveralPages_AreOneList()
    {
        await using var collector = await InProcessCollector.StartAsync();
        var ended = await collector.RunAsync("plans");
        Assert.Equal(0, ended.Code);
        var lines = ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.Contains("proposed  balance  even", lines[1], StringComparison.Ordinal);
        Assert.Contains("1/2   0.250     0.080         -  1m", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plans_State_IsAskedFor()
    {
        await using var collector = await InProcessCollector.StartAsync();
        Assert.Equal(0, (await collector.RunAsync("plans", "--state", "given-up", "--limit", "1")).Code);
        Assert.Equal((PlanStage.GivenUp, 1), (collector.Scheduling.Asked!.State, collector.Scheduling.Asked.PageSize));
        Assert.Equal(2, (await collector.RunAsync("plans", "--state", "lost")).Code);
    }

    [Fact]
    public async Task PlanShow_Text_TellsWhyAndEachMove()
    {
        await using var collector = await InProcessCollector.StartAsync();
        var ended = await collector.RunAsync("plan", "show", FixedSchedulingService.Running);
        Assert.Equal(0, ended.Code);
        Assert.Contains("because     load is spread by 0.250, 0.1 or more", ended.Output, StringComparison.Ordinal);
        Assert.Contains("90% > 20%   60% > 50%  as-expected", ended.Output, StringComparison.Ordinal);
        Assert.Contains("waiting", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PlanShow_Json_HasWhatIsUnknownAsNull()
    {
        await using var collector = await InProcessCollector.StartAsync();
        var plan = JsonDocument.Parse((await collector.RunAsync("plan", "show", FixedSchedulingService.Running, "-o", "json")).Output).RootElement;
        Assert.Equal(JsonValueKind.Null, plan.GetProperty("spread_after").ValueKind);
        Assert.Equal((8.0, "as-expected"), (plan.GetProperty("moves")[0].GetProperty("measured_seconds").GetDouble(), plan.GetProperty("moves")[0].GetProperty("verdict").GetString()));
        Assert.Equal(JsonValueKind.Null, plan.GetProperty("moves")[1].GetProperty("measured_seconds").ValueKind);
    }

    [Fact]
    public async Task PlanApprove_Proposed_TellsWhoAndWhy()
    {
        await using var collector = await InProcessCollector.StartAsync();
        Assert.Equal(0, (await collector.RunAsync("plan", "approve", FixedSchedulingService.Proposed, "--note", "now", "--actor", "ann")).Code);
        Assert.Equal(("now", "ann"), (collector.Scheduling.Approved!.Note, collector.Scheduling.Approved.Actor));
        var refused = await collector.RunAsync("plan", "approve", FixedSchedulingService.Running);
        Assert.Equal(5, refused.Code);
        Assert.Contains("it does not wait for approval", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PlanCancel_Running_IsTold()
    {
        await using var collector = await InProcessCollector.StartAsync();
        var ended = await collector.RunAsync("plan", "cancel", FixedSchedulingService.Running, "--actor", "bob");
        Assert.Equal((0, "bob"), (ended.Code, collector.Scheduling.Cancelled!.Actor));
        Assert.Contains("cancelled", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ledger_Moves_HaveExpectedAndMeasured()
    {
        await using var collector = await InProcessCollector.StartAsync();
        var ended = await collector.RunAsync("ledger");
        Assert.Contains("web  alpha  beta  done   2.0    10.0 s  8.0 s  40 ms", ended.Output, StringComparison.Ordinal);
        var json = await collector.RunAsync("ledger", "-o", "json");
        Assert.Contains("\"sent_gib\":2.2", json.Output.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("drain", "true")]
    [InlineData("undrain", "false")]
    public async Task Host_Mark_IsSentToTheHost(string verb, string drain)
    {
        await using var collector = await InProcessCollector.StartAsync();
        Assert.Equal(0, (await collector.RunAsync("host", verb, "alpha", "--reason", "kernel update")).Code);
        var sent = collector.Directives.Requests.OfType<SendDirectiveRequest>().Single();
        Assert.Equal(("set_drain", "alpha", drain, "kernel update"), (sent.Kind, sent.Host, sent.Parameters["drain"], sent.Reason));
    }
}
