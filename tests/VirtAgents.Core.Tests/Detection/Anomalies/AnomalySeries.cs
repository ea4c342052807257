using VirtAgents.Core.Detection.Anomalies;

namespace VirtAgents.Core.Tests.Detection.Anomalies;

/// <summary>Series for the tests of the detector, the same in each run.</summary>
internal static class AnomalySeries
{
    public const long Start = 1_748_736_000_000;
    public const long StepMs = 300_000;

    /// <summary>A daily wave with noise, at steps of five minutes.</summary>
    public static double[] Wave(int count, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i => 50 + (20 * Math.Sin(i * Math.Tau / 288)) + random.NextDouble() + random.NextDouble() + random.NextDouble())];
    }

    public static AnomalyVerdict[] Judge(IEnumerable<double> values, long start = Start) => Judge(new AnomalyDetector(1), values, start);

    public static AnomalyVerdict[] Judge(AnomalyDetector detector, IEnumerable<double> values, long start = Start) =>
        [.. values.Select((value, i) => detector.Observe(start + (i * StepMs), value))];

    public static double[] Scores(IEnumerable<AnomalyVerdict> verdicts) => [.. verdicts.Select(verdict => verdict.Score)];
}
