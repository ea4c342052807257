using System.Text.Json;
using System.Text.Json.Nodes;
using VirtAgents.Cli.Tests.Fixtures;

namespace VirtAgents.Cli.Tests.Commands;

public sealed class PlanCommandTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("virtctl-plan-");

    public static TheoryData<string, string, string> BadFiles => new()
    {
        { "hosts[0].cpu_cores", "-1", "a number above 0 and at most 1000000000000" },
        { "hosts[1].id", "\"a\"", "an id that no other has" },
        { "hosts[0].state", "\"off\"", "one of online, closed, drain, unknown" },
        { "vms[0].host", "\"nowhere\"", "the id of a host" },
        { "vms[0].vcpus", "1.5", "a whole number from 0 to 100000" },
        { "vms[0].memory_mb", "\"NaN\"", "a number from 0 to 1000000000000" },
        { "vms[0].cpu_used_cores", "1e999", "a number from 0 to 1000000000000" },
        { "vms[1].id", "\"vm0\"", "an id that no other has" },
        { "vms[0].pools", "[\"p\"]", "a list of at most 0" },
        { "vms[0].pinned", "\"yes\"", "true or false" },
        { "limits.vcpu_ratio", "null", "a number above 0 and at most 1000" },
        { "format", "\"vcluster/2\"", "one of vcluster/1" },
    };

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Plan_UnevenCluster_IsWrittenToTheFileAndEqualEachTime()
    {
        var cluster = Write("cluster.json", Cluster());

        var ended = await Tool.RunAsync("plan", cluster, "--goal", "balance", "-o", At("plan.json"));
        await Tool.RunAsync("plan", cluster, "--goal", "balance", "--output", At("again.json"));

        Assert.Equal((0, ""), (ended.Code, ended.Output));
        Assert.Contains("moves in", ended.Error, StringComparison.Ordinal);
        var plan = JsonDocument.Parse(File.ReadAllText(At("plan.json"))).RootElement;
        Assert.NotEmpty(plan.GetProperty("moves").EnumerateArray());
        Assert.All(plan.GetProperty("moves").EnumerateArray(), move => Assert.Equal("a", move.GetProperty("from").GetString()));
        Assert.True(plan.GetProperty("after").GetProperty("score").GetDouble() < plan.GetProperty("before").GetProperty("score").GetDouble() / 2);
        Assert.Empty(plan.GetProperty("unsatisfied").EnumerateArray());
        Assert.Equal(File.ReadAllBytes(At("plan.json")), File.ReadAllBytes(At("again.json")));
    }

    [Fact]
    public async Task Plan_HostThatIsClosedAndWhoseVmsWait_GivesVmsAndTakesNone()
    {
        var cluster = Cluster();
        (cluster["hosts"]![0]!["state"], cluster["hosts"]![0]!["saturated"]) = ("closed", true);

        var ended = await Tool.RunAsync("plan", Write("cluster.json", cluster), "--goal", "relieve", "-o", "json");

        Assert.Equal(0, ended.Code);
        var moves = JsonDocument.Parse(ended.Output).RootElement.GetProperty("moves").EnumerateArray().ToArray();
        Assert.NotEmpty(moves);
        Assert.All(moves, move => Assert.StartsWith("VMs of a wait for CPU", move.GetProperty("reason").GetString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Plan_ClusterFromAPipe_IsReadToItsEnd()
    {
        using var made = System.Diagnostics.Process.Start("mkfifo", At("pipe"));
        await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        var written = Task.Run(() => File.WriteAllText(At("pipe"), Cluster().ToJsonString()), TestContext.Current.CancellationToken);

        var ended = await Tool.RunAsync("plan", At("pipe"), "--goal", "balance", "-o", "json");

        await written;
        Assert.Equal(0, ended.Code);
        Assert.NotEmpty(JsonDocument.Parse(ended.Output).RootElement.GetProperty("moves").EnumerateArray());
    }

    [Theory]
    [InlineData("json")]
    [InlineData("csv")]
    [InlineData("table")]
    public async Task Plan_FormsOfOutput_GoToTheOutput(string form)
    {
        var ended = await Tool.RunAsync("plan", Write("cluster.json", Cluster()), "--goal", "balance", "-o", form);

        Assert.Equal(0, ended.Code);
        Assert.StartsWith(form switch { "json" => "{", "csv" => "wave,vm,from,to", _ => "WAVE" }, ended.Output, StringComparison.Ordinal);
        Assert.Equal(["cluster.json"], _directory.GetFiles().Select(file => file.Name));
    }

    [Fact]
    public async Task Plan_HostThatCannotBeEmptied_EndsWith2AndSaysWhy()
    {
        var cluster = Cluster();
        cluster["vms"]![0]!["pinned"] = true;

        var ended = await Tool.RunAsync("plan", Write("cluster.json", cluster), "--goal", "evacuate", "--host", "a", "-o", "json");

        var plan = JsonDocument.Parse(ended.Output).RootElement;
        Assert.Equal(2, ended.Code);
        Assert.Equal(11, plan.GetProperty("moves").GetArrayLength());
        Assert.Equal("a is to be emptied, but it is pinned", plan.GetProperty("unsatisfied")[0].GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Plan_Explain_SaysWhyAVmStays()
    {
        var cluster = Cluster();
        cluster["vms"]![3]!["pinned"] = true;

        var ended = await Tool.RunAsync("plan", Write("cluster.json", cluster), "--goal", "balance", "--explain", "vm3");

        Assert.Contains("vm3 stays on a: it is pinned. The best other host is ", ended.Error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(BadFiles))]
    public async Task Plan_BadField_EndsWith1AndNamesFieldValueAndWhatIsAllowed(string field, string value, string allowed)
    {
        var cluster = Cluster();
        Set(cluster, field, JsonNode.Parse(value));

        var ended = await Tool.RunAsync("plan", Write("cluster.json", cluster), "--goal", "balance");

        Assert.Equal(1, ended.Code);
        Assert.Contains($"cluster.json: {field}", ended.Error, StringComparison.Ordinal);
        Assert.Contains($"is not allowed; give {allowed}", ended.Error, StringComparison.Ordinal);
        Assert.Single(ended.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Plan_NoSuchFileHostOrVm_EndsWith1()
    {
        var cluster = Write("cluster.json", Cluster());
        Assert.Equal(1, (await Tool.RunAsync("plan", At("none.json"), "--goal", "balance")).Code);
        Assert.Contains("--host: 'z'", (await Tool.RunAsync("plan", cluster, "--goal", "evacuate", "--host", "z")).Error, StringComparison.Ordinal);
        Assert.Contains("--explain: 'z'", (await Tool.RunAsync("plan", cluster, "--goal", "balance", "--explain", "z")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Place_VmThatFits_NamesHostNextBestAndRefusals()
    {
        var cluster = Cluster();
        cluster["hosts"]![2]!["state"] = "drain";
        var vm = Write("vm.json", JsonNode.Parse("""{"vcpus":2,"memory_mb":4096}""")!);

        var ended = await Tool.RunAsync("place", Write("cluster.json", cluster), "--vm", vm, "-o", "json");

        var decision = JsonDocument.Parse(ended.Output).RootElement;
        Assert.Equal((0, "b"), (ended.Code, decision.GetProperty("host").GetString()));
        Assert.Equal("d", decision.GetProperty("second_best").GetString());
        Assert.Equal("""{"host-state":1}""", decision.GetProperty("rejected").GetRawText().Replace(" ", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Place_VmThatFitsNowhere_EndsWith2()
    {
        var ended = await Tool.RunAsync("place", Write("cluster.json", Cluster()), "--vm", Write("vm.json", JsonNode.Parse("""{"vcpus":2,"memory_mb":9e6}""")!), "-o", "json");

        var decision = JsonDocument.Parse(ended.Output).RootElement;
        Assert.Equal((2, JsonValueKind.Null), (ended.Code, decision.GetProperty("host").ValueKind));
        Assert.Equal(4, decision.GetProperty("rejected").GetProperty("memory").GetInt32());
    }

    private static void Set(JsonNode cluster, string field, JsonNode? value)
    {
        var steps = field.Replace("[", ".", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal).Split('.');
        var at = steps[..^1].Aggregate(cluster, (node, step) => int.TryParse(step, out var index) ? node[index]! : node[step]!);
        at[steps[^1]] = value;
    }

    // Four equal hosts; all twelve VMs are on the first.
    private static JsonNode Cluster()
    {
        var hosts = new[] { "a", "b", "c", "d" }.Select(id =>
            $$"""{"id":"{{id}}","cpu_cores":32,"memory_mb":131072,"memory_reserved_mb":2048,"disk_gb":1000,"disk_mbps":2000,"net_mbps":10000,"rack":"r","state":"online"}""");
        var vms = Enumerable.Range(0, 12).Select(i =>
            $$"""{"id":"vm{{i}}","vcpus":4,"memory_mb":8192,"disk_gb":10,"cpu_used_cores":1.5,"memory_used_mb":4096,"disk_used_mbps":9,"net_used_mbps":70,"dirty_mbps":5,"host":"a","anti_affinity":[],"pinned":false}""");
        return JsonNode.Parse($$"""{"format":"vcluster/1","name":"test","storage":"shared","limits":{"vcpu_ratio":4},"hosts":[{{string.Join(',', hosts)}}],"vms":[{{string.Join(',', vms)}}]}""")!;
    }

    private string At(string name) => Path.Combine(_directory.FullName, name);

    private string Write(string name, JsonNode content)
    {
        File.WriteAllText(At(name), content.ToJsonString());
        return At(name);
    }
}
