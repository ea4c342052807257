using VirtAgents.Core.Scheduling.Clusters;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Planning;

namespace VirtAgents.Core.Tests.Scheduling.Control;

public sealed class WantedGoalsTests
{
    private const string Why = "6 VMs are on drained hosts";
    private static readonly ScheduleRule Empty = new("empty", PlanGoal.Evacuate, ScheduleMode.Auto) { Hold = TimeSpan.Zero };
    private static readonly ScheduleRule Even = new("even", PlanGoal.Balance, ScheduleMode.Auto) { Hold = TimeSpan.FromMinutes(5) };
    private readonly WantedGoals _goals = new();

    [Fact]
    public void IsDue_WantedForTheHold_OnlyThen()
    {
        Assert.False(_goals.IsDue(Even, ClusterOf(2), Why, 0));
        Assert.False(_goals.IsDue(Even, ClusterOf(2), Why, 299_999));
        Assert.True(_goals.IsDue(Even, ClusterOf(2), Why, 300_000));
    }

    [Fact]
    public void IsDue_NotWantedInBetween_HoldBeginsAnew()
    {
        _goals.IsDue(Even, ClusterOf(2), Why, 0);
        Assert.False(_goals.IsDue(Even, ClusterOf(2), null, 200_000));
        Assert.False(_goals.IsDue(Even, ClusterOf(2), Why, 300_000));
        Assert.True(_goals.IsDue(Even, ClusterOf(2), Why, 600_000));
    }

    [Fact]
    public void IsDue_SearchFoundNothing_RestsForAMinute()
    {
        _goals.FoundNothing(Empty, ClusterOf(2), Why, 0);
        Assert.False(_goals.IsDue(Empty, ClusterOf(2), Why, 59_999));
        Assert.True(_goals.IsDue(Empty, ClusterOf(2), Why, 60_000));
    }

    [Theory]
    [InlineData(PlanGoal.Evacuate)]
    [InlineData(PlanGoal.Consolidate)]
    public void IsDue_NothingIsFoundAgainAndAgain_RestsForLongerUpToTenMinutesUnlessLoadIsUrgent(PlanGoal goal)
    {
        ScheduleRule rule = Empty with { Goal = goal };
        (long now, List<long> pauses) = (0, []);
        for (int i = 0; i < 6; i++)
        {
            _goals.FoundNothing(rule, ClusterOf(2), Why, now);
            _goals.FoundNothing(Even with { Hold = TimeSpan.Zero }, ClusterOf(2), Why, now);
            Assert.True(_goals.IsDue(Even with { Hold = TimeSpan.Zero }, ClusterOf(2), Why, now + 60_000));
            long pause = 0;
            while (!_goals.IsDue(rule, ClusterOf(2), Why, now + pause))
            {
                pause += 30_000;
            }

            pauses.Add(pause / 60_000);
            now += pause;
        }

        Assert.Equal([1, 2, 4, 8, 10, 10], pauses);
        _goals.FoundNothing(rule, ClusterOf(3), Why, now);
        Assert.True(_goals.IsDue(rule, ClusterOf(3), Why, now + 60_000));
    }

    [Theory]
    [InlineData(3, Why)]
    [InlineData(2, "7 VMs are on drained hosts")]
    public void IsDue_OtherSightAfterNothing_LooksAtOnce(int hosts, string why)
    {
        _goals.FoundNothing(Empty, ClusterOf(2), Why, 0);
        Assert.True(_goals.IsDue(Empty, ClusterOf(hosts), why, 1_000));
    }

    [Fact]
    public void IsDue_LoadAloneIsOtherAfterNothing_RestsAllTheSame()
    {
        ScheduleRule even = Even with { Hold = TimeSpan.Zero };
        _goals.FoundNothing(even, ClusterOf(2), "load is spread by 0.140, 0.1 or more", 0);
        Assert.False(_goals.IsDue(even, ClusterOf(2), "load is spread by 0.141, 0.1 or more", 30_000));
        Assert.True(_goals.IsDue(even, ClusterOf(3), "load is spread by 0.141, 0.1 or more", 30_000));
    }

    [Fact]
    public void IsDue_OtherRuleOrCluster_KnowsNothingOfIt()
    {
        _goals.FoundNothing(Empty, ClusterOf(2), Why, 0);
        Assert.True(_goals.IsDue(Empty with { Name = "other" }, ClusterOf(2), Why, 1_000));
        Assert.True(_goals.IsDue(Empty, ClusterOf(2) with { Name = "other" }, Why, 1_000));
    }

    private static ClusterSnapshot ClusterOf(int hosts) => new(
        "rack", false, new ClusterLimits(4), [.. Enumerable.Range(0, hosts).Select(h => new ClusterHost($"h{h}", new(8, 65_536, 500, 1_000), HostAvailability.Online))],
        [new("vm", "h0", 2, 4_096)]);
}
