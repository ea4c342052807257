using VirtAgents.Core.Detection.Anomalies;

namespace VirtAgents.Core.Tests.Detection.Anomalies;

public sealed class AnomalyDetectorTests
{
    [Fact]
    public void Observe_Spike_IsAnAlarmThatExplainsItself()
    {
        double[] values = AnomalySeries.Wave(2_000);
        values[1_700] += 30;

        AnomalyVerdict verdict = AnomalySeries.Judge(values)[1_700];

        Assert.True(verdict.IsAlarm);
        Assert.Equal((0, values[1_700]), (verdict.Signal, verdict.Observed));
        Assert.NotEqual(AnomalyChannel.None, verdict.Channel);
        Assert.True(verdict.ExpectedLow < verdict.ExpectedHigh && verdict.ExpectedHigh < verdict.Observed);
    }

    [Fact]
    public void Observe_WaveWithoutAnythingUnusual_RarelyAlarms()
    {
        int alarms = AnomalySeries.Judge(AnomalySeries.Wave(288 * 20)).Count(verdict => verdict.IsAlarm);

        Assert.InRange(alarms, 0, 4);
    }

    [Fact]
    public void Observe_UsualValueAtAnUnusualTime_IsSeenByTheTimeOfDay()
    {
        double[] values = AnomalySeries.Wave(288 * 12);
        int night = (288 * 10) + 216;
        for (int i = night - 6; i <= night; i++)
        {
            values[i] = 50;
        }

        AnomalyVerdict[] verdicts = AnomalySeries.Judge(values);

        Assert.Contains(verdicts[(night - 6)..night], verdict => verdict.IsAlarm);
        Assert.Equal(AnomalyChannel.TimeOfDay, verdicts[night].Channel);
    }

    [Fact]
    public void Observe_ConstantSeriesThatMovesForTheFirstTime_IsAnAlarm()
    {
        AnomalyVerdict[] verdicts = AnomalySeries.Judge([.. Enumerable.Repeat(0.1, 500), 0.2]);

        Assert.All(verdicts[..500], verdict => Assert.Equal(0, verdict.Score));
        Assert.True(verdicts[500].IsAlarm);
        Assert.Equal((0.1, 0.1), (verdicts[500].ExpectedLow, verdicts[500].ExpectedHigh));
    }

    [Fact]
    public void Observe_LongShift_IsOneAlarmAndWorseIsAnother()
    {
        double[] values = AnomalySeries.Wave(2_000);
        for (int i = 1_700; i < 1_760; i++)
        {
            values[i] += i < 1_740 ? 60 : 6_000;
        }

        int[] alarms = [.. AnomalySeries.Judge(values)[1_700..1_760].Index().Where(v => v.Item.IsAlarm).Select(v => v.Index)];

        Assert.Equal([0, 40], alarms);
    }

    [Fact]
    public void Observe_FewerValuesThanTheWarmUp_SaysNothing()
    {
        AnomalyVerdict[] verdicts = AnomalySeries.Judge(AnomalySeries.Wave(AnomalyTuning.Shipped.WarmUpValues).Select((v, i) => i % 10 == 9 ? v * 1e6 : v));

        Assert.All(verdicts, verdict => Assert.Equal((0, AnomalyChannel.None), (verdict.Score, verdict.Channel)));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(-1e301)]
    public void Observe_UnknownValue_ScoresNothingAndTeachesNothing(double unknown)
    {
        double[] values = AnomalySeries.Wave(1_000);
        AnomalyDetector detector = new(1);
        AnomalySeries.Judge(detector, values);
        long end = AnomalySeries.Start + (1_000 * AnomalySeries.StepMs);

        AnomalyVerdict[] gap = [.. Enumerable.Range(0, 50).Select(i => detector.Observe(end + (i * AnomalySeries.StepMs), unknown))];
        AnomalyVerdict after = detector.Observe(end + (288 * AnomalySeries.StepMs), values[1_000 - 288]);

        Assert.All(gap, verdict => Assert.Equal((0, AnomalyChannel.None), (verdict.Score, verdict.Channel)));
        Assert.False(after.IsAlarm);
    }

    [Fact]
    public void Observe_OneOfSeveralSignalsUnknown_TheOthersAreJudged()
    {
        AnomalyDetector detector = new(2);
        double[] first = AnomalySeries.Wave(1_000), second = AnomalySeries.Wave(1_000, seed: 2);
        for (int i = 0; i < 1_000; i++)
        {
            detector.Observe(AnomalySeries.Start + (i * AnomalySeries.StepMs), [first[i], second[i]]);
        }

        AnomalyVerdict verdict = detector.Observe(AnomalySeries.Start + (1_000 * AnomalySeries.StepMs), [double.NaN, 500]);

        Assert.True(verdict.IsAlarm);
        Assert.Equal((1, 500), (verdict.Signal, verdict.Observed));
    }

    [Fact]
    public void Observe_WeakSignsInSeveralSignals_AreMoreThanInOne()
    {
        const int Signals = 4;
        AnomalyDetector one = new(Signals), all = new(Signals);
        double[][] waves = [.. Enumerable.Range(0, Signals).Select(s => AnomalySeries.Wave(1_001, seed: s + 1))];
        (double Score, double Most) last = default;
        for (int i = 0; i <= 1_000; i++)
        {
            double more = i == 1_000 ? 4 : 0;
            long time = AnomalySeries.Start + (i * AnomalySeries.StepMs);
            last.Score = one.Observe(time, [waves[0][i] + more, waves[1][i], waves[2][i], waves[3][i]]).Score;
            last.Most = all.Observe(time, [.. waves.Select(wave => wave[i] + more)]).Score;
        }

        Assert.InRange(last.Score, 0.01, last.Most * 0.75);
    }

    [Fact]
    public void Observe_WrongNumberOfValues_IsRefused()
    {
        ArgumentException refused = Assert.Throws<ArgumentException>(() => new AnomalyDetector(2).Observe(0, [1, 2, 3]));

        Assert.Contains("3 values for 2 signals", refused.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new AnomalyDetector(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AnomalyDetector(AnomalyDetector.MostSignals + 1));
    }

    [Fact]
    public void Observe_AnyPoint_AllocatesNothing()
    {
        AnomalyDetector detector = new(3);
        double[] values = AnomalySeries.Wave(3_000);
        detector.Observe(0, values.AsSpan(0, 3));
        long before = GC.GetAllocatedBytesForCurrentThread();

        for (int i = 0; i < 2_990; i++)
        {
            detector.Observe(i * AnomalySeries.StepMs, values.AsSpan(i, 3));
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Constructor_OneMoreSignal_TakesAtMostFourKilobytes()
    {
        _ = new AnomalyDetector(1);
        long before = GC.GetAllocatedBytesForCurrentThread();
        AnomalyDetector detector = new(100);

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / detector.Signals, 1, 4_096);
    }
}
