using VirtAgents.Agent.Hosting;

namespace VirtAgents.Agent.Tests.Acting;

public sealed class PolicyCommandTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("virtagents-policy-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Check_GoodFile_EndsWithZero()
    {
        string file = Write(PolicyReaderTests.Example());
        Assert.Equal((0, $"virtagent: the policy {file} is fine; it has 4 rule(s)\n", ""), await RunAsync("policy", "check", file));
    }

    [Fact]
    public async Task Check_SeveralErrors_NamesAllAndEndsWithTwo()
    {
        string file = Write("""{ "rules": [ { "name": "a", "effect": "x", "kinds": ["y"] } ], "z": 1 }""");
        (int code, string output, string error) = await RunAsync("policy", "check", file);
        Assert.Equal((2, "", 3), (code, output, error.Count(c => c == '\n')));
        Assert.Contains($"virtagent: rules[0].effect = \"x\": must be allow or deny ({file})\n", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "allowed: rule 'tests' allows destroy of VM 'test-1'\n", "--directive", "destroy", "--vm", "test-1", "--tenant", "development", "--at", "2026-03-02T12:00")]
    [InlineData(5, "refused: rule 'night' denies destroy of VM 'test-1'\n", "--directive", "destroy", "--vm", "test-1", "--tenant", "development", "--at", "2026-03-07T23:00")]
    [InlineData(5, "refused: destroy of VM 'db-1' is denied: the VM is among the protectedVms of the host's policy\n", "--directive", "destroy", "--vm", "db-1")]
    [InlineData(0, "{\"allowed\":true,\"rule\":\"mild\",\"detail\":\"rule \\u0027mild\\u0027 allows set_drain\"}\n", "--directive", "set_drain", "-o", "json")]
    public async Task Test_Directive_SaysTheRule(int expected, string answer, params string[] args) =>
        Assert.Equal((expected, answer, ""), await RunAsync(["policy", "test", Write(PolicyReaderTests.Example()), .. args]));

    [Theory]
    [InlineData("--directive explode: there is no such kind", "--directive", "explode")]
    [InlineData("--vm is missing: destroy acts on a VM", "--directive", "destroy")]
    [InlineData("--vm a: set_drain does not act on a VM", "--directive", "set_drain", "--vm", "a")]
    [InlineData("--at noon: is not a time", "--directive", "set_drain", "--at", "noon")]
    public async Task Test_WrongArgument_EndsWithTwo(string expected, params string[] args)
    {
        (int code, _, string error) = await RunAsync(["policy", "test", Write(PolicyReaderTests.Example()), .. args]);
        Assert.Equal(2, code);
        Assert.StartsWith("virtagent: " + expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_NoFile_EndsWithTwo() => Assert.Equal(2, (await RunAsync("policy", "check", "/no/such/file")).Code);

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        int code = await AgentCommand.RunAsync(args, new System.Collections.Hashtable(), output, error).Soon();
        return (code, output.ToString(), error.ToString());
    }

    private string Write(string text)
    {
        string path = Path.Combine(_directory, "policy.json");
        File.WriteAllText(path, text);
        return path;
    }
}
