using CsCheck;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Detection.Remediation;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Limits;

namespace VirtAgents.Core.Tests.Detection.Remediation;

public sealed class ThrottleJudgeTests
{
    private const long Now = 100_000_000, Since = Now - 900_000;

    private static readonly VmInfo Vm = new(1, new VmId(new Guid(1, 2, 3, new byte[8])), "taker", "", 2, 1 << 30, [], []);

    private static readonly RemediationRule Calm = new(
        "calm", [FindingKind.VmNoisyNeighbour], "", "", "", RemediationMode.Auto, DirectiveKind.SetCpuQuota, 2, TimeSpan.FromHours(6), TimeSpan.FromMinutes(5))
    {
        Throttle = new(LimitedResource.Cpu, 10),
    };

    private static readonly RemediationPolicy Policy = new([Calm], 20);
    private static readonly Finding Noisy = Of("");
    private static readonly ThrottleSight Sight = new("", 0, 80);

    [Fact]
    public void Decide_NoLimitInForce_ActsWithinTheBoundsAndSaysWhatItWas()
    {
        RemediationDecision decision = Decide();
        Assert.Equal(
            (RemediationVerdict.Act, "rule 'calm', try 1 of 2, it used 80 and gets 40 % of a pCPU for each vCPU, for 30 min at most", "set_cpu_quota lease_seconds=1920 only_if_percent=0 percent=40"),
            (decision.Verdict, decision.Why, decision.Directive));
    }

    [Theory]
    [InlineData(null, 80.0, RemediationVerdict.Held)]
    [InlineData(50L, 80.0, RemediationVerdict.GiveUp)]
    [InlineData(0L, null, RemediationVerdict.Wait)]
    [InlineData(0L, 10.0, RemediationVerdict.Wait)]
    [InlineData(0L, 12.0, RemediationVerdict.Act)]
    public void Decide_LimitOrUse_NothingIsDoneOnUnknownOrToSomebodysLimit(long? inForce, double? used, RemediationVerdict verdict) =>
        Assert.Equal(verdict, Decide(Sight with { InForce = inForce, Used = used }).Verdict);

    [Fact]
    public void Decide_NotCertain_Waits()
    {
        Assert.Equal(RemediationVerdict.Wait, RemediationJudge.Decide(Policy, IncidentOf(Noisy), Noisy, Vm, VmState.Running, "h", [], Now).Verdict);
        Assert.Equal("it is seen as Paused", RemediationJudge.Decide(Policy, IncidentOf(Noisy), Noisy, Vm, VmState.Paused, "h", [], Now, throttle: Sight).Why);
        Assert.Equal(RemediationVerdict.Held, Decide(Sight with { WhyNot = "its kernel cannot" }).Verdict);
    }

    [Fact]
    public void Decide_ThrottledBefore_OncePerFindingAndWithPausesAndALimit()
    {
        PastThrottle open = new("", Since, true, null), spent = open with { EndedUnixMs = Now - 600_000 }, earlier = spent with { SinceUnixMs = Since - 1 };
        Assert.Equal("it is throttled", Decide(Sight with { Past = [open] }).Why);
        Assert.Equal("rule 'calm' does not throttle it, it is for people: it was throttled about this finding already", Decide(Sight with { Past = [spent] }).Why);
        Assert.Equal(RemediationVerdict.Act, Decide(Sight with { Past = [earlier, spent with { WasInForce = false }] }).Verdict);
        Assert.Equal("what it uses is unknown", Decide(Sight with { Past = [earlier with { EndedUnixMs = Now - 1_000 }] }).Why);

        PastAction once = new("calm", Vm.Id, Now - 900_000, Now - 200_000);
        Assert.Equal("the pause after try 1 is not over", Decide(past: [once]).Why);
        Assert.Equal(RemediationVerdict.Act, Decide(past: [once with { EndedUnixMs = Now - 300_000 }]).Verdict);
        Assert.Equal(RemediationVerdict.GiveUp, Decide(past: [once, once]).Verdict);
    }

    [Fact]
    public void Decide_FindingOfAPool_IsForRulesOfDisks()
    {
        Finding pool = Of("san");
        RemediationRule disk = Calm with { Name = "disk", Directive = DirectiveKind.SetDiskLimit, Throttle = new(LimitedResource.DiskOperations, 100) };
        RemediationPolicy both = new([Calm, disk], 20);
        RemediationDecision At(Finding finding, ThrottleSight sight) => RemediationJudge.Decide(both, IncidentOf(finding), finding, Vm, VmState.Running, "h", [], Now, throttle: sight);
        Assert.Equal("set_disk_limit disk=vdb lease_seconds=1920 only_if_total_iops=0 total_iops=1500", At(pool, new("vdb", 0, 3_000)).Directive);
        Assert.Equal("calm", At(Noisy, Sight).Rule!.Name);
        Assert.Equal("rule 'disk' does not throttle it, it is for people: it has none or several disks in pool 'san'", At(pool, new(null, null, null)).Why);
    }

    [Fact]
    public void Decide_Mode_GoesNoFurther()
    {
        RemediationDecision Mode(RemediationMode mode, bool isApproved = false, ThrottleSight? sight = null) => RemediationJudge.Decide(
            new([Calm with { Mode = mode }], 20), IncidentOf(Noisy), Noisy, Vm, VmState.Running, "h", [], Now, null, isApproved, sight ?? Sight);
        Assert.Equal("rule 'calm' recommends: throttle its CPU to 50 % of what it uses, for 30 min at most", Mode(RemediationMode.Recommend).Why);
        Assert.Equal(RemediationVerdict.Nothing, Mode(RemediationMode.Observe).Verdict);
        Assert.Equal(RemediationVerdict.Propose, Mode(RemediationMode.Approve).Verdict);

        // What was shown holds, as long as it takes something and is not below the floor.
        Assert.Equal(35, Mode(RemediationMode.Approve, true, Sight with { Shown = 35 }).Throttle!.Amount);
        Assert.Equal(40, Mode(RemediationMode.Approve, true, Sight with { Shown = 5 }).Throttle!.Amount);
        Assert.Equal(40, Mode(RemediationMode.Approve, true, Sight with { Shown = 90 }).Throttle!.Amount);
    }

