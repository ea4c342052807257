using VirtAgents.Benchmarks.Week;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Planning;

namespace VirtAgents.Simulation.Tests.Week;

public sealed class WeekPoliciesTests
{
    [Theory]
    [InlineData("16 2 3", "False 22:00-06:00 UTC False 0.1 20 False", 3)]
    [InlineData("ahead 16", "True 22:00-06:00 UTC False 0.1 20 False", 1)]
    [InlineData("shared night 23:30-04:15 relieve ahead moves 40 imbalance 0.05 16 2", "True 23:30-04:15 UTC True 0.05 40 True", 2)]
    [InlineData("shared", "False 22:00-06:00 UTC False 0.1 20 True", 0)]
    public void TryTake_WordsBeforeNumbers_AreTaken(string line, string expected, int left)
    {
        string[] args = line.Split(' ');
        Assert.True(WeekPolicies.TryTake(ref args, out WeekPolicies? policies));
        Assert.Equal((expected, left), (FormattableString.Invariant($"{policies.LooksAhead} {policies.Night} {policies.Relieves} {policies.Imbalance} {policies.Moves} {policies.SharesAll}"), args.Length));
    }

    [Theory]
    [InlineData("night 22-6")]
    [InlineData("night 06:00-06:00")]
    [InlineData("night 00:00-06:00")]
    [InlineData("imbalance high 16")]
    [InlineData("Ahead 16")]
    public void TryTake_WordThatIsWrong_IsRefused(string line)
    {
        string[] args = line.Split(' ');
        Assert.False(WeekPolicies.TryTake(ref args, out _));
    }

    [Theory]
    [InlineData("22:00-06:00", 21, 59, PlanGoal.Balance)]
    [InlineData("22:00-06:00", 22, 0, PlanGoal.Consolidate)]
    [InlineData("22:00-06:00", 5, 59, PlanGoal.Consolidate)]
    [InlineData("22:00-06:00", 6, 0, PlanGoal.Balance)]
    [InlineData("20:00-24:00", 0, 0, PlanGoal.Balance)]
    [InlineData("20:00-24:00", 23, 59, PlanGoal.Consolidate)]
    public void ByHours_AtAnyTime_EitherBalancesOrEmpties(string night, int hour, int minute, PlanGoal goal)
    {
        string[] args = ["night", night];
        Assert.True(WeekPolicies.TryTake(ref args, out WeekPolicies? policies));
        DateTimeOffset now = new(2025, 3, 3, hour, minute, 0, TimeSpan.Zero);
        Assert.Equal(goal, Assert.Single(policies.ByHours.Rules, r => r.Hours?.Contain(now) == true).Goal);
        Assert.Equal(PlanGoal.Evacuate, Assert.Single(policies.ByHours.Rules, r => r.Hours is null).Goal);
    }

    [Fact]
    public void ByHours_Anything_KeepsTheBudgetThatIsShipped()
    {
        string[] args = ["relieve"];
        Assert.True(WeekPolicies.TryTake(ref args, out WeekPolicies? policies));
        Assert.All([WeekPolicies.Always, policies.ByHours], p => Assert.Equal(ScheduleBudget.Default, p.Budget));
        Assert.Equal(
            [PlanGoal.Evacuate, PlanGoal.Relieve, PlanGoal.Balance, PlanGoal.Consolidate], policies.ByHours.Rules.Select(r => r.Goal));
        Assert.All((policies with { Imbalance = 0.03, Moves = 7 }).ByHours.Rules, r => Assert.Equal((r.Goal == PlanGoal.Balance ? 0.03 : 0.1, r.Goal == PlanGoal.Consolidate ? 7 : 20), (r.Imbalance, r.MaxMoves)));
    }
}
