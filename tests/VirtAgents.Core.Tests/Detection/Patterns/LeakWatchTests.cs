using System.Buffers;
using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Detection.Patterns;

namespace VirtAgents.Core.Tests.Detection.Patterns;

public sealed class LeakWatchTests
{
    private const long WindowMs = 300_000;
    private const int Day = 288, Hour = 12;
    private readonly List<(int Window, PatternNews News)> _told = [];
    private LeakWatch _watch = new();
    private int _window;

    [Fact]
    public void Observe_SteadyGrowth_IsToldOnceWithTimeToExhaustion()
    {
        Run(Day, _ => 40);
        Run(4 * Hour, w => 40 + (w * 5.0 / Hour));
        (int window, PatternNews news) = Assert.Single(_told);
        Assert.Equal(PatternChange.Began, news.Change);
        Assert.InRange(window - Day, 2 * Hour, 3 * Hour);
        Assert.Matches(@"^memory used grew 5(\.\d+)? points/h for 2 h, from 4\d(\.\d)? to 5\d(\.\d)? %; full in [89](\.\d+)? h \([89](\.\d+)? to (8|9|10)(\.\d+)? h\); confidence (1\.00|0\.9\d)$", news.Evidence);
    }

    [Fact]
    public void Observe_GrowthThatStops_IsOverAfterAWhile()
    {
        Run(Day, _ => 40);
        Run(4 * Hour, w => 40 + (w * 5.0 / Hour));
        Run(24 * Hour, _ => 60);
        Assert.Equal([PatternChange.Began, PatternChange.Ended], _told.Select(t => t.News.Change));
        Assert.StartsWith("memory used grows no more, at 60", _told[1].News.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void Observe_MemoryGivenBack_IsOverAtOnce()
    {
        Run(Day, _ => 40);
        Run(4 * Hour, w => 40 + (w * 5.0 / Hour));
        Run(3, _ => 40);
        Assert.Equal((2, PatternChange.Ended, Day + (4 * Hour) + 1), (_told.Count, _told[1].News.Change, _told[1].Window));
        Assert.Equal("memory used fell to 40 %", _told[1].News.Evidence);
    }

    [Fact]
    public void Observe_LeakThatIsKilledAgainAndAgain_IsToldEachTime()
    {
        Run(3 * Day, w => 40 + (58.9 * (w % (8 * Hour)) / (8 * Hour)));
        Assert.InRange(_told.Count(t => t.News.Change == PatternChange.Began), 8, 9);
        Assert.All(_told.Where(t => t.News.Change == PatternChange.Ended), t => Assert.InRange(t.Window % (8 * Hour), 1, 2));
    }

    [Theory]
    [InlineData(0.3, 60)]
    [InlineData(1, 60)]
    [InlineData(2, 80)]
    [InlineData(6, 70)]
    public void Observe_CacheThatFillsAfterTheBoot_IsNothing(double hours, double level)
    {
        Run(2 * Day, w => 8 + ((level - 8) * (1 - Math.Exp(-w / (Hour * hours)))) + Noise(w));
        Assert.Empty(_told);
    }

    [Theory]
    [InlineData(24, 30, 80)]
    [InlineData(24, 20, 60)]
    [InlineData(12, 40, 70)]
    public void Observe_Rhythm_IsNothing(int hours, double low, double high)
    {
        Run(14 * Day, w => low + ((high - low) * (1 - Math.Cos(2 * Math.PI * w / (Hour * hours))) / 2) + Noise(w));
        Assert.Empty(_told);
    }

    [Fact]
    public void Observe_RhythmOfAWeek_IsNothingFromTheSecondOn()
    {
        Run(28 * Day, w => (w / Day % 7 >= 5 ? 30 : 30 + (45 * Math.Sin(Math.PI * (w % Day) / Day))) + Noise(w));
        Assert.DoesNotContain(_told, t => t.Window >= 7 * Day);
    }

    [Fact]
    public void Observe_WindowsUnknown_AreSkippedAndNeitherBeginNorEnd()
    {
        Run(Day, _ => 40);
        Run(3 * Hour, w => w % 5 == 2 ? double.NaN : 40 + (w * 5.0 / Hour));
        Assert.Equal(PatternChange.Began, Assert.Single(_told).News.Change);
        Run(10 * Hour, _ => double.NaN);
        Assert.Single(_told);
    }

    [Fact]
    public void Observe_MostlyUnknown_IsNothing()
    {
        Run(Day, _ => 40);
        Run(10 * Hour, w => w % Hour == 0 ? 40 + (w * 5.0 / Hour) : double.NaN);
        Assert.Empty(_told);
    }

    [Fact]
    public void Observe_TooSlowToBeFullWithinADay_IsNothing()
    {
        Run(Day, _ => 40);
        Run(10 * Hour, w => 40 + (w * 1.5 / Hour));
        Assert.Empty(_told);
    }

    [Fact]
    public void Release_RunIsOver_EndsItAndBeginsAnew()
    {
        Run(Day, _ => 40);
        Run(4 * Hour, w => 40 + (w * 5.0 / Hour));
        Assert.True(_watch.Release(hasEnded: true));
        Assert.False(_watch.Release(hasEnded: true));
        Run(1 * Hour, w => 60 + (w * 5.0 / Hour));
        Assert.Single(_told);
    }

    [Fact]
    public void Write_ThenRead_GoesOnAndTellsOnceMore()
    {
        Run(Day, _ => 40);
        Run(4 * Hour, w => 40 + (w * 5.0 / Hour));
        ArrayBufferWriter<byte> state = new();
        _watch.Write(new StateWriter(state));
        _watch = new();
        StateReader reader = new(state.WrittenSpan);
        _watch.Read(ref reader);
        Assert.True(reader.IsAtEnd && !reader.IsFailed);
        Assert.InRange(state.WrittenCount, 1, 700);
        Run(1, _ => 60.4);
        Assert.Equal([PatternChange.Began, PatternChange.Began], _told.Select(t => t.News.Change));
        Assert.Equal(_told[0].News.SinceUnixMs, _told[1].News.SinceUnixMs);
    }

    /// <summary>A thousand VMs for two days each: nobody's memory leaks.</summary>
    [Theory]
    [InlineData(0.0, 3.0, 0)]
    [InlineData(0.7, 3.0, 0)]
    [InlineData(0.97, 3.0, 0)]
    [InlineData(0.99, 3.0, 5)]
    public void Observe_Noise_IsNothingUnlessItWandersForHours(double memory, double spread, int most)
    {
        int told = 0;
        Parallel.For(1, 1_001, seed =>
        {
            LeakWatch watch = new();
            double[] noise = SeededSeries.Wandering(seed, 2 * Day, memory);
            for (int i = 0; i < noise.Length; i++)
            {
                PatternNews news = watch.Observe(i * WindowMs, WindowMs, Math.Clamp(50 + (spread * noise[i]), 0, 100), i >= Day);
                Interlocked.Add(ref told, news.Change == PatternChange.Began ? 1 : 0);
            }
        });
        Assert.InRange(told, 0, most);
    }

    [Fact]
    public void Judge_SameSeriesAtAnotherLevelAndScale_KeepsItsConfidence()
    {
        double[] noise = SeededSeries.Normal(7, 30);
        LeakVerdict one = JudgeOf(i => 20 + (i * 0.5) + noise[i]), shifted = JudgeOf(i => 50 + (i * 0.5) + noise[i]), scaled = JudgeOf(i => 10 + (i * 0.25) + (noise[i] / 2));
        Assert.Equal(one.Confidence, shifted.Confidence, 0.01);
        Assert.Equal(one.PointsPerHour, shifted.PointsPerHour, 0.01);
        Assert.Equal(one.Confidence, scaled.Confidence, 0.01);
        Assert.Equal(one.PointsPerHour / 2, scaled.PointsPerHour, 0.02);
        Assert.Equal(one.HoursToFull * one.PointsPerHour, (shifted.HoursToFull * shifted.PointsPerHour) + 30, 0.1);
    }

    private static LeakVerdict JudgeOf(Func<int, double> percent)
    {
        LeakSeries series = new();
        for (int i = 0; i < 30; i++)
        {
            series.Add(i * WindowMs, WindowMs, percent(i));
        }

        return LeakJudge.Judge(series, WindowMs / 3_600_000.0, true);
    }

    private static double Noise(int window) => 0.5 * Math.Sin(window * 12.9898) * Math.Cos(window * 78.233);

    private void Run(int windows, Func<int, double> percent)
    {
        for (int i = 0; i < windows; i++, _window++)
        {
            PatternNews news = _watch.Observe(1_750_000_200_000 + (_window * WindowMs), WindowMs, percent(i), _window > Day);
            if (news.Change != PatternChange.None)
            {
                _told.Add((_window, news));
            }
        }
    }
}
