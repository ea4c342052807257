using CsCheck;
using VirtAgents.Core.Detection.Pools;

namespace VirtAgents.Core.Tests.Detection.Pools;

public sealed class PoolFillJudgeTests
{
    private const int Day = 24;
    private static readonly PoolFill Never = new(50, 0, 100, null, null, null);

    [Fact]
    public void Judge_GrowsEvenly_SaysWhenItIsFullWithTheInterval()
    {
        PoolFill fill = Judge(10 * Day, h => 90 - ((240 - h) * 0.25) + Jitter(h, 0.2))!.Value;
        Assert.InRange(fill.ExpectedHours!.Value, 36, 44);
        Assert.True(fill.EarliestHours <= fill.ExpectedHours && fill.ExpectedHours <= fill.LatestHours);
        Assert.Equal(0.25, fill.PointsPerHour, 0.05);
        Assert.Equal(PoolFillLevel.Soon, fill.Level);
        Assert.Matches(@"^(89|90)\S* % of 200 GiB used, grows [56]\S* points a day by the last 240 h; full in 1\.\d+ days \(\S+ days to \S+ days\)$", fill.Describe(200L << 30));
    }

    [Fact]
    public void Judge_BeganToFillADayAgo_IsTold()
    {
        PoolFill fill = Judge(15 * Day, h => 40 + Math.Max(0, h - (14 * Day)))!.Value;
        Assert.Equal((PoolFillLevel.Soon, PoolFillJudge.ShortHours), (fill.Level, fill.PastHours));
        Assert.InRange(fill.ExpectedHours!.Value, 34, 40);
    }

    [Fact]
    public void Judge_FullWithinHours_IsAnError() => Assert.Equal(PoolFillLevel.WithinHours, Judge(3 * Day, h => 30 + (h * 0.9))!.Value.Level);

    [Theory]
    [InlineData(PoolFillJudge.LeastKnown - 1, 0)]
    [InlineData(100, 3)]
    [InlineData(0, 0)]
    public void Judge_LittleIsKnownOrNothingNew_IsUnknown(int known, int missing) =>
        Assert.Null(PoolFillJudge.Judge([.. Enumerable.Range(0, known).Select(h => h * 0.9), .. Enumerable.Repeat(double.NaN, missing)]));

    [Fact]
    public void Judge_AnyMonotoneGrowth_IsToldBeforeItIsFull() =>
        Gen.Select(Gen.Int[40, 300], Gen.Double[0, 60], Gen.Int[0, 200], Gen.Double[0.7, 1.3].Array[300]).Sample(
            (hours, from, flat, pace) =>
            {
                double whole = pace.Take(hours).Sum(), used = from;
                double[] grown = [.. Enumerable.Repeat(from, flat), .. pace.Take(hours).Select(p => used += p * (100 - from) / whole)];
                Assert.NotEqual(PoolFillLevel.None, PoolFillJudge.Judge(grown.AsSpan()[..^8])!.Value.Level);
            },
            iter: 60);

    [Fact]
    public void Judge_ConstantOrFallingUse_IsNeverTold() =>
        Gen.Select(Gen.Double[0, 100].Array[24, 340], Gen.Bool).Sample((drawn, isConstant) =>
        {
            double[] falling = isConstant ? [.. drawn.Select(_ => Math.Min(drawn[0], 99))] : [.. drawn.Select(d => Math.Min(d, 99)).OrderDescending()];
            Assert.Equal(PoolFillLevel.None, PoolFillJudge.Judge(falling)!.Value.Level);
        });

    [Theory]
    [InlineData(24, 30)]
    [InlineData(168, 50)]
    public void Judge_ClearedDailyOrWeekly_IsNotToldOnceThatIsKnown(int period, double height)
    {
        double[] hours = [.. Enumerable.Range(0, 28 * Day).Select(h => 40 + (h % period * height / period) + Jitter(h, 0.3))];
        for (int end = 2 * period; end <= hours.Length; end += 5)
        {
            PoolFill fill = PoolFillJudge.Judge(hours.AsSpan()[..end])!.Value;
            Assert.True(fill.Level == PoolFillLevel.None, $"after {end} h: {fill.Describe(null)}");
        }
    }

    [Fact]
    public void Next_AnyHours_ChangesOnlyByWhatBothSayAndStaysWithinWhatGoesOn() =>
        Gen.Select(Gen.Int[1, 200], Gen.Int[1, 200], Gen.Enum<PoolFillLevel>()).Sample((one, other, told) =>
        {
            PoolFill now = Never with { ExpectedHours = one, LatestHours = one + 10 }, before = Never with { ExpectedHours = other, LatestHours = other + 10 };
            PoolFillLevel next = PoolFillJudge.Next(told, now, before);
            Assert.Equal(next, PoolFillJudge.Next(next, now, before));
            Assert.True(next <= told || (now.Level >= next && before.Level >= next));
            Assert.True(next >= told || (now.LevelThatGoesOn <= next && before.LevelThatGoesOn <= next));
        });

    [Fact]
    public void Level_MayAsWellNotFill_IsNothing() => Assert.Equal(PoolFillLevel.None, (Never with { ExpectedHours = 10, EarliestHours = 5 }).Level);

    private static PoolFill? Judge(int hours, Func<int, double> percent) => PoolFillJudge.Judge([.. Enumerable.Range(0, hours).Select(percent)]);

    private static double Jitter(int at, double height) => height * Math.Sin(at * 12.9898);
}
