using CsCheck;
using VirtAgents.Core.Detection.Liveness;

namespace VirtAgents.Core.Tests.Detection.Liveness;

public sealed class PhiAccrualTests
{
    private static readonly PhiSettings Fine = new(Window: 1_000, FirstMs: 5_000, FloorMs: 1, BurstMs: 0, LongestMs: 3_600_000);
    private static readonly PhiSettings Shipped = PhiSettings.For(TimeSpan.FromSeconds(15));

    private static readonly Gen<StreamRhythm> AnyRhythm =
        Gen.Select(Gen.Double[0, 3_600_000], Gen.Double[1, 1_000_000]).Select((mean, deviation) => new StreamRhythm(mean, deviation));

    // Abramowitz and Stegun, table 26.2: -log10 of Q(z).
    [Theory]
    [InlineData(-40, 0)]
    [InlineData(-3, 0.000586649)]
    [InlineData(0, 0.301029996)]
    [InlineData(1.281551566, 1)]
    [InlineData(2.326347874, 2)]
    [InlineData(3.090232306, 3)]
    [InlineData(5, 6.542645411)]
    [InlineData(10, 23.11805354)]
    [InlineData(40, 349.4370065)]
    public void Phi_KnownQuantile_IsThatOfTheTable(double deviations, double phi) =>
        Assert.Equal(phi, new StreamRhythm(10_000, 100).Phi(10_000 + (100 * deviations)), 1e-6);

    [Fact]
    public void Phi_LongerSilence_IsNeverLessAndAlwaysFinite() =>
        Gen.Select(AnyRhythm, Gen.Double[0, 1e12], Gen.Double[0, 1e12]).Sample((rhythm, silence, more) =>
        {
            (double phi, double later) = (rhythm.Phi(silence), rhythm.Phi(silence + more));
            Assert.True(phi >= 0 && double.IsFinite(later), $"{phi}, {later}");
            Assert.True(later >= phi - (1e-9 * phi), $"{phi} fell to {later}");
        });

    [Fact]
    public void Phi_AcrossTheJoinOfSeriesAndFraction_IsContinuous() =>
        Gen.Double[1e-12, 1e-6].Sample(step =>
        {
            StreamRhythm rhythm = new(0, 1);
            Assert.InRange(rhythm.Phi(3 + step) - rhythm.Phi(3 - step), 0, 4 * step);
        });

    [Theory]
    [InlineData(1, 0.1, 0.006)]
    [InlineData(2, 0.01, 0.002)]
    [InlineData(3, 0.001, 0.0006)]
    public void Phi_SampledNormalStream_IsReachedAsOftenAsItSays(double threshold, double share, double tolerance)
    {
        const int Arrivals = 100_000;
        Random random = new(7);
        long now = 0;
        PhiAccrual stream = new(Fine, now);
        int reached = 0;
        for (int i = 0; i < Arrivals; i++)
        {
            now += (long)Math.Max(1, 6_000 + (900 * Normal(random)));
            reached += i >= Fine.Window && stream.Phi(now) >= threshold ? 1 : 0;
            stream.Heard(now);
        }

        Assert.InRange(reached / (double)(Arrivals - Fine.Window), share - tolerance, share + tolerance);
    }

    [Fact]
    public void Rhythm_AnyArrivals_IsThatOfTheNewestInTheWindow() =>
        Gen.Int[1, 20_000].Array[8, 60].Sample(times =>
        {
            PhiAccrual stream = new(Fine with { Window = 8 }, 0);
            long now = 0;
            foreach (int time in times)
            {
                stream.Heard(now += time);
            }

            int[] newest = times[^8..];
            double mean = newest.Average();
            double deviation = Math.Sqrt(newest.Average(t => (t - mean) * (t - mean)));
            Assert.Equal(mean, stream.Rhythm.MeanMs, 1e-6);
            Assert.Equal(Math.Max(1, deviation), stream.Rhythm.DeviationMs, 1e-3);
        });

    [Fact]
    public void Rhythm_TooFewArrivals_IsWhatAgentsPromise()
    {
        PhiAccrual stream = Regular(2_000, PhiAccrual.Enough - 1);
        Assert.Equal(new StreamRhythm(5_000, 3_750), stream.Rhythm);
        stream.Heard(2_000 * PhiAccrual.Enough);
        Assert.Equal(new StreamRhythm(2_000, 3_750), stream.Rhythm);
    }

    [Fact]
    public void Excuse_ObserverWasAway_IsNoSilenceAndNotLearnt()
    {
        PhiAccrual stream = Regular(2_000, 50);
        StreamRhythm before = stream.Rhythm;
        stream.Excuse(160_000);
        Assert.Equal(0, stream.SilenceMs(160_000));
        Assert.InRange(stream.Phi(160_000), 0, 0.5);
        stream.Heard(160_700);
        Assert.Equal(before, stream.Rhythm);
        stream.Heard(162_700);
        Assert.Equal(before, stream.Rhythm);
        stream.Heard(172_700);
        Assert.True(stream.Rhythm.MeanMs > before.MeanMs);
    }

    [Fact]
    public void Excuse_OlderThanWhatWasHeard_ChangesNothing()
    {
        PhiAccrual stream = Regular(2_000, 50);
        stream.Excuse(90_000);
        Assert.Equal(1_000, stream.SilenceMs(101_000));
    }

    [Fact]
    public void Heard_Burst_CountsOnce()
    {
        PhiAccrual stream = Regular(2_000, 20);
        for (int i = 1; i <= 5_000; i++)
        {
            stream.Heard(40_000 + i);
        }

        Assert.Equal(2_000, stream.Rhythm.MeanMs);
    }

    [Fact]
    public void Phi_WorstRhythmThereCanBe_ReachesTheThresholdWithinAFewLimits() =>
        Gen.Int[0, 100_000_000].Array[8, 300].Sample(times =>
        {
            PhiAccrual stream = new(Shipped, 0);
            long now = 0;
            foreach (int time in times)
            {
                stream.Heard(now += time);
            }

            Assert.True(stream.Phi(now + (long)(3.4 * 15_000)) >= 8, $"{stream.Rhythm}");
        });

    [Fact]
    public void Heard_ManyArrivals_AllocatesNothing()
    {
        PhiAccrual stream = Regular(2_000, 300);
        long before = GC.GetAllocatedBytesForCurrentThread();
        double sum = 0;
        for (long now = 700_000; now < 1_700_000; now += 1_000)
        {
            stream.Heard(now);
            sum += stream.Phi(now + 500);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(sum > 0);
    }

    private static PhiAccrual Regular(int everyMs, int arrivals)
    {
        PhiAccrual stream = new(Shipped, 0);
        for (int i = 1; i <= arrivals; i++)
        {
            stream.Heard((long)i * everyMs);
        }

        return stream;
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
