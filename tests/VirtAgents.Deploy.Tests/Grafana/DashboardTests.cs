using System.Text.Json;
using System.Text.RegularExpressions;

namespace VirtAgents.Deploy.Tests.Grafana;

/// <summary>What must hold for every dashboard, so that it works where it is put and tells no untruth.</summary>
public sealed partial class DashboardTests
{
    public static TheoryData<string> Names => DashboardFile.Names;

    [Fact]
    public void Dashboards_All_HaveUidsAndTitlesOfTheirOwn()
    {
        Assert.Equal(["agents.json", "fleet.json", "host.json", "storage.json", "vm.json"], DashboardFile.All.Select(d => d.Name));
        Assert.All(DashboardFile.All, d => Assert.Equal("virtagents-" + Path.GetFileNameWithoutExtension(d.Name), d.Uid));
        Assert.Equal(DashboardFile.All.Count, DashboardFile.All.Select(d => d.Root.GetProperty("title").GetString()).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void DataSources_Everywhere_AreTheProvisionedOne(string name)
    {
        DashboardFile dashboard = DashboardFile.Of(name);
        string[] uids = [.. Objects(dashboard.Root).Where(o => o.TryGetProperty("datasource", out _)).Select(o => o.GetProperty("datasource").GetProperty("uid").GetString()!)];

        Assert.Equal([Provisioning.DataSourceUid], uids.Distinct());
        Assert.Equal(dashboard.Variables.Count + dashboard.Panels.Count() + dashboard.Panels.Sum(p => p.Targets.Count()), uids.Length);
        Assert.DoesNotContain("__inputs", dashboard.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("${DS_", dashboard.Text, StringComparison.Ordinal);
        Assert.False(dashboard.Root.TryGetProperty("id", out _), "an id belongs to one Grafana only");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Panels_All_SayWhatTheyShow(string name)
    {
        DashboardFile dashboard = DashboardFile.Of(name);

        Assert.Equal(dashboard.AllPanels.Count(), dashboard.AllPanels.Select(p => p.Json.GetProperty("id").GetInt32()).Distinct().Count());
        Assert.Equal(dashboard.Panels.Count(), dashboard.Panels.Select(p => p.Title).Distinct().Count());
        Assert.All(dashboard.Panels, panel =>
        {
            Assert.NotEmpty(panel.Defaults.GetProperty("unit").GetString()!);
            string about = panel.Json.GetProperty("description").GetString()!;
            Assert.True(about.Contains("unknown", StringComparison.Ordinal) || about.Contains("gap", StringComparison.Ordinal) || about.Contains("mpty", StringComparison.Ordinal), $"{panel.Title} does not tell what a gap means: {about}");
            Assert.Equal(panel.Targets.Count(), panel.Targets.Select(t => t.Json.GetProperty("refId").GetString()).Distinct().Count());
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Panels_All_LieBesideEachOther(string name)
    {
        PanelFile[] panels = [.. DashboardFile.Of(name).AllPanels];

        Assert.All(panels, p => Assert.True(p.Place is { X: >= 0, Y: >= 0, W: > 0, H: > 0 } && p.Place.X + p.Place.W <= 24, p.Title));
        for (int i = 0; i < panels.Length; i++)
        {
            Assert.All(panels[(i + 1)..], other => Assert.False(Overlap(panels[i].Place, other.Place), $"{panels[i].Title} and {other.Title}"));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Graphs_Unknown_IsNeverDrawn(string name)
    {
        DashboardFile dashboard = DashboardFile.Of(name);

        Assert.All(dashboard.Panels.SelectMany(p => p.Targets), target =>
        {
            Assert.DoesNotMatch(@"fill\((?!null\))", target.Query);
            if (target.Format == "time_series" && target.Query.Contains("GROUP BY time", StringComparison.Ordinal))
            {
                Assert.EndsWith(" fill(null)", target.Query, StringComparison.Ordinal);
            }
        });
        Assert.All(dashboard.Panels.Where(p => p.Type == "timeseries"), p => Assert.False(p.Defaults.GetProperty("custom").GetProperty("spanNulls").GetBoolean()));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Queries_Divisors_AreMoreThanZero(string name) =>
        Assert.All(
            DashboardFile.Of(name).Panels.SelectMany(p => p.Targets),
            target => Assert.All(
                Divisor().Matches(target.Query).Select(m => m.Groups[1].Value).Where(d => d is not ("total" or "vm_vcpus" or "host_memory_total_bytes" or "storage_pool_capacity_bytes")),
                divisor => Assert.Contains($"\"{divisor}\" > 0", target.Query, StringComparison.Ordinal)));

    [Theory]
    [MemberData(nameof(Names))]
    public void Queries_AllNames_AreWrittenByTheStore(string name)
    {
        DashboardFile dashboard = DashboardFile.Of(name);
        IEnumerable<string> queries = dashboard.Panels.SelectMany(p => p.Targets).Select(t => t.Query).Concat(dashboard.Variables.Select(v => v.Query));

        Assert.All(queries, query => Assert.True(Vocabulary.ProblemsOf(query) is [], $"{string.Join(", ", Vocabulary.ProblemsOf(query))}: {query}"));
    }

    [Theory]
    [InlineData("SELECT mean(\"vm_cpu_seconds\") FROM \"vm\"", "vm has no 'vm_cpu_seconds'")]
    [InlineData("SELECT mean(\"host_load1\") FROM \"vm\"", "vm has no 'host_load1'")]
    [InlineData("SELECT mean(\"host_load1\") FROM \"host\" GROUP BY \"hostname\"", "host has no 'hostname'")]
    [InlineData("SELECT mean(\"v\") FROM (SELECT mean(\"host_load1\") AS \"w\" FROM \"host\")", "host has no 'v'")]
    [InlineData("SHOW TAG VALUES FROM \"virtual_machine\" WITH KEY = \"vm\"", "it reads virtual_machine, not one measurement")]
    public void Vocabulary_NameThatIsNotWritten_IsTold(string query, string problem) => Assert.Equal([problem], Vocabulary.ProblemsOf(query));

    [Theory]
    [MemberData(nameof(Names))]
    public void Legends_Tags_AreInTheAnswer(string name) =>
        Assert.All(
            DashboardFile.Of(name).Panels.SelectMany(p => p.Targets),
            target => Assert.All(LegendTag().Matches(target.Alias).Select(m => m.Groups[1].Value), tag => Assert.Contains(tag, Vocabulary.GroupsOf(target.Query))));

    [Theory]
    [MemberData(nameof(Names))]
    public void Variables_All_AreUsedAndDependOnThoseBefore(string name)
    {
        DashboardFile dashboard = DashboardFile.Of(name);
        string queries = string.Join('\n', dashboard.Panels.SelectMany(p => p.Targets).Select(t => t.Query));
        List<string> before = [];

        Assert.All(dashboard.Variables, variable =>
        {
            Assert.Equal("query", variable.Json.GetProperty("type").GetString());
            Assert.True(variable.Json.GetProperty("multi").GetBoolean());
            Assert.Contains($"\"{variable.Name}\" =~ /^${variable.Name}$/", queries, StringComparison.Ordinal);
            Assert.All(before, b => Assert.Contains($"\"{b}\" =~ /^${b}$/", variable.Query, StringComparison.Ordinal));
            before.Add(variable.Name);
        });
        Assert.Equal(before.Order(), VariableUse().Matches(queries).Select(m => m.Groups[1].Value).Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Links_All_LeadToDashboardsThatKnowTheirVariables(string name)
    {
        string[] urls = [.. Objects(DashboardFile.Of(name).Root).Where(o => o.TryGetProperty("url", out _)).Select(o => o.GetProperty("url").GetString()!).Where(u => u.Length > 0)];

        Assert.NotEmpty(urls);
        Assert.All(urls, url =>
        {
            Match link = DashboardLink().Match(url);
            DashboardFile target = Assert.Single(DashboardFile.All, d => d.Uid == link.Groups[1].Value);
            Assert.Contains(link.Groups[2].Value, target.Variables.Select(v => v.Name));
            Assert.Contains("cluster", target.Variables.Select(v => v.Name));
        });
        JsonElement all = Assert.Single(DashboardFile.Of(name).Root.GetProperty("links").EnumerateArray());
        Assert.Equal(("dashboards", true, true), (all.GetProperty("type").GetString(), all.GetProperty("includeVars").GetBoolean(), all.GetProperty("keepTime").GetBoolean()));
        Assert.Contains(all.GetProperty("tags")[0].GetString(), DashboardFile.Of(name).Root.GetProperty("tags").EnumerateArray().Select(t => t.GetString()));
    }

    private static bool Overlap((int X, int Y, int W, int H) a, (int X, int Y, int W, int H) b) =>
        a.X < b.X + b.W && b.X < a.X + a.W && a.Y < b.Y + b.H && b.Y < a.Y + a.H;

    private static IEnumerable<JsonElement> Objects(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(p => Objects(p.Value)).Prepend(element),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Objects),
        _ => [],
    };

    [GeneratedRegex(@"/ (?:mean|sum|last)\(""(\w+)""\)")]
    private static partial Regex Divisor();

    [GeneratedRegex(@"\$tag_(\w+)")]
    private static partial Regex LegendTag();

    [GeneratedRegex(@"/\^\$(\w+)\$/")]
    private static partial Regex VariableUse();

    [GeneratedRegex(@"^/d/([\w-]+)\?\$\{__url_time_range\}&\$\{cluster:queryparam\}&var-(\w+)=\$\{__(?:field\.labels|data\.fields)\.\2:percentencode\}$")]
    private static partial Regex DashboardLink();
}
