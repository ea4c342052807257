using VirtAgents.Core.Model;

namespace VirtAgents.Protocol;

/// <summary>What both ends of a stream remember of the last table of one kind and tier: its layout and its last present values.</summary>
internal sealed class TableState
{
    private int[] _subjects = [];
    private MetricId[] _metrics = [];
    private long[] _last = [];
    private int _rows;
    private int _columns;

    /// <summary>Whether a table was sent or received yet.</summary>
    public bool Exists { get; private set; }

    /// <summary>Subjects of the rows.</summary>
    public ReadOnlySpan<int> Subjects => _subjects.AsSpan(0, _rows);

    /// <summary>Metrics of the columns.</summary>
    public ReadOnlySpan<MetricId> Metrics => _metrics.AsSpan(0, _columns);

    /// <summary>Last present value of each cell, column by column; 0 before the first.</summary>
    public Span<long> Last => _last.AsSpan(0, _rows * _columns);

    /// <summary>Whether a table has this layout.</summary>
    public bool Fits(SampleTable table) =>
        Exists && table.Subjects.SequenceEqual(Subjects) && table.Metrics.SequenceEqual(Metrics);

    /// <summary>Takes a new layout; every last value is 0 from here.</summary>
    public void Begin(int rows, int columns)
    {
        Exists = true;
        _rows = rows;
        _columns = columns;
        Grow(ref _subjects, rows);
        Grow(ref _metrics, columns);
        Grow(ref _last, rows * columns);
        Last.Clear();
    }

    /// <summary>Names the subject of a row.</summary>
    public void SetSubject(int row, int subject) => _subjects[row] = subject;

    /// <summary>Names the metric of a column.</summary>
    public void SetMetric(int column, MetricId metric) => _metrics[column] = metric;

    private static void Grow<T>(ref T[] array, int length)
    {
        if (array.Length < length)
        {
            array = new T[Math.Max(16, length + (length / 2))];
        }
    }
}
