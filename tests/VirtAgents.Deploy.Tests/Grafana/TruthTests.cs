namespace VirtAgents.Deploy.Tests.Grafana;

/// <summary>Where a query could tell an untruth: what is known of the simulated estate is what it tells.</summary>
[Collection(FilledInflux.Name)]
[Trait("needs", "influxdb")]
public sealed class TruthTests(SimulatedData data)
{
    private readonly PanelAnswers _answers = new(data);

    [Fact]
    public async Task Counters_VmThatMoved_AreNotMixed()
    {
        DashboardFile dashboard = DashboardFile.Of("vm.json");
        Dictionary<string, string> variables = await _answers.ChooseAsync(dashboard, Choice.All);
        PanelFile panel = dashboard.Panels.Single(p => p.Title == "CPU");
        variables["vm"] = SimulatedData.MovedVm;

        IReadOnlyList<Series> series = await _answers.AskAsync(panel, Assert.Single(panel.Targets), variables);

        Assert.Equal([SimulatedData.MovedFrom, SimulatedData.MovedTo], series.Select(s => s.Tags["host"]));
        long moved = SimulatedData.Minute(SimulatedData.MovedAt);
        const long Minutes = 60_000;
        Assert.Contains(series[0].Points, p => p.Time < moved && p.Value > 0);
        Assert.DoesNotContain(series[0].Points, p => p.Time > moved + Minutes && p.Value is not null);
        Assert.DoesNotContain(series[1].Points, p => p.Time < moved - Minutes && p.Value is not null);
        Assert.Contains(series[1].Points, p => p.Time > moved && p.Value > 0);
    }

    [Fact]
    public async Task Rates_RangeThatBeginsAndEndsAnywhere_AreExact()
    {
        PanelFile panel = DashboardFile.Of("agents.json").Panels.Single(p => p.Title == "CPU");
        DateTimeOffset from = SimulatedData.Start.AddSeconds(433);
        DateTimeOffset to = SimulatedData.End.AddSeconds(-13);
        Dictionary<string, string> variables = new() { ["cluster"] = ".*", ["host"] = ".*" };

        string query = GrafanaQuery.Expand(Assert.Single(panel.Targets).Query, from, to, "30s", variables);
        IReadOnlyList<Series> hosts = await _answers.AskAsync(query);

        Assert.Equal(3, hosts.Count);
        Assert.All(hosts, host =>
        {
            // The interval before the first point is cut by the chosen time.
            (long Time, double? Value)[] points = [.. host.Points.Where(p => p.Value is not null)];
            Assert.InRange(points[0].Value!.Value, 0, SimulatedData.AgentCpuPercent);
            Assert.All(points[1..], p => Assert.Equal(SimulatedData.AgentCpuPercent, p.Value!.Value, 1e-6));
            Assert.InRange(to.ToUnixTimeMilliseconds() - points[^1].Time, 0, 30_000);
        });
    }

    [Fact]
    public async Task Latency_DiskWithoutReads_IsUnknownAndNotZero()
    {
        DashboardFile dashboard = DashboardFile.Of("vm.json");
        Dictionary<string, string> variables = await _answers.ChooseAsync(dashboard, Choice.All);
        variables["vm"] = GrafanaQuery.Chosen(SimulatedData.WritingVm);
        PanelFile operations = dashboard.Panels.Single(p => p.Title == "Disk operations");
        PanelFile latency = dashboard.Panels.Single(p => p.Title == "Disk latency");

        Assert.All(await ValuesAsync(operations, "read"), v => Assert.Equal(0, v));
        Assert.Empty(await ValuesAsync(latency, "read"));
        Assert.NotEmpty(await ValuesAsync(latency, "write"));
        Assert.All(await ValuesAsync(latency, "write"), v => Assert.True(v > 0, $"{v} ms"));

        async Task<double[]> ValuesAsync(PanelFile panel, string which)
        {
            TargetFile target = panel.Targets.Single(t => t.Alias.EndsWith(which, StringComparison.Ordinal));
            return [.. (await _answers.AskAsync(panel, target, variables)).SelectMany(s => s.Points).Select(p => p.Value).OfType<double>()];
        }
    }
}
