using CsCheck;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Planning;

namespace VirtAgents.Core.Tests.Scheduling.Control;

public sealed class MoveOutcomeTests
{
    [Theory]
    [InlineData(StepState.Failed, 10.0, 9.0, 0.9, 0.1, MoveVerdict.Failed)]
    [InlineData(StepState.Skipped, 10.0, null, 0.9, 0.1, MoveVerdict.Unknown)]
    [InlineData(StepState.Done, 10.0, 25.0, 0.6, 0.4, MoveVerdict.AsExpected)]
    [InlineData(StepState.Done, 10.0, 25.1, 0.6, 0.4, MoveVerdict.Slower)]
    [InlineData(StepState.Done, 10.0, null, 0.6, 0.4, MoveVerdict.Unknown)]
    [InlineData(StepState.Done, 10.0, 9.0, null, 0.4, MoveVerdict.Unknown)]
    [InlineData(StepState.Done, 10.0, 9.0, 0.1, 0.95, MoveVerdict.NoGain)] // now 0.85 apart, 0.8 before
    public void VerdictOf_Balance_ComparesLoadsAndTime(StepState state, double expected, double? took, double? from, double? to, MoveVerdict verdict) =>
        Assert.Equal(verdict, MoveOutcome.VerdictOf(PlanGoal.Balance, state, expected, took, new(0.9, 0.1), new(from, to)));

    [Theory]
    [InlineData(0.9, 0.95, MoveVerdict.AsExpected)] // those that waited use what became free, and the other host may be the fuller one now
    [InlineData(0.93, 0.1, MoveVerdict.NoGain)]
    [InlineData(null, 0.1, MoveVerdict.Unknown)]
    public void VerdictOf_Relief_IsAboutTheHostThatWasLeft(double? from, double? to, MoveVerdict verdict) =>
        Assert.Equal(verdict, MoveOutcome.VerdictOf(PlanGoal.Relieve, StepState.Done, 10, 5, new(0.9, 0.1), new(from, to)));

    [Fact]
    public void VerdictOf_Evacuation_IsNotAboutLoads() =>
        Assert.Equal(MoveVerdict.AsExpected, MoveOutcome.VerdictOf(PlanGoal.Evacuate, StepState.Done, 10, 5, default, default));

    [Fact]
    public void TimeFactor_FewMoves_IsOne() => Assert.Equal(1, MoveOutcome.TimeFactor([new(10, 5), new(10, 5)]));

    [Fact]
    public void Downtime_FewMoves_IsUnknown() => Assert.Null(MoveOutcome.Downtime([0, 300]));

    [Fact]
    public void Downtime_OneThatHung_HardlyCounts() => Assert.Equal(20, MoveOutcome.Downtime([20, 10, 20, 90_000]));

    [Fact]
    public void TimeFactor_OneThatHung_HardlyCounts() => Assert.Equal(0.5, MoveOutcome.TimeFactor([new(10, 5), new(10, 5), new(10, 5), new(10, 9_000)]));

    [Fact]
    public void TimeFactor_AnyTimes_IsBetweenTheirRatios() =>
        Gen.Double[0.1, 1_000].Array[MoveOutcome.LeastMoves, 100].Sample(measured =>
        {
            double factor = MoveOutcome.TimeFactor(measured.Select(m => new MoveTime(10, m)));
            double[] counted = [.. measured.Take(MoveOutcome.MostMoves).Select(m => m / 10)];
            Assert.InRange(factor, counted.Min(), counted.Max());
        });
}
