using VirtAgents.Agent.Acting;
using VirtAgents.Agent.Tests.Stream;

namespace VirtAgents.Agent.Tests.Acting;

public sealed class PolicySourceTests : IDisposable
{
    private const string Allowing = """{ "rules": [ { "name": "all", "effect": "allow", "kinds": ["*"] } ] }""";
    private readonly string _directory = Directory.CreateTempSubdirectory("virtagents-policy-").FullName;
    private readonly ListLogger _log = new();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Read_FileComesChangesBreaksAndGoes_IsFollowedAtOnce()
    {
        string path = Path.Combine(_directory, "policy.json");
        var source = new PolicySource(path, _log);
        Assert.Equal((null, $"acting is off: this host has no policy; write {path} (docs/directives.md tells how)"), (source.Read().Policy, source.Read().WhyOff));
        File.WriteAllText(path, Allowing);
        Assert.Equal("all", source.Read().Policy!.Rules.Single().Name);
        Assert.Same(source.Read().Policy, source.Read().Policy);
        File.WriteAllText(path, Allowing.Replace("\"all\"", "\"few\"", StringComparison.Ordinal));
        Assert.Equal("few", source.Read().Policy!.Rules.Single().Name);
        File.WriteAllText(path, Allowing[..^1]);
        Assert.Null(source.Read().Policy);
        Assert.Contains($"the policy {path} has 1 error(s)", source.Read().WhyOff, StringComparison.Ordinal);
        File.WriteAllText(path, Allowing);
        Assert.NotNull(source.Read().Policy);
        File.Delete(path);
        Assert.Null(source.Read().Policy);
        Assert.Equal(6, _log.Lines.Count);
    }

    [Fact]
    public void Read_FileThatEverybodyMayWrite_TurnsActingOff()
    {
        string path = Path.Combine(_directory, "policy.json");
        File.WriteAllText(path, Allowing);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherWrite);
        PolicyState state = new PolicySource(path, _log).Read();
        Assert.Equal((null, $"acting is off: every user may write the policy {path}; chmod o-w it"), (state.Policy, state.WhyOff));
    }

    [Fact]
    public void Read_Directory_TurnsActingOff() =>
        Assert.StartsWith($"acting is off: the policy {_directory} cannot be read", new PolicySource(_directory, _log).Read().WhyOff, StringComparison.Ordinal);
}
