using VirtAgents.Core.Detection.Patterns;

namespace VirtAgents.Core.Tests.Detection.Patterns;

public sealed class SpikeTests
{
    private const long WindowMs = 300_000, Start = 1_750_032_000_000 / WindowMs;
    private const int Hour = 12, Day = 24 * Hour;
    private readonly List<(int Window, PatternNews News)> _told = [];
    private readonly SpikeWatch _watch = new();
    private int _window;

    [Fact]
    public void Observe_SpikesEachTwoHours_AreToldOnceWithPeriodAndNextAndEndAfterTwoMissed()
    {
        Run(2 * Day, w => w % (2 * Hour) < 3 ? 80 : 20);
        (int window, PatternNews news) = Assert.Single(_told);
        Assert.Equal((PatternChange.Began, "CPU spikes to 80 % for 15 min every 120 min, 5 times so far, next at about 12:00Z; confidence 0.9999"), (news.Change, news.Evidence));
        Assert.Equal((10 * Hour) + 3, window);
        Run(2 * Hour, _ => 20);
        Assert.Single(_told);
        Run(4, _ => 20);
        Assert.Equal((2, PatternChange.Ended, "2 expected spikes did not come"), (_told.Count, _told[1].News.Change, _told[1].News.Evidence));
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(4, 1)]
    [InlineData(12, 4)]
    [InlineData(50, 2)]
    [InlineData(96, 12)]
    public void Observe_AnyPeriod_IsToldAndGoesOn(int period, int length)
    {
        Run(4 * Day, w => (w % period < length ? 70 : 20) + (w * 7 % 5));
        Assert.Equal(PatternChange.Began, Assert.Single(_told).News.Change);
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(102, 3)]
    [InlineData(288, 6)]
    [InlineData(48, 13)]
    public void Observe_TooShortTooLongOrEachDay_IsNothing(int period, int length)
    {
        Run(10 * Day, w => w % period < length ? 80 : 20);
        Assert.Empty(_told);
    }

    [Fact]
    public void Observe_UnevenByAWindow_IsStillSteady()
    {
        Random random = new(7);
        int[] starts = [.. Enumerable.Range(0, 40).Select(i => (i * 2 * Hour) + random.Next(2))];
        Run(3 * Day, w => starts.Any(s => w >= s && w < s + 2) ? 80 : 20);
        Assert.Single(_told);
    }

    [Fact]
    public void Observe_SpikesAtRandomTimes_AreSeldomTold()
    {
        int told = Enumerable.Range(1, 150).Sum(seed =>
        {
            Random random = new(seed);
            int until = 0;
            return Told(10 * Day, w =>
            {
                until = w > until && random.NextDouble() < 1.0 / (6 + (seed % 40)) ? w + random.Next(1, 4) : until;
                return w < until ? 80 : 20 + random.NextDouble();
            });
        });
        Assert.InRange(told, 0, 2);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.9)]
    [InlineData(0.99)]
    public void Observe_Noise_IsNothing(double memory)
    {
        int told = Enumerable.Range(1, 60).Sum(seed =>
        {
            double[] noise = SeededSeries.Wandering(seed, 5 * Day, memory);
            return Told(noise.Length, w => Math.Clamp(40 + (10 * noise[w]), 0, 100));
        });
        Assert.Equal(0, told);
    }

    [Fact]
    public void Observe_RhythmOfADay_IsNothing() =>
        Assert.Equal(0, Told(10 * Day, w => 40 - (35 * Math.Cos(2 * Math.PI * w / Day)) + (w * 7 % 5)));

    [Fact]
    public void Observe_Unknown_NeitherBeginsNorEnds()
    {
        Run(Day, w => w % (2 * Hour) < 3 ? double.NaN : 20);
        Assert.Empty(_told);
        Run(Day, w => w % (2 * Hour) < 3 ? 80 : 20);
        Assert.Single(_told);
        Run(Day, _ => double.NaN);
        Run(Day, w => w % (2 * Hour) is >= 18 or < 8 ? double.NaN : 20);
        Assert.Single(_told);
        Run(8 * Hour, _ => 20);
        Assert.Equal(PatternChange.Ended, _told[1].News.Change);
    }

    [Fact]
    public void Observe_OneMissedAndOthersInBetween_GoesOn()
    {
        Run(2 * Day, w => w % (2 * Hour) < 3 && w / (2 * Hour) % 9 != 8 ? 80 : w % 130 == 41 ? 70 : 20);
        Assert.Single(_told);
    }

    [Fact]
    public void Observe_ClockSetBack_IsOver()
    {
        Run(Day, w => w % (2 * Hour) < 3 ? 80 : 20);
        _window -= 30;
        Run(1, _ => 20);
        Assert.Equal((2, "the clock was set back"), (_told.Count, _told[1].News.Evidence));
    }

    [Fact]
    public void TellAgain_GoesOn_IsToldWithTheNextSpike()
    {
        Run(Day, w => w % (2 * Hour) < 3 ? 80 : 20);
        _watch.TellAgain();
        Run(5 * Hour, w => w % (2 * Hour) < 3 ? 80 : 20);
        Assert.Equal([PatternChange.Began, PatternChange.Began], _told.Select(t => t.News.Change));
    }

    [Fact]
    public void Release_RunEnds_IsLearntAnew()
    {
        Run(Day, w => w % (2 * Hour) < 3 ? 80 : 20);
        Assert.True(_watch.Release(hasEnded: true));
        Assert.False(_watch.Release(hasEnded: true));
        Run(8 * Hour, w => w % (2 * Hour) < 3 ? 80 : 20);
        Assert.Single(_told);
    }

    private static int Told(int windows, Func<int, double> percent)
    {
        SpikeTests test = new();
        test.Run(windows, percent);
        return test._told.Count(t => t.News.Change == PatternChange.Began);
    }

    private void Run(int windows, Func<int, double> percent)
    {
        for (int i = 0; i < windows; i++, _window++)
        {
            PatternNews news = _watch.Observe((Start + _window) * WindowMs, WindowMs, percent(_window));
            if (news.Change != PatternChange.None)
            {
                _told.Add((_window, news));
            }
        }
    }
}
