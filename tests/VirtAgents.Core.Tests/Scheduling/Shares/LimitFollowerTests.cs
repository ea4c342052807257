using VirtAgents.Core.Directives;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Limits;
using VirtAgents.Core.Scheduling.Shares;

namespace VirtAgents.Core.Tests.Scheduling.Shares;

public sealed class LimitFollowerTests
{
    private const long Now = 1_000_000, Limit = 8 << 20, Former = 4 << 20;

    private static readonly HeldLimit Setting =
        new(Guid.NewGuid(), "uplink", LimitedResource.NetworkOut, new HostId(Guid.NewGuid()), ShareScene.Id(1), "52:54:00:00:00:01", LimitStage.Setting, Limit) { ExpiresUnixMs = Now + 60_000 };

    private static readonly HeldLimit InForce = Setting with { Stage = LimitStage.InForce, FormerAmount = Former };

    [Fact]
    public void Next_DirectiveGoesOn_StaysAsItIs() => Assert.Equal(Setting, LimitFollower.Next(Setting, Told(DirectiveState.Running), null, Now));

    [Fact]
    public void Next_DirectiveDone_IsInForceAlthoughTheInventoryIsOlder()
    {
        HeldLimit next = LimitFollower.Next(Setting, Told(DirectiveState.Done), 0, Now);
        Assert.Equal((LimitStage.InForce, Now), (next.Stage, next.ChangedUnixMs));
        Assert.Equal(LimitStage.InForce, LimitFollower.Next(next, null, 0, Now + 29_000).Stage);
        Assert.Equal(LimitStage.Ended, LimitFollower.Next(next, null, 0, Now + 30_000).Stage);
    }

    [Fact]
    public void Next_DirectiveFailed_WaitsLongerEachTimeAndAsksTheInventory()
    {
        HeldLimit next = LimitFollower.Next(Setting, Told(DirectiveState.Refused, "the kernel cannot"), null, Now);
        Assert.Equal((LimitStage.InForce, 1, Now + 30_000, "refused: the kernel cannot"), (next.Stage, next.Attempts, next.RetryUnixMs, next.Detail));
        Assert.False(next.IsFree(Now + 29_999));
        Assert.True(next.IsFree(Now + 30_000));
        HeldLimit gone = LimitFollower.Next(next, null, 0, Now + 30_000);
        Assert.Equal((LimitStage.Failed, "refused: the kernel cannot"), (gone.Stage, gone.Detail));

        HeldLimit release = InForce with { Stage = LimitStage.Releasing };
        long[] pauses = [.. Enumerable.Range(0, 8).Select(i => LimitFollower.Next(release with { Attempts = i }, Told(DirectiveState.Failed), null, Now).RetryUnixMs - Now)];
        Assert.Equal([30_000, 60_000, 120_000, 240_000, 480_000, 600_000, 600_000, 600_000], pauses);
    }

    [Fact]
    public void Next_ReleaseDone_Ends() =>
        Assert.Equal(LimitStage.Ended, LimitFollower.Next(InForce with { Stage = LimitStage.Releasing }, Told(DirectiveState.Done), Limit, Now).Stage);

    [Fact]
    public void Next_DirectiveNotKnown_CountsAsFailed() => Assert.Equal(1, LimitFollower.Next(Setting, null, null, Now).Attempts);

    [Theory]
    [InlineData(null, LimitStage.InForce, Limit)]
    [InlineData(Limit, LimitStage.InForce, Limit)]
    [InlineData(Former, LimitStage.InForce, Former)]
    [InlineData(0L, LimitStage.Ended, Limit)]
    [InlineData(12345L, LimitStage.Ended, Limit)]
    public void Next_InForce_IsWhatTheInventorySays(long? seen, LimitStage stage, long bytes)
    {
        HeldLimit next = LimitFollower.Next(InForce, null, seen, Now);
        Assert.Equal((stage, bytes), (next.Stage, next.Amount));
    }

    [Fact]
    public void WhyRelease_LimitThatIsNotAskedFor_TellsWhy()
    {
        ShareRule rule = new("uplink", LimitedResource.NetworkOut, ScheduleMode.Auto, "eth1", 1e8);
        string? Why(ShareRule? now, HostId? where, long atUnixMs) => ShareJudge.WhyRelease(InForce, now, where, atUnixMs);
        Assert.Null(Why(rule, InForce.Host, Now));
        Assert.Null(Why(rule, null, Now));
        Assert.Equal("it has expired", Why(rule, InForce.Host, Now + 60_000));
        Assert.Equal("its VM is on another host now", Why(rule, new HostId(Guid.NewGuid()), Now));
        Assert.All(
            new[] { null, rule with { Mode = ScheduleMode.Recommend }, rule with { Name = "first" } },
            now => Assert.Equal("the policy does not ask for it any more", Why(now, InForce.Host, Now)));
    }

    [Fact]
    public void RulesOf_Hosts_AreTheFirstOfEachResource()
    {
        ShareRule rule = new("front", LimitedResource.NetworkOut, ScheduleMode.Auto, "eth1", 1e8) { Host = "front*" };
        SharePolicy policy = new([rule, rule with { Name = "all", Host = "" }, new("cpu", LimitedResource.Cpu, ScheduleMode.Auto, "", null)]);
        Assert.Equal(["front", "cpu"], policy.RulesOf("front1").Select(r => r.Name));
        Assert.Equal(["all", "cpu"], policy.RulesOf("back1").Select(r => r.Name));
        Assert.Equal((1_048_576, 10), (policy.Rules[0].Floor, policy.Rules[2].Floor));
    }

    [Fact]
    public void RulesOfPool_HostsThatShareIt_AreOfTheFirstThatIsAboutOneOfThem()
    {
        ShareRule rule = new("front", LimitedResource.DiskBytes, ScheduleMode.Auto, "san*", 1e8) { Host = "front*" };
        SharePolicy policy = new([rule, new("all", LimitedResource.DiskBytes, ScheduleMode.Auto, "*", 1e9), new("iops", LimitedResource.DiskOperations, ScheduleMode.Auto, "san1", 1e4)]);
        Assert.Equal(["front", "iops"], policy.RulesOfPool("san1", ["back1", "front1"]).Select(r => r.Name));
        Assert.Equal(["all", "iops"], policy.RulesOfPool("san1", ["back1"]).Select(r => r.Name));
        Assert.Equal(["all"], policy.RulesOfPool("local", ["front1"]).Select(r => r.Name));
        Assert.Empty(policy.RulesOf("front1"));
        Assert.Equal((TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(5)), (rule.Rest, (rule with { Hold = TimeSpan.FromMinutes(5) }).Rest));
    }

    [Fact]
    public void RateOf_Readings_IsTheirMeanOrUnknown()
    {
        double? Rate(long[] times, long[] raw, int[] epochs) => ShareRates.RateOf(new RawSeries(times, raw, epochs), LimitForm.Of(LimitedResource.NetworkOut).Window, 100_000);
        Assert.Equal(150, Rate([80_000, 90_000, 100_000], [0, 1_000, 3_000], [1, 1, 1]));
        Assert.Null(Rate([100_000], [3_000], [1]));
        Assert.Null(Rate([90_000, 100_000], [0, 3_000], [1, 2]));
        Assert.Null(Rate([30_000, 40_000], [0, 3_000], [1, 1]));
        Assert.Null(Rate([], [], []));
    }

    private static DirectiveNow? Told(DirectiveState state, string detail = "") => new(state, detail, Now);
}
