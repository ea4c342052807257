using VirtAgents.Collector.Configuration;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Detection.Remediation;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Scheduling.Limits;

namespace VirtAgents.Collector.Tests.Remediation;

public sealed class RemediationPolicyTests
{
    [Fact]
    public void TryRead_WholeRule_IsAsWritten()
    {
        RemediationPolicy? policy = Read(
            """
            {
              // Web servers come back by themselves.
              "maxPerHour": 7,
              "proposalLifetime": "2h",
              "rules": [
                { "name": "restart", "findings": ["vm-crashed", "vm-panicked"], "vm": "web-*", "host": "h?", "tenant": "red", "mode": "auto", "directive": "start",
                  "limit": 5, "window": "2h", "firstPause": "30s" },
              ],
            }
            """,
            out IReadOnlyList<string> problems);

        Assert.Empty(problems);
        RemediationRule rule = Assert.Single(policy!.Rules);
        Assert.Equal(TimeSpan.FromHours(2), policy.ProposalLifetime);
        Assert.Equal([FindingKind.VmCrashed, FindingKind.VmPanicked], rule.Findings);
        Assert.Equal(
            (7, "restart", "web-*", "h?", "red", RemediationMode.Auto, DirectiveKind.Start, 5, TimeSpan.FromHours(2), TimeSpan.FromSeconds(30)),
            (policy.MaxPerHour, rule.Name, rule.Vm, rule.Host, rule.Tenant, rule.Mode, rule.Directive, rule.Limit, rule.Window, rule.FirstPause));
    }

