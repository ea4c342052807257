using VirtAgents.Core.Detection.Anomalies;

namespace VirtAgents.Core.Tests.Detection.Anomalies;

public sealed class PeakRecordTests
{
    private static readonly AnomalyTuning Tuning = AnomalyTuning.Shipped;

    [Fact]
    public void Judge_ResidualsOfAPowerLaw_EvidenceIsThatOfItsTail()
    {
        const double Index = 0.4;
        var record = new PeakRecord(Tuning with { PeakMemory = 1e9 });
        Learn(record, Index, 20_000);

        double bound = record.Bound;
        double tenfold = record.Judge(bound * 10);

        // A power law of this index passes ten times a value with a chance of 10^(-1/index).
        Assert.InRange(tenfold / (Math.Log(10) / Index), 0.6, 1.6);
        Assert.Equal(0, record.Judge(bound * 0.99));
    }

    [Fact]
    public void Judge_ScaledResiduals_SameEvidence()
    {
        PeakRecord one = new(Tuning), other = new(Tuning);
        Learn(one, 0.4, 2_000);
        Learn(other, 0.4, 2_000, scale: 1e-6);

        Assert.Equal(one.Judge(500), other.Judge(500e-6), tolerance: 1e-9);
    }

    [Fact]
    public void Judge_OldPeak_LosesEvidence()
    {
        PeakRecord record = new(Tuning);
        Learn(record, 0.1, 2_000);
        for (int i = 0; i < Tuning.Peaks; i++)
        {
            record.Judge(1_000);
            Learn(record, 0.1, Tuning.PeakRun);
        }

        double soon = record.Judge(1_000);
        Learn(record, 0.1, 20_000);
        double late = record.Judge(1_000);

        Assert.InRange(soon, 0, 2);
        Assert.InRange(late, 5, 100);
    }

    [Fact]
    public void Judge_NeighboursInOneRun_AreOnePeak()
    {
        PeakRecord record = new(Tuning);
        for (int i = 0; i < Tuning.PeakRun; i++)
        {
            record.Judge(100 - i);
        }

        // Of one run there is one peak at most, which is not enough to speak of a tail.
        Assert.InRange(record.Judge(1e9), 0, Math.Log(3));
    }

    [Fact]
    public void Judge_NothingButZeros_NoEvidenceUntilOneIsNot()
    {
        PeakRecord record = new(Tuning);
        double[] evidence = [.. Enumerable.Range(0, 1_000).Select(_ => record.Judge(0))];

        Assert.All(evidence, e => Assert.Equal(0, e));
        Assert.Equal(0, record.Bound);
        Assert.Equal(Math.Log(1 + (1_001.0 / Tuning.PeakRun)), record.Judge(1e-12), tolerance: 1e-9);
    }

    private static void Learn(PeakRecord record, double index, int count, double scale = 1)
    {
        var random = new Random(7);
        for (int i = 0; i < count; i++)
        {
            record.Judge(scale * Math.Pow(1 - random.NextDouble(), -index));
        }
    }
}
