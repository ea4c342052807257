using System.Buffers;
using CsCheck;
using VirtAgents.Core.Detection.Anomalies;

namespace VirtAgents.Core.Tests.Detection.Anomalies;

/// <summary>What must hold of every series.</summary>
public sealed class AnomalyDetectorPropertyTests
{
    private static readonly Gen<double> AnyValue = Gen.Frequency(
        (8, Gen.Double[-100, 100]), (4, Gen.Int[0, 3].Select(i => (double)i)), (1, Gen.Double), (1, Gen.Const(double.NaN)));

    // Whole numbers: shifted and scaled by whole numbers they stay exact.
    private static readonly Gen<double[]> Wholes = Gen.Frequency((9, Gen.Int[0, 200]), (1, Gen.Int[-100_000, 100_000])).Select(i => (double)i).Array[100, 600];

    private static readonly Gen<(long Step, double Value)[]> Points = Gen.Select(
        Gen.Frequency((9, Gen.Const(AnomalySeries.StepMs)), (1, Gen.Long[-1_000_000, 200_000_000])), AnyValue).Array[0, 500];

    [Fact]
    public void Observe_AnyPoints_ScoreIsFromZeroToOneAndRangeHoldsTogether() => Points.Sample(
        points =>
        {
            foreach ((AnomalyVerdict verdict, (long Step, double Value) point) in Judge(new AnomalyDetector(1), points).Zip(points))
            {
                Assert.InRange(verdict.Score, 0, 1);
                Assert.Equal(point.Value, verdict.Observed);
                Assert.True(verdict.Channel == AnomalyChannel.None
                    ? verdict.Score == 0 && double.IsNaN(verdict.ExpectedLow)
                    : verdict.ExpectedLow <= verdict.ExpectedHigh);
            }
        },
        iter: 200);

    [Fact]
    public void Observe_SeriesThatGoesOn_EarlierScoresAreTheSameBits() => Gen.Select(Points, Gen.Int[0, 500]).Sample(
        (points, count) => Assert.Equal(
            Judge(new AnomalyDetector(1), points).Take(count).Select(Bits),
            Judge(new AnomalyDetector(1), [.. points.Take(count)]).Select(Bits)),
        iter: 100);

    [Fact]
    public void TryRead_StateOfAnyMoment_GoesOnWithTheSameBits() => Gen.Select(Points, Gen.Int[0, 500]).Sample(
        (points, count) =>
        {
            AnomalyDetector detector = new(1);
            Judge(detector, [.. points.Take(count)]);
            Assert.True(AnomalyDetector.TryRead(Write(detector), out AnomalyDetector? restored));
            Assert.Equal(Write(detector), Write(restored));

            (long Step, double Value)[] rest = [.. points.Skip(count)];
            Assert.Equal(Judge(detector, rest).Select(Bits), Judge(restored, rest).Select(Bits));
        },
        iter: 100);

    [Fact]
    public void TryRead_DamagedState_IsRefusedOrWorks() => Gen.Select(Points, Gen.Int[0, 4_000], Gen.Byte).Sample(
        (points, place, value) =>
        {
            AnomalyDetector detector = new(1);
            Judge(detector, points);
            byte[] state = Write(detector);
            Assert.False(AnomalyDetector.TryRead(state.AsSpan(0, place % state.Length), out _));
            Assert.False(AnomalyDetector.TryRead([.. state, 0], out _));

            state[place % state.Length] = value;
            if (AnomalyDetector.TryRead(state, out AnomalyDetector? read))
            {
                Assert.All(Judge(read, points), verdict => Assert.InRange(verdict.Score, 0, 1));
            }
        },
        iter: 300);

    [Fact]
    public void Observe_ScaledTurnedAndShifted_SameScores() => Gen.Select(Wholes, Gen.Int[-8, 8], Gen.Bool, Gen.Int[0, 1_000]).Sample(
        (values, power, turned, shift) =>
        {
            double scale = Math.ScaleB(turned ? -1 : 1, power);
            double[] scores = AnomalySeries.Scores(AnomalySeries.Judge(values));
            double[] copied = AnomalySeries.Scores(AnomalySeries.Judge(values.Select(v => (v * scale) + shift)));

            // Logarithms of scaled distances round otherwise, by a last digit.
            Assert.All(scores.Zip(copied), pair => Assert.Equal(pair.First, pair.Second, tolerance: 1e-9));
        },
        iter: 100);

    [Fact]
    public void Observe_AtOtherTimes_SameBits() => Gen.Select(Wholes, Gen.Long[-1_000_000_000_000, 1_000_000_000_000]).Sample(
        (values, shift) => Assert.Equal(
            AnomalySeries.Scores(AnomalySeries.Judge(values)),
            AnomalySeries.Scores(AnomalySeries.Judge(values, AnomalySeries.Start + shift))),
        iter: 100);

    private static (long Score, AnomalyChannel Channel, long Low) Bits(AnomalyVerdict verdict) =>
        (BitConverter.DoubleToInt64Bits(verdict.Score), verdict.Channel, BitConverter.DoubleToInt64Bits(verdict.ExpectedLow));

    private static AnomalyVerdict[] Judge(AnomalyDetector detector, (long Step, double Value)[] points)
    {
        long time = AnomalySeries.Start;
        return [.. points.Select(point => detector.Observe(time += point.Step, point.Value))];
    }

    private static byte[] Write(AnomalyDetector detector)
    {
        var output = new ArrayBufferWriter<byte>();
        detector.Write(output);
        return output.WrittenSpan.ToArray();
    }
}
