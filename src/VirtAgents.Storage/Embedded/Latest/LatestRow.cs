using VirtAgents.Core.Model;

namespace VirtAgents.Storage.Embedded.Latest;

/// <summary>Newest values of one subject for one set of columns. Guarded by the lock of its owner.</summary>
internal sealed class LatestRow
{
    public const long Never = long.MinValue;

    public LatestRow(Subject subject, int subjectId, MetricId[] shape, LatestOwner owner)
    {
        Subject = subject;
        SubjectId = subjectId;
        Shape = shape;
        Owner = owner;
        Values = new long[shape.Length];
        Times = new long[shape.Length];
        Times.AsSpan().Fill(Never);
    }

    public Subject Subject { get; }

    public int SubjectId { get; }

    /// <summary>Metric of each column; rows of the same columns share the array.</summary>
    public MetricId[] Shape { get; }

    public LatestOwner Owner { get; }

    public long[] Values { get; }

    public long[] Times { get; }

    /// <summary>Time of the newest report that had this row.</summary>
    public long NewestMs { get; set; } = Never;

    /// <summary>Takes a value unless a newer one is there; of two of one time the one written last counts.</summary>
    public void Offer(int column, long timeMs, long value)
    {
        if (timeMs >= Times[column])
        {
            Times[column] = timeMs;
            Values[column] = value;
        }
    }
}

/// <summary>The rows of one VM or host.</summary>
internal sealed class LatestOwner
{
    public Lock Lock { get; } = new();

    public List<LatestRow> Rows { get; } = [];
}
