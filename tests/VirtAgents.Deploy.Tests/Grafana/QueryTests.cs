using System.Text.Json;

namespace VirtAgents.Deploy.Tests.Grafana;

/// <summary>Every query of every dashboard on a real InfluxDB, with what the simulator and the store put there.</summary>
[Collection(FilledInflux.Name)]
[Trait("needs", "influxdb")]
public sealed class QueryTests(SimulatedData data)
{
    private readonly PanelAnswers _answers = new(data);

    public static TheoryData<string, Choice> Everything
    {
        get
        {
            TheoryData<string, Choice> rows = [];
            foreach (DashboardFile dashboard in DashboardFile.All)
            {
                foreach (Choice choice in Enum.GetValues<Choice>())
                {
                    rows.Add(dashboard.Name, choice);
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public async Task Queries_AllPanels_ReturnValues(string name, Choice choice)
    {
        DashboardFile dashboard = DashboardFile.Of(name);
        Dictionary<string, string> variables = await _answers.ChooseAsync(dashboard, choice);
        List<string> empty = [];
        foreach (PanelFile panel in dashboard.Panels)
        {
            foreach (TargetFile target in panel.Targets)
            {
                if (!(await _answers.AskAsync(panel, target, variables)).Any(s => s.HasValues))
                {
                    empty.Add($"{panel.Title}: {target.Query}");
                }
            }
        }

        Assert.Empty(empty);
    }

    [Fact]
    public async Task Variables_All_OfferWhatThereIs()
    {
        DashboardFile vm = DashboardFile.Of("vm.json");

        Assert.Equal(["east"], await _answers.ValuesAsync(vm, "cluster", []));
        Assert.Equal(["alpha-1", "alpha-2", "beta.1"], await _answers.ValuesAsync(vm, "host", new() { ["cluster"] = ".*" }));
        Assert.Equal(["alpha-1", "alpha-2"], await _answers.ValuesAsync(vm, "host", new() { ["cluster"] = "east" }));
        Assert.Equal(["blue", "red"], await _answers.ValuesAsync(vm, "tenant", new() { ["cluster"] = ".*", ["host"] = ".*" }));
        Assert.Equal(["app-1", "app-2", "db/1", "off", "web (old)"], await _answers.ValuesAsync(vm, "vm", new() { ["cluster"] = ".*", ["host"] = ".*", ["tenant"] = ".*" }));
        Assert.Equal(["app-2", "db/1"], await _answers.ValuesAsync(vm, "vm", new() { ["cluster"] = ".*", ["host"] = GrafanaQuery.Chosen("beta.1"), ["tenant"] = ".*" }));
        Assert.Equal(["local", "san"], await _answers.ValuesAsync(DashboardFile.Of("storage.json"), "pool", new() { ["cluster"] = ".*", ["host"] = ".*" }));
    }

    [Theory]
    [MemberData(nameof(DashboardTests.Names), MemberType = typeof(DashboardTests))]
    public async Task Graphs_SilentHost_ShowAGapAndNothingElse(string name)
    {
        DashboardFile dashboard = DashboardFile.Of(name);
        Dictionary<string, string> variables = await _answers.ChooseAsync(dashboard, Choice.All);
        int looked = 0;
        foreach (PanelFile panel in dashboard.Panels.Where(p => p.Type is "timeseries" or "state-timeline"))
        {
            long interval = 1000L * GrafanaQuery.IntervalSeconds(SimulatedData.End - SimulatedData.Start, panel);
            long from = SimulatedData.Minute(SimulatedData.SilentFrom) + interval;
            long to = SimulatedData.Minute(SimulatedData.SilentTo) - interval;
            foreach (TargetFile target in panel.Targets)
            {
                foreach (Series series in (await _answers.AskAsync(panel, target, variables)).Where(s => s.Tags.GetValueOrDefault("host") == SimulatedData.SilentHost))
                {
                    (long Time, double? Value)[] silent = [.. series.Points.Where(p => p.Time >= from && p.Time < to)];
                    Assert.True(silent.Length > 0 && silent.All(p => p.Value is null), $"{panel.Title}: {target.Query}");
                    looked++;
                }
            }
        }

        Assert.True(looked > 3, $"only {looked} series of {SimulatedData.SilentHost}");
    }

    [Theory]
    [MemberData(nameof(DashboardTests.Names), MemberType = typeof(DashboardTests))]
    public async Task Graphs_HostThatReports_HaveNoGap(string name)
    {
        DashboardFile dashboard = DashboardFile.Of(name);
        Dictionary<string, string> variables = await _answers.ChooseAsync(dashboard, Choice.All);
        int looked = 0;
        foreach (PanelFile panel in dashboard.Panels.Where(p => p.Type is "timeseries" or "state-timeline"))
        {
            long interval = 1000L * GrafanaQuery.IntervalSeconds(SimulatedData.End - SimulatedData.Start, panel);
            foreach (TargetFile target in panel.Targets.Where(t => !t.Query.Contains("\" > 0", StringComparison.Ordinal)))
            {
                IEnumerable<Series> steady = (await _answers.AskAsync(panel, target, variables)).Where(s =>
                    s.Tags.GetValueOrDefault("host") == SimulatedData.MovedTo && s.Tags.GetValueOrDefault("vm") is null or SimulatedData.SteadyVm);
                foreach (Series series in steady)
                {
                    // A counter has no growth before its second interval.
                    long[] gaps = [.. series.Points.Where(p => p.Value is null && p.Time >= SimulatedData.Minute(0) + (2 * interval)).Select(p => p.Time)];
                    Assert.True(gaps is [], $"{panel.Title} at {string.Join(", ", gaps)}: {target.Query}");
                    looked++;
                }
            }
        }

        Assert.True(looked > 3, $"only {looked} series of {SimulatedData.MovedTo}");
    }

    [Theory]
    [MemberData(nameof(DashboardTests.Names), MemberType = typeof(DashboardTests))]
    public async Task Values_All_AreWithinTheirBounds(string name)
    {
        DashboardFile dashboard = DashboardFile.Of(name);
        Dictionary<string, string> variables = await _answers.ChooseAsync(dashboard, Choice.All);
        foreach (PanelFile panel in dashboard.Panels.Where(p => p.Type == "timeseries"))
        {
            double most = panel.Defaults.TryGetProperty("max", out JsonElement max) ? max.GetDouble() : panel.Defaults.GetProperty("unit").GetString() == "percent" ? 110 : double.MaxValue;
            foreach (TargetFile target in panel.Targets)
            {
                IEnumerable<double> values = (await _answers.AskAsync(panel, target, variables)).SelectMany(s => s.Points).Select(p => p.Value).OfType<double>();
                Assert.All(values, v => Assert.True(v >= 0 && v <= most * 1.001, $"{v} in {panel.Title}: {target.Query}"));
            }
        }
    }
}
