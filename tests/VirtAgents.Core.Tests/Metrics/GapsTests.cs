using CsCheck;
using VirtAgents.Core.Metrics;

namespace VirtAgents.Core.Tests.Metrics;

public sealed class GapsTests
{
    private const long Minute = 60_000;

    [Fact]
    public void Fill_None_OnlyWhatIsThere() =>
        Assert.Equal([(Minute, 1.0)], Filled(GapFill.None, new(0, 3 * Minute, Minute), (Minute, 1)).Select(v => (v.StartUnixMs, v.Value!.Value)));

    [Fact]
    public void Fill_Null_EveryStepAndNeverZero() =>
        Assert.Equal(
            [new(0, null), new(Minute, 1), new(2 * Minute, null)],
            Filled(GapFill.Null, new(1_000, (2 * Minute) + 1, Minute), (Minute, 1)));

    [Fact]
    public void Fill_Previous_HeldForFiveMinutesThenNull() =>
        Assert.Equal(
            [null, 7.0, 7, 7, 7, 7, 7, null, null, 9],
            Filled(GapFill.Previous, new(0, 10 * Minute, Minute), (Minute, 7), (9 * Minute, 9)).Select(v => v.Value));

    [Fact]
    public void Fill_PreviousLongSteps_HeldForOneStep() =>
        Assert.Equal(
            [7.0, 7, null, null],
            Filled(GapFill.Previous, new(0, 240 * Minute, 60 * Minute), (0, 7)).Select(v => v.Value));

    [Fact]
    public void Fill_WholeRange_OnePointAtItsStart() =>
        Assert.Equal([new(1_234, 5)], Filled(GapFill.Null, new(1_234, 99_999, 0), (1_234, 5)));

    [Fact]
    public void Starts_AnyRange_CoverItWithoutAStepTooMuch()
    {
        Gen.Select(Gen.Long[1, 1_000_000], Gen.Long[1, 10_000], Gen.Long[1, 1_000]).Sample((from, length, step) =>
        {
            long[] starts = [.. new StepGrid(from, from + length, step).Starts()];

            Assert.All(starts, s => Assert.Equal(0, s % step));
            Assert.InRange(starts[0], from - step + 1, from);
            Assert.InRange(starts[^1], from + length - step, from + length - 1);
            Assert.Equal(starts.Length, ((starts[^1] - starts[0]) / step) + 1);
        });
    }

    [Fact]
    public void Fill_AnyPoints_KeepsEveryOneOfThem()
    {
        Gen.Select(Gen.Bool.Array[1, 40], Gen.Bool.Select(holds => holds ? GapFill.Previous : GapFill.Null)).Sample((has, fill) =>
        {
            (long, double)[] points = [.. has.Select((there, i) => (there, i)).Where(p => p.there).Select(p => (p.i * Minute, (double)p.i))];
            StepValue[] filled = Filled(fill, new(0, has.Length * Minute, Minute), points);

            Assert.Equal(has.Length, filled.Length);
            Assert.All(filled.Zip(has), pair => Assert.True(!pair.Second || pair.First.Value == pair.First.StartUnixMs / Minute));
            Assert.True(fill == GapFill.Previous || filled.Zip(has).All(pair => pair.First.Value.HasValue == pair.Second));
        });
    }

    private static StepValue[] Filled(GapFill fill, StepGrid grid, params (long Start, double Value)[] points) =>
        [.. Gaps.Fill([.. points.Select(p => new SeriesPoint(p.Start, p.Value))], grid, fill)];
}
