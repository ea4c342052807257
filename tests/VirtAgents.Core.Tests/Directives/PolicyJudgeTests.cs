using System.Collections.Immutable;
using CsCheck;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Tests.Directives;

public sealed class PolicyJudgeTests
{
    private const long MinuteMs = 60_000;
    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 12, 0, 0, TimeSpan.FromHours(2));
    private static readonly Gen<DirectiveKind> Kind = Gen.OneOf<DirectiveKind>([.. DirectiveCatalogue.All.Select(d => d.Kind)]);
    private static readonly Gen<VmInfo> Vm = Gen.Select(Gen.OneOf("web-1", "web-2", "db-1", ""), Gen.OneOf("", "acme"), (name, tenant) => VmOf(name, tenant));

    private static readonly Gen<PolicyRule> Rule = Gen.Select(
        Gen.Int[0, 99], Gen.Enum<PolicyEffect>(), Kind.Array[0, 4], Gen.OneOf("web-*", "db-1", "*").Array[0, 2], Gen.OneOf("acme", "x").Array[0, 1],
        Gen.Int[1, 5], (number, effect, kinds, vms, tenants, most) =>
            new PolicyRule($"r{number}", effect, [.. kinds], Patterns(vms), Patterns(tenants), null, effect == PolicyEffect.Allow ? most : null));

    private static readonly Gen<HostPolicy> Policy = Gen.Select(
        Rule.Array[0, 5], Gen.OneOf("db-*", "web-2").Array[0, 2], Gen.Int[1, 3], Gen.Int[1, 6],
        (rules, guarded, concurrent, hourly) => new HostPolicy([.. rules], Patterns(guarded), concurrent, hourly));

    [Fact]
    public void Judge_NoRuleIsAbout_Refuses() =>
        Gen.Select(Policy, Kind, Vm).Sample((policy, kind, vm) =>
        {
            HostPolicy denying = policy with { Rules = [.. policy.Rules.Where(r => r.Effect == PolicyEffect.Deny || !r.IsAbout(kind, TargetOf(kind, vm)))] };
            PolicyVerdict verdict = PolicyJudge.Judge(denying, kind, TargetOf(kind, vm), Monday, [], 0);
            Assert.Equal(RefusalReason.Policy, verdict.Refusal);
            Assert.NotEmpty(verdict.Detail);
        });

    [Fact]
    public void Judge_ProtectedVm_IsNeverTouchedDestructively() =>
        Gen.Select(Policy, Kind, Vm).Sample((policy, kind, vm) =>
        {
            DirectiveDefinition definition = DirectiveCatalogue.Find(kind)!;
            PolicyVerdict verdict = PolicyJudge.Judge(policy, kind, TargetOf(kind, vm), Monday, [], 0);
            Assert.False(verdict.IsAllowed && definition.IsDestructive && definition.Target == DirectiveTarget.Vm && policy.Protects(vm));
            Assert.False(verdict.IsAllowed && !policy.MayAllow(kind));
        });

    [Fact]
    public void Judge_AnySequence_NeverExceedsARateInAnySlidingHour() =>
        Gen.Select(Policy, Gen.Select(Kind, Vm, Gen.Long[0, 20 * MinuteMs]).Array[1, 60]).Sample((policy, orders) =>
        {
            var used = new List<PolicyUse>();
            long now = Monday.ToUnixTimeMilliseconds();
            foreach ((DirectiveKind kind, VmInfo vm, long wait) in orders)
            {
                now += wait;
                PolicyVerdict verdict = PolicyJudge.Judge(policy, kind, TargetOf(kind, vm), DateTimeOffset.FromUnixTimeMilliseconds(now), used, 0);
                if (verdict.IsAllowed)
                {
                    used.Add(new PolicyUse(now, verdict.Rule));
                }
            }

            foreach (PolicyUse begin in used)
            {
                PolicyUse[] hour = [.. used.Where(u => u.UnixMs >= begin.UnixMs && u.UnixMs < begin.UnixMs + (60 * MinuteMs))];
                Assert.InRange(hour.Length, 1, policy.MaxPerHour!.Value);
                Assert.All(hour.CountBy(u => u.Rule), c => Assert.InRange(c.Value, 1, policy.Rules.Where(r => r.Name == c.Key).Max(r => r.MaxPerHour ?? 0)));
            }
        });

    [Fact]
    public void Judge_SeveralRulesAreAbout_TheFirstDecides()
    {
        HostPolicy policy = Of(Deny("no end", DirectiveKind.Destroy), Allow("rest"));
        Assert.Equal(
            new PolicyVerdict(RefusalReason.Policy, "no end", "rule 'no end' denies destroy of VM 'web-1'"),
            PolicyJudge.Judge(policy, DirectiveKind.Destroy, VmOf("web-1", ""), Monday, [], 0));
        Assert.Equal(
            new PolicyVerdict(RefusalReason.None, "rest", "rule 'rest' allows start of VM 'web-1'"),
            PolicyJudge.Judge(policy, DirectiveKind.Start, VmOf("web-1", ""), Monday, [], 0));
    }

    [Fact]
    public void Judge_RuleForVms_IsNotAboutPools()
    {
        HostPolicy policy = Of(Allow("web") with { Vms = Patterns(["*"]) });
        Assert.True(PolicyJudge.Judge(policy, DirectiveKind.Start, VmOf("web-1", ""), Monday, [], 0).IsAllowed);
        Assert.False(PolicyJudge.Judge(policy, DirectiveKind.DeleteVolume, null, Monday, [], 0).IsAllowed);
    }

    [Fact]
    public void Judge_AsManyAsMayRun_IsBusy() =>
        Assert.Equal(RefusalReason.Busy, PolicyJudge.Judge(Of(Allow("all")), DirectiveKind.Start, VmOf("web-1", ""), Monday, [], 2).Refusal);

    [Fact]
    public void Judge_OutsideOfTheHours_SaysWhenItIsAllowed()
    {
        HostPolicy policy = Of(Allow("day") with { Hours = new PolicyHours(8 * 60, 12 * 60, [], false) });
        Assert.True(PolicyJudge.Judge(policy, DirectiveKind.Start, VmOf("web-1", ""), Monday.AddMinutes(-1), [], 0).IsAllowed);
        PolicyVerdict late = PolicyJudge.Judge(policy, DirectiveKind.Start, VmOf("web-1", ""), Monday, [], 0);
        Assert.Equal((RefusalReason.Policy, "no rule of the host's policy allows start of VM 'web-1' now; rule 'day' does at 08:00-12:00 local time"), (late.Refusal, late.Detail));
    }

    [Theory]
    [InlineData(12, 0, false, false)]
    [InlineData(21, 59, false, false)]
    [InlineData(22, 0, false, true)]
    [InlineData(29, 59, false, true)] // Tuesday 05:59, in the night that began on Monday
    [InlineData(30, 0, false, false)]
    [InlineData(5, 0, false, false)] // Monday 05:00 is in the night that began on Sunday
    [InlineData(22, 0, true, false)] // 20:00 UTC
    [InlineData(24, 0, true, true)]
    public void Contain_SpanOverMidnight_BelongsToTheDayItStartsOn(int hour, int minute, bool isUtc, bool expected)
    {
        var hours = new PolicyHours(22 * 60, 6 * 60, [DayOfWeek.Monday], isUtc);
        Assert.Equal(expected, hours.Contain(Monday.AddHours(hour - 12).AddMinutes(minute)));
    }

    [Theory]
    [InlineData("web-*", "web-1", true)]
    [InlineData("web-*", "Web-1", false)]
    [InlineData("*-*-x", "a-b-c-x", true)]
    [InlineData("*ab", "aab", true)]
    [InlineData("a*", "", false)]
    [InlineData("**", "", true)]
    [InlineData("web", "web-1", false)]
    public void MatchesName_Wildcards_StandForAnyCharacters(string pattern, string name, bool expected) =>
        Assert.Equal(expected, new VmPattern(pattern).MatchesName(name));

    [Fact]
    public void Matches_Uuid_InAnyCase()
    {
        VmInfo vm = VmOf("web-1", "");
        Assert.True(new VmPattern(vm.Id.ToString().ToUpperInvariant()).Matches(vm));
    }

    private static VmInfo VmOf(string name, string tenant) =>
        new(1, new VmId(new Guid("5f0c4d7e-9a5b-4c1d-8e2f-00000000000a")), name, tenant, 1, 1 << 30, [], []);

    private static VmInfo? TargetOf(DirectiveKind kind, VmInfo vm) => DirectiveCatalogue.Find(kind)!.Target == DirectiveTarget.Vm ? vm : null;

    private static ImmutableArray<VmPattern> Patterns(IEnumerable<string> texts) => [.. texts.Select(t => new VmPattern(t))];

    private static HostPolicy Of(params ImmutableArray<PolicyRule> rules) => new(rules, [], 2, null);

    private static PolicyRule Allow(string name) => new(name, PolicyEffect.Allow, [], [], [], null, null);

    private static PolicyRule Deny(string name, params ImmutableArray<DirectiveKind> kinds) => new(name, PolicyEffect.Deny, kinds, [], [], null, null);
}
