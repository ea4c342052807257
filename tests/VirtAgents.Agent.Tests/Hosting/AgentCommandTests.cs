using System.Collections;
using VirtAgents.Agent.Hosting;

namespace VirtAgents.Agent.Tests.Hosting;

public sealed class AgentCommandTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("virtagents-command-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Check_GoodFile_EndsWithZero()
    {
        string file = Write("agent.json", """{ "Cluster": "berlin" /* a comment */ }""");
        Assert.Equal((0, "virtagent: the configuration is fine\n", ""), await RunAsync("--config", file, "--check"));
    }

    [Fact]
    public async Task Check_ErrorsInSeveralSources_PrintsAllAndEndsWithTwo()
    {
        string file = Write("agent.json", """{ "Clusster": "x", "Spool": { "MaxBytes": 5 } }""");
        (int code, _, string error) = await RunAsync(new Hashtable { ["VIRTAGENT__Hypervisor"] = "Xen" }, "--config", file, "--set", "Sampling:FastInterval=never", "--simulate", "5000", "--check");
        Assert.Equal(2, code);
        Assert.Contains("Clusster: is not a key of the agent; did you mean Cluster?", error, StringComparison.Ordinal);
        Assert.Contains("Spool:MaxBytes = \"5\"", error, StringComparison.Ordinal);
        Assert.Contains("Sampling:FastInterval = \"never\"", error, StringComparison.Ordinal);
        Assert.Contains("Simulation:Hosts = \"5000\": is out of range; allowed: 1 to 1000 (--simulate)", error, StringComparison.Ordinal);
        Assert.Equal(4, error.Count(c => c == '\n'));
    }

    [Fact]
    public async Task Check_ScenarioWithErrors_NamesThem()
    {
        string scenario = Write("scenario.json", """{ "steps": [ { "at": "never" } ] }""");
        (int code, _, string error) = await RunAsync("--set", $"Simulation:Scenario={scenario}", "--check");
        Assert.Equal(2, code);
        Assert.Contains($"Simulation:Scenario {scenario} has errors:\n  ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--simulate", "3", "Simulation:Hosts = \"3\"", "(--simulate)")]
    [InlineData("--set", "Simulation:VmsPerHost=7", "Simulation:VmsPerHost = \"7\"", "(--set)")]
    public async Task Check_ScenarioWithHostsAndAnotherSize_SaysThatBothCannotBe(string option, string value, string what, string source)
    {
        string scenario = Write("scenario.json", """{ "duration": "1m", "hosts": [ { "name": "h" } ] }""");
        (int code, _, string error) = await RunAsync("--set", $"Simulation:Scenario={scenario}", option, value, "--check");
        Assert.Equal(2, code);
        Assert.Equal($"virtagent: {what}: contradicts {scenario}, which says itself what hosts there are; leave this out, or take estate and hosts out of the scenario {source}\n", error);
    }

    [Theory]
    [InlineData("3", 0)]
    [InlineData("2", 2)]
    public async Task Check_ScenarioWithoutHosts_StepsAreForThoseOfTheConfiguration(string hosts, int expected)
    {
        string scenario = Write("scenario.json", """{ "duration": "1m", "steps": [ { "at": "1s", "fault": "host-loss", "host": "sim-host-003" } ] }""");
        (int code, _, string error) = await RunAsync("--set", $"Simulation:Scenario={scenario}", "--simulate", hosts, "--check");
        Assert.Equal((expected, expected != 0), (code, error.Contains("there is no host 'sim-host-003'", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Run_NamedFileMissing_EndsWithTwo()
    {
        (int code, _, string error) = await RunAsync("--config", "/no/such/agent.json");
        Assert.Equal(2, code);
        Assert.StartsWith("virtagent: /no/such/agent.json: cannot be read: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_UnknownArgument_EndsWithTwo()
    {
        (int code, _, string error) = await RunAsync("--frobnicate");
        Assert.Equal(2, code);
        Assert.Contains("--frobnicate", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_Always_NamesOptionsAndExitStatus()
    {
        (int code, string output, _) = await RunAsync("--help");
        Assert.Equal(0, code);
        Assert.All(["--config", "--set", "--simulate", "--check", "--ready-file", "3 no hypervisor"], part => Assert.Contains(part, output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_SpoolPathNotUsable_EndsWithFour()
    {
        string file = Write("not-a-directory", "");
        (int code, _, string error) = await RunAsync("--simulate", "1", "--set", $"Spool:Path={file}");
        Assert.Equal(4, code);
        Assert.Contains("Spool:Path", error, StringComparison.Ordinal);
    }

    private static Task<(int Code, string Output, string Error)> RunAsync(params string[] args) => RunAsync([], args);

    private static async Task<(int Code, string Output, string Error)> RunAsync(Hashtable environment, params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        int code = await AgentCommand.RunAsync(args, environment, output, error).Soon();
        return (code, output.ToString(), error.ToString());
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_directory, name);
        File.WriteAllText(path, text);
        return path;
    }
}
