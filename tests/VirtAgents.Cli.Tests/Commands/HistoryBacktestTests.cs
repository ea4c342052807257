using System.Text.Json;
using VirtAgents.Cli.Tests.Fixtures;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Tests.Commands;

public sealed class HistoryBacktestTests
{
    [Fact]
    public async Task From_Json_HasEveryOutcome()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync("backtest", "--from", "7d", "-o", "json");

        var rows = JsonDocument.Parse(ended.Output).RootElement.EnumerateArray().ToArray();
        Assert.Equal(["same", "only-recorded", "only-concluded", "differs"], rows.Select(r => r.GetProperty("outcome").GetString()));
        Assert.Equal(JsonValueKind.Null, rows[2].GetProperty("recorded_id").ValueKind);
        Assert.Equal("the severity was critical, now it is error", rows[3].GetProperty("differences").GetString());
        Assert.Equal((0, "virtctl: 2 incidents in both, 1 only recorded, 1 only concluded now; from 12 events and 10080 values.\nvirtctl: anomalies of VMs of host h1 are those that were recorded\n"), (ended.Code, ended.Error));
    }

    [Fact]
    public async Task From_Options_ReachTheCollector()
    {
        await using var collector = await InProcessCollector.StartAsync();
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "{\"thresholds\": []}", TestContext.Current.CancellationToken);

        var ended = await collector.RunAsync(
            "backtest", "--from", "2026-11-20T00:00:00Z", "--to", "2026-11-21T00:00:00Z", "--host", "h1", "--cluster", "rack", "--vm", "web-*", "--tenant", "shop", "--thresholds", file);

        File.Delete(file);
        Assert.Equal(0, ended.Code);
        Assert.Equal(
            new BacktestIncidentsRequest
            {
                FromUnixMs = 1795132800000, ToUnixMs = 1795219200000, Host = "h1", Cluster = "rack", Vm = "web-*", Tenant = "shop", Thresholds = "{\"thresholds\": []}",
            },
            collector.History.Asked);
    }

    [Fact]
    public async Task From_StreamThatEndsWithoutAnAnswer_IsNoAnswer()
    {
        await using var collector = await InProcessCollector.StartAsync();
        collector.History.IsCut = true;

        var ended = await collector.RunAsync("backtest", "--from", "7d");

        Assert.Equal((1, "", "virtctl: the collector ended the backtest without an answer; try again.\n"), (ended.Code, ended.Output, ended.Error));
    }

    [Theory]
    [InlineData("--from judges what the collector has recorded", "--from", "7d", "--input", "a.csv", "--output", "b.csv")]
    [InlineData("give --input and --output for files, or --from", "--input", "a.csv")]
    [InlineData("--vm says something only with --from", "--input", "a.csv", "--output", "b.csv", "--vm", "web")]
    public async Task FilesAndPast_TogetherOrNeither_IsMisuse(string expected, params string[] arguments)
    {
        var ended = await Tool.RunAsync(["backtest", .. arguments]);

        Assert.Equal((2, ""), (ended.Code, ended.Output));
        Assert.Contains(expected, ended.Error, StringComparison.Ordinal);
    }
}
