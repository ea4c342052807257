using CsCheck;
using VirtAgents.Core.Metrics;

namespace VirtAgents.Core.Tests.Metrics;

public sealed class EventTimeWindowsTests
{
    private const long Length = 100;
    private static readonly Gen<long> Lateness = Gen.Long[0, 350];
    private readonly List<(long Start, Summary Summary)> _final = [];

    [Fact]
    public void Add_AnyOrderWithinTheLateness_SameWindowsAsSorted()
    {
        Gen<(long Time, long Delay)[]> arrivals = Gen.Select(Gen.Long[-2_000, 2_000], Gen.Long[0, 1_000], (t, d) => (t, d)).Array[0, 80];
        Gen.Select(Lateness, arrivals).Sample((lateness, values) =>
        {
            // Who is delayed by at most the lateness is never behind the watermark by more.
            long[] arriving = [.. values.Select(v => (v.Time, At: v.Time + Math.Min(v.Delay, lateness))).OrderBy(v => v.At).Select(v => v.Time)];

            Dictionary<long, Summary> told = Fold(lateness, arriving, out EventTimeWindows windows);

            Assert.Equal(0, windows.LateCount);
            Same(Fold(lateness, [.. arriving.Order()], out _), told);
            Same(Grouped(arriving), told);
        });
    }

    [Fact]
    public void Add_AnyOrderAtAll_LateOnesCountedExactlyAndEveryWindowOnce()
    {
        Gen.Select(Lateness, Gen.Long[-5_000, 5_000].Array[0, 80]).Sample((lateness, times) =>
        {
            long watermark = long.MinValue;
            List<long> inTime = [];
            foreach (long time in times)
            {
                if ((Int128)Aggregator.StepStart(time, Length) + Length + lateness > watermark)
                {
                    inTime.Add(time);
                    watermark = Math.Max(watermark, time);
                }
            }

            Dictionary<long, Summary> told = Fold(lateness, times, out EventTimeWindows windows);

            Assert.Equal(times.Length - inTime.Count, windows.LateCount);
            Same(Grouped(inTime), told);
        });
    }

    [Fact]
    public void Add_AnyTimes_OpenWindowsAreBoundedAndHandedOutInOrder()
    {
        Gen.Select(Lateness, Gen.OneOf(Gen.Long[-3_000, 3_000], Gen.Long[long.MinValue + Length, long.MaxValue]).Array[0, 80]).Sample((lateness, times) =>
        {
            List<long> starts = [];
            EventTimeWindows windows = new(Length, lateness, (start, _) => starts.Add(start));
            foreach (long time in times)
            {
                windows.Add(new(time, 1, 1));
                Assert.InRange(windows.OpenCount, 0, windows.MostOpen);
            }

            windows.Flush();
            Assert.Equal(starts.Distinct().Order(), starts);
        });
    }

    [Fact]
    public void Add_ValueOfFinalWindow_LateAndInNoWindow()
    {
        EventTimeWindows windows = New(lateness: 50);
        Assert.Equal(WindowedAs.Taken, windows.Add(new(10, 1, 1)));
        Assert.Equal(WindowedAs.Taken, windows.Add(new(149, 2, 1)));
        Assert.Equal(WindowedAs.Taken, windows.Add(new(99, 4, 1)));
        Assert.Empty(_final);

        Assert.Equal(WindowedAs.Taken, windows.Add(new(150, 8, 1)));
        Assert.Equal(WindowedAs.Late, windows.Add(new(99, 16, 1)));

        (long start, Summary summary) = Assert.Single(_final);
        Assert.Equal((0, 5.0), (start, summary.Sum));
        Assert.Equal((1, 1), (windows.LateCount, windows.OpenCount));
    }

    [Fact]
    public void Add_TimeBeyondWhatCanBe_AheadAndTheWatermarkStays()
    {
        EventTimeWindows windows = New(lateness: 0);
        windows.Add(new(10, 1, 1), notAfterUnixMs: 1_000);

        Assert.Equal(WindowedAs.Ahead, windows.Add(new(4_102_444_800_000, 1, 1), notAfterUnixMs: 1_000));
        Assert.Equal(WindowedAs.Taken, windows.Add(new(20, 1, 1), notAfterUnixMs: 1_000));
        Assert.Equal((1, 20), (windows.AheadCount, windows.WatermarkUnixMs));
    }

    [Fact]
    public void Advance_PastTheEnd_HandsOutAndNeverGoesBack()
    {
        EventTimeWindows windows = New(lateness: 10);
        windows.Add(new(10, 1, 1));
        windows.Advance(110);
        windows.Advance(5);

        Assert.Single(_final);
        Assert.Equal(110, windows.WatermarkUnixMs);
        Assert.Equal(WindowedAs.Late, windows.Add(new(20, 1, 1)));
    }

    [Fact]
    public void HandOut_ReceiverFails_WindowIsNotHandedOutAgain()
    {
        List<long> given = [];
        EventTimeWindows windows = new(Length, 0, (start, _) =>
        {
            given.Add(start);
            throw new InvalidOperationException("full");
        });
        windows.Add(new(10, 1, 1));

        Assert.Throws<InvalidOperationException>(() => windows.Add(new(110, 1, 1)));
        Assert.Throws<InvalidOperationException>(windows.Flush);
        Assert.Equal([0, 100], given);
    }

    [Fact]
    public void Add_WindowIsThere_AllocatesNothing()
    {
        EventTimeWindows windows = New(lateness: 100);
        windows.Add(new(10, 1, 1));
        windows.Add(new(110, 1, 1));

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1_000; i++)
        {
            windows.Add(new(i % 200, 1, 1));
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(2, windows.OpenCount);
    }

    [Fact]
    public void New_NoLengthOrTooManyOpenWindows_Refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new EventTimeWindows(0, 0, (_, _) => { }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new EventTimeWindows(1, EventTimeWindows.MostWindows + 1, (_, _) => { }));
    }

    private EventTimeWindows New(long lateness) => new(Length, lateness, (start, summary) => _final.Add((start, summary)));

    private static Dictionary<long, Summary> Fold(long lateness, long[] times, out EventTimeWindows windows)
    {
        // Adding a start twice throws: no window is handed out twice.
        Dictionary<long, Summary> told = [];
        windows = new EventTimeWindows(Length, lateness, told.Add, exactLimit: 1_000);
        foreach (long time in times)
        {
            windows.Add(ValueAt(time));
        }

        windows.Flush();
        return told;
    }

    private static Dictionary<long, Summary> Grouped(IEnumerable<long> times) =>
        times.GroupBy(t => Aggregator.StepStart(t, Length)).ToDictionary(g => g.Key, g =>
        {
            Summary summary = new(new Distribution());
            foreach (long time in g)
            {
                summary.Add(ValueAt(time));
            }

            return summary;
        });

    private static WeightedValue ValueAt(long time) => new(time, time % 17, 1);

    private static void Same(Dictionary<long, Summary> expected, Dictionary<long, Summary> told)
    {
        Assert.Equal(expected.Keys.Order(), told.Keys.Order());
        foreach ((long start, Summary summary) in expected)
        {
            foreach (Aggregation function in Enum.GetValues<Aggregation>())
            {
                Assert.Equal(summary.Fold(function, 75) ?? double.NaN, told[start].Fold(function, 75) ?? double.NaN, 1e-9);
            }
        }
    }
}
