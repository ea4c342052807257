using System.Runtime.CompilerServices;
using System.Text;
using VirtAgents.Agent.Acting;
using VirtAgents.Agent.Configuration;
using VirtAgents.Core.Directives;

namespace VirtAgents.Agent.Tests.Acting;

public sealed class PolicyReaderTests
{
    [Fact]
    public void Read_ExampleOfTheDocumentation_IsAsItSays()
    {
        HostPolicy policy = Read(Example(), out List<ConfigurationError> errors)!;
        Assert.Empty(errors);
        Assert.Equal((2, 60), (policy.MaxConcurrent, policy.MaxPerHour));
        Assert.Equal(["db-*", "5f0c4d7e-9a5b-4c1d-8e2f-00000000000a"], policy.ProtectedVms.Select(p => p.Text));
        Assert.Equal(["volumes stay", "night", "tests", "mild"], policy.Rules.Select(r => r.Name));
        Assert.Equal([PolicyEffect.Deny, PolicyEffect.Deny, PolicyEffect.Allow, PolicyEffect.Allow], policy.Rules.Select(r => r.Effect));
        Assert.Equal([DirectiveKind.Destroy, DirectiveKind.Reset], policy.Rules[1].Kinds);
        Assert.Equal(new PolicyHours(22 * 60, 6 * 60, [DayOfWeek.Saturday, DayOfWeek.Sunday], false), policy.Rules[1].Hours);
        Assert.Equal(("test-*", "development"), (policy.Rules[2].Vms.Single().Text, policy.Rules[2].Tenants.Single().Text));
        Assert.True(policy.Rules[2].Kinds.IsEmpty);
        Assert.Equal(20, policy.Rules[3].MaxPerHour);
    }

    [Theory]
    [InlineData("{", "p.json: is not JSON: line 1, byte 2")]
    [InlineData("[]", "p.json: must be an object")]
    [InlineData("{}", "rules: is missing")]
    [InlineData("""{ "rules": 1 }""", "rules = \"1\": must be a list")]
    [InlineData("""{ "rules": [], "rules": [] }""", "rules: is written twice")]
    [InlineData("""{ "rules": [], "maxConcurrnt": 1 }""", "maxConcurrnt: is not a key here; allowed: maxConcurrent,")]
    [InlineData("""{ "rules": [], "maxConcurrent": 0 }""", "maxConcurrent = \"0\": is not a whole number from 1 to 1000")]
    [InlineData("""{ "rules": [], "protectedVms": ["a", 5] }""", "protectedVms[1] = \"5\": is not a text")]
    [InlineData("""{ "rules": [ 1 ] }""", "rules[0]: must be an object")]
    [InlineData("""{ "rules": [ { "effect": "deny", "kinds": ["*"] } ] }""", "rules[0].name: is missing")]
    [InlineData("""{ "rules": [ { "name": "a", "kinds": ["*"] } ] }""", "rules[0].effect: must be allow or deny")]
    [InlineData("""{ "rules": [ { "name": "a", "effect": "permit", "kinds": ["*"] } ] }""", "rules[0].effect = \"permit\": must be allow or deny")]
    [InlineData("""{ "rules": [ { "name": "a", "effect": "allow" } ] }""", "rules[0].kinds: is missing")]
    [InlineData("""{ "rules": [ { "name": "a", "effect": "allow", "kinds": [] } ] }""", "rules[0].kinds = \"[]\": is empty")]
    [InlineData("""{ "rules": [ { "name": "a", "effect": "allow", "kinds": ["explode"] } ] }""", "rules[0].kinds = \"explode\": is no kind of directive; allowed: *, start,")]
    [InlineData("""{ "rules": [ { "name": "a", "effect": "allow", "kinds": ["*"], "vms": [] } ] }""", "rules[0].vms = \"[]\": is empty")]
    [InlineData("""{ "rules": [ { "name": "a", "effect": "allow", "kinds": ["*"], "hours": "8-18" } ] }""", "rules[0].hours = \"8-18\": is not a span")]
    [InlineData("""{ "rules": [ { "name": "a", "effect": "allow", "kinds": ["*"], "hours": "24:00-08:00" } ] }""", "rules[0].hours = \"24:00-08:00\": is not a span")]
    [InlineData("""{ "rules": [ { "name": "a", "effect": "allow", "kinds": ["*"], "days": ["someday"] } ] }""", "rules[0].days = \"someday\": is no day")]
    [InlineData("""{ "rules": [ { "name": "a", "effect": "allow", "kinds": ["*"], "clock": "utc" } ] }""", "rules[0].clock = \"utc\": says nothing without hours or days")]
    [InlineData("""{ "rules": [ { "name": "a", "effect": "deny", "kinds": ["*"], "maxPerHour": 1 } ] }""", "rules[0].maxPerHour: is for rules that allow")]
    [InlineData("""{ "rules": [ { "name": "a", "effect": "deny", "kinds": ["*"] }, { "name": "a", "effect": "deny", "kinds": ["*"] } ] }""", "rules = \"a\": is the name of several rules")]
    public void Read_Mistake_IsTheOneErrorAndThereIsNoPolicy(string json, string expected)
    {
        Assert.Null(Read(json, out List<ConfigurationError> errors));
        Assert.StartsWith(expected, Assert.Single(errors).ToString(), StringComparison.Ordinal);
    }

    /// <summary>Cut anywhere, or with any byte changed, a policy is read or refused with errors, and never anything else.</summary>
    [Fact]
    public void Read_AnyDamage_IsAPolicyOrErrors()
    {
        byte[] whole = Encoding.UTF8.GetBytes(Example());
        for (int i = 0; i < whole.Length; i++)
        {
            byte[] changed = [.. whole];
            changed[i] = (byte)'"';
            foreach (ReadOnlyMemory<byte> damaged in new ReadOnlyMemory<byte>[] { whole.AsMemory(0, i), changed })
            {
                List<ConfigurationError> errors = [];
                HostPolicy? policy = PolicyReader.Read(damaged, "p.json", errors);
                Assert.Equal(policy is null, errors.Count > 0);
            }
        }
    }

    private static HostPolicy? Read(string json, out List<ConfigurationError> errors)
    {
        errors = [];
        return PolicyReader.Read(Encoding.UTF8.GetBytes(json), "p.json", errors);
    }

    internal static string Example([CallerFilePath] string here = "")
    {
        const string Fence = "```jsonc\n";
        string text = File.ReadAllText(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "docs", "directives.md")));
        int begin = text.IndexOf(Fence, StringComparison.Ordinal) + Fence.Length;
        return text[begin..text.IndexOf("```", begin, StringComparison.Ordinal)];
    }
}