    [Theory]
    [InlineData("""{"rules":[{"name":"a","findings":["vm-crashed"],"mode":"auto","directive":"destroy"}]}""", "rules[0].directive: 'destroy' is not valid; allowed: start, resume, set_link, migrate, throttle")]
    [InlineData("""{"rules":[{"name":"a","findings":["vm-unusual"],"mode":"auto","directive":"set_link"}]}""", "rules[0].mode: 'auto' is not valid for set_link, which takes something from a guest that works; allowed: observe, recommend, approve")]
    [InlineData("""{"rules":[{"name":"a","findings":["vm-unusual"],"mode":"auto","directive":"migrate","to":"qemu+ssh://b/system"}]}""", "rules[0].mode: 'auto' is not valid for migrate")]
    [InlineData("""{"rules":[{"name":"a","findings":["vm-unusual"],"mode":"approve","directive":"migrate"}]}""", "rules[0].to: '' is not valid; allowed: the address of the target's hypervisor")]
    [InlineData("""{"rules":[{"name":"a","findings":["vm-crashed"],"mode":"auto","directive":"start","to":"b"}]}""", "rules[0].to: 'b' is not valid")]
    [InlineData("""{"rules":[{"name":"a","findings":["vm-crashed"],"mode":"auto","directive":"start","network":"lan"}]}""", "rules[0].network: 'lan' is not valid; allowed: with set_link alone")]
    [InlineData("""{"rules":[{"name":"a","findings":["pool-full"],"mode":"auto","directive":"start"}]}""", "rules[0].findings: 'pool-full' is not valid; allowed: vm-crashed,")]
    [InlineData("""{"rules":[{"name":"a","findings":[],"mode":"auto","directive":"start"}]}""", "rules[0].findings: it is missing or empty")]
    [InlineData("""{"rules":[{"name":"a","findings":["vm-crashed"],"mode":"always","directive":"start"}]}""", "rules[0].mode: 'always' is not valid; allowed: observe, recommend, approve, auto")]
    [InlineData("""{"rules":[{"name":"a","findings":["vm-crashed"],"mode":"auto","directive":"start","limit":0}]}""", "rules[0].limit: '0' is not valid; allowed: a whole number from 1 to 100")]
    [InlineData("""{"rules":[{"name":"a","findings":["vm-crashed"],"mode":"auto","directive":"start","window":"1s"}]}""", "rules[0].window: '1s' is not valid; allowed: a time from 00:01:00")]
    [InlineData("""{"rules":[{"name":"a","findings":["vm-crashed"],"mode":"auto","directive":"throttle","throttle":{"resource":"cpu"}}]}""", "rules[0].findings: they name no culprit; allowed: with throttle vm-noisy-neighbour alone")]
    [InlineData("""{"rules":[{"name":"a","findings":["vm-noisy-neighbour"],"mode":"auto","directive":"throttle"}]}""", "rules[0].throttle.resource: '' is not valid; allowed: cpu, disk-operations, disk-bytes")]
    [InlineData("""{"rules":[{"name":"a","findings":["vm-noisy-neighbour"],"mode":"auto","directive":"throttle","throttle":{"resource":"cpu","to":1}}]}""", "rules[0].throttle.to: '1' is not valid; allowed: a number from 0.05 to 0.95")]
    [InlineData("""{"rules":[{"name":"a","findings":["vm-noisy-neighbour"],"mode":"auto","directive":"throttle","throttle":{"resource":"cpu","floor":100}}]}""", "rules[0].throttle.floor: '100' is not valid; allowed: a number from 1 to 99")]
    [InlineData("""{"rules":[{"name":"a","findings":["vm-noisy-neighbour"],"mode":"auto","directive":"throttle","throttle":{"resource":"disk-bytes","expiry":"2d"}}]}""", "rules[0].throttle.expiry: '2d' is not valid")]
    [InlineData("""{"rules":[{"name":"a","findings":["vm-crashed"],"mode":"auto","directive":"start","throttle":{"resource":"cpu"}}]}""", "rules[0].throttle: it is not valid here; allowed: with directive 'throttle' alone")]
    [InlineData("""{"maxPerHour":-1,"rules":[]}""", "maxPerHour: '-1' is not valid")]
    [InlineData("""{"proposalLifetime":"8d","rules":[]}""", "proposalLifetime: '8d' is not valid; allowed: a time from 00:01:00 to 7.00:00:00")]
    [InlineData("""{"rule":[]}""", "line 1: ")]
    [InlineData("""{"rules":[{]}""", "line 1: ")]
    public void TryRead_Mistake_IsToldWithItsPlace(string json, string told)
    {
        Assert.Null(Read(json, out IReadOnlyList<string> problems));
        Assert.Contains(told, Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void TryRead_QuarantineAboutAThreshold_IsAsWritten()
    {
        RemediationPolicy? policy = Read(
            """{"rules":[{"name":"q","findings":["threshold-error"],"detail":"vm-busy*","mode":"approve","directive":"set_link","network":"lan*"}]}""", out IReadOnlyList<string> problems);
        Assert.Empty(problems);
        RemediationRule rule = Assert.Single(policy!.Rules);
        Assert.Equal((FindingKind.ThresholdError, "vm-busy*", DirectiveKind.SetLink, "lan*"), (rule.Findings.Single(), rule.Detail, rule.Directive, rule.Network));
    }

    [Fact]
    public void TryRead_Throttle_IsAsWrittenOrUsual()
    {
        RemediationPolicy? policy = Read(
            """
            {"rules":[
              {"name":"c","findings":["vm-noisy-neighbour"],"mode":"auto","directive":"throttle","throttle":{"resource":"cpu"}},
              {"name":"d","findings":["vm-noisy-neighbour"],"mode":"approve","directive":"throttle","window":"1h","firstPause":"1m","throttle":{"resource":"disk-operations","to":0.25,"floor":20,"expiry":"10m"}}]}
            """,
            out IReadOnlyList<string> problems);
        Assert.Empty(problems);
        (RemediationRule cpu, RemediationRule disk) = (policy!.Rules[0], policy.Rules[1]);
        Assert.Equal((DirectiveKind.SetCpuQuota, TimeSpan.FromHours(6), TimeSpan.FromMinutes(5)), (cpu.Directive, cpu.Window, cpu.FirstPause));
        Assert.Equal(new ThrottleBounds(LimitedResource.Cpu, 10) { To = 0.5, Expiry = TimeSpan.FromMinutes(30) }, cpu.Throttle);
        Assert.Equal((DirectiveKind.SetDiskLimit, TimeSpan.FromHours(1), TimeSpan.FromMinutes(1)), (disk.Directive, disk.Window, disk.FirstPause));
        Assert.Equal(new ThrottleBounds(LimitedResource.DiskOperations, 20) { To = 0.25, Expiry = TimeSpan.FromMinutes(10) }, disk.Throttle);
    }

    [Fact]
    public void TryRead_NoFile_SaysSo()
    {
        Assert.Null(RemediationPolicyReader.TryRead("/nowhere/policy.json", out IReadOnlyList<string> problems));
        Assert.Equal("'/nowhere/policy.json' does not exist or may not be read; allowed: a JSON file", Assert.Single(problems));
    }

    private static RemediationPolicy? Read(string json, out IReadOnlyList<string> problems)
    {
        string path = Path.GetTempFileName();
        File.WriteAllText(path, json);
        RemediationPolicy? policy = RemediationPolicyReader.TryRead(path, out problems);
        File.Delete(path);
        return policy;
    }
}