    [Fact]
    public void Judge_WhateverIsSeen_NeverBelowTheFloorNorOverSomebodysLimitNorWithoutEffect() =>
        Gen.Select(Gen.Long[1, 99], Gen.Double[0.05, 0.95], Gen.Double[0, 250], Gen.OneOf(Gen.Const((long?)null), Gen.Long[0, 3].Select(v => (long?)v)), Gen.OneOf(Gen.Const((long?)null), Gen.Long[0, 200].Select(v => (long?)v)))
            .Sample((floor, to, used, inForce, shown) =>
            {
                RemediationRule rule = Calm with { Throttle = new ThrottleBounds(LimitedResource.Cpu, floor) { To = to } };
                ThrottlePlan plan = ThrottleJudge.Judge(rule, Noisy, Sight with { InForce = inForce, Used = used, Shown = shown }, Now);
                if (plan.Verdict == RemediationVerdict.Act)
                {
                    Assert.Equal(0, inForce);
                    Assert.True(plan.Amount >= floor && plan.Amount < used, $"{plan.Amount} of {used}, floor {floor}");
                }
            });

    /// <summary>Whatever happens to its directives, to what the host says and to the finding: once directives are carried out again, no limit of ours is left, and none of others is gone.</summary>
    [Fact]
    public void WhyRelease_AnyOrderOfEvents_EveryThrottleIsReleasedInTheEnd() =>
        Gen.Int[0, 9].Array[0, 60].Sample(events =>
        {
            ThrottledHost host = new();
            foreach (int happening in events)
            {
                host.Happen(happening);
            }

            host.Recover();
            Assert.True(host.Limit.IsEnded, $"{host.Limit}");
            Assert.True(host.InForce == host.Foreign, $"{host.InForce} is in force, and {host.Foreign} is somebody else's");
        });

    private static RemediationDecision Decide(ThrottleSight? sight = null, IReadOnlyCollection<PastAction>? past = null) =>
        RemediationJudge.Decide(Policy, IncidentOf(Noisy), Noisy, Vm, VmState.Running, "h", past ?? [], Now, throttle: sight ?? Sight);

    private static Finding Of(string detail) => new(new(FindingKind.VmNoisyNeighbour, new(ElementKind.Vm, Vm.Id.ToString()), detail), "taker", Severity.Warning, Since, "test");

    private static Incident IncidentOf(Finding root) => new(Guid.NewGuid(), root, Now);

    /// <summary>A host with a throttle, and whoever follows it.</summary>
    private sealed class ThrottledHost
    {
        private const long Ours = 40, Theirs = 60;
        private DirectiveState? _directive = DirectiveState.Sent;
        private bool _isVisible = true, _holds = true, _hasRule = true;
        private long _now = Now;

        public HeldLimit Limit { get; private set; } = new(Guid.NewGuid(), "calm", LimitedResource.Cpu, default, Vm.Id, "", LimitStage.Setting, Ours) { ChangedUnixMs = Now, ExpiresUnixMs = Now + 1_800_000 };

        public long InForce { get; private set; }

        /// <summary>What somebody else has set; 0 = nothing.</summary>
        public long Foreign { get; private set; }

        public void Happen(int happening)
        {
            _ = happening switch
            {
                0 => End(true, DirectiveState.Done),
                1 => End(false, DirectiveState.Failed),
                2 => End(true, DirectiveState.Expired), // carried out, and its answer is lost
                3 => _isVisible = !_isVisible,
                4 => SetByHand(Theirs),
                5 => SetByHand(0),
                6 => _holds = !_holds,
                7 => _hasRule = !_hasRule,
                _ => true,
            };
            Look(happening == 8 ? 600_000 : 15_000);
        }

        public void Recover()
        {
            _isVisible = true;
            for (int look = 0; look < 200 && !Limit.IsEnded; look++)
            {
                End(true, DirectiveState.Done);
                Look(15_000);
            }
        }

        private bool SetByHand(long amount)
        {
            (InForce, Foreign) = (amount, amount);
            return true;
        }

        private bool End(bool isCarriedOut, DirectiveState state)
        {
            if (_directive != DirectiveState.Sent)
            {
                return false;
            }

            // The host looks once more, and replaces no other limit.
            long expected = Limit.Stage == LimitStage.Setting ? 0 : Ours;
            bool isRefused = InForce != expected || Foreign != 0;
            InForce = isRefused || !isCarriedOut ? InForce : Ours - expected;
            _directive = isRefused ? DirectiveState.Refused : state;
            return true;
        }

        private void Look(long passedMs)
        {
            _now += passedMs;
            DirectiveNow? directive = _directive is { } state ? new(state, "", _now) : null;
            Limit = LimitFollower.Next(Limit, directive, _isVisible ? InForce : null, _now);
            RemediationPolicy policy = _hasRule ? Policy : RemediationPolicy.None;
            if (Limit.IsFree(_now) && _isVisible && InForce == Limit.Amount && ThrottleJudge.WhyRelease(Limit, policy, _holds, _now) is not null)
            {
                (Limit, _directive) = (Limit with { Stage = LimitStage.Releasing }, DirectiveState.Sent);
            }
        }
    }
}
