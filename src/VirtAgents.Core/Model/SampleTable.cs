namespace VirtAgents.Core.Model;

/// <summary>
/// The values of one kind of subject in one tick: a row per subject, a column per metric, raw 64-bit values.
/// Every cell is null until it is set. Buffers are kept over <see cref="Reset"/>, so a tick allocates nothing
/// once the table has grown to its size.
/// </summary>
/// <remarks>Unsigned 64-bit counters are stored by their bits (unchecked); differences stay right across the sign.</remarks>
public sealed class SampleTable
{
    private int[] _subjects = [];
    private long[] _values = [];
    private ulong[] _presence = [];
    private MetricId[] _metrics = [];
    private int _columns;

    /// <summary>Kind of the subjects.</summary>
    public SubjectKind Kind { get; private set; }

    /// <summary>Number of rows.</summary>
    public int RowCount { get; private set; }

    /// <summary>Dictionary index of the subject of each row.</summary>
    public ReadOnlySpan<int> Subjects => _subjects.AsSpan(0, RowCount);

    /// <summary>Metric of each column.</summary>
    public ReadOnlySpan<MetricId> Metrics => _metrics.AsSpan(0, _columns);

    /// <summary>Empties the table and gives it its columns.</summary>
    public void Reset(SubjectKind kind, ReadOnlySpan<MetricId> metrics)
    {
        Kind = kind;
        RowCount = 0;
        if (_metrics.Length < metrics.Length)
        {
            _metrics = new MetricId[metrics.Length];
        }

        metrics.CopyTo(_metrics);
        _columns = metrics.Length;
    }

    /// <summary>Adds a row without values and returns its number.</summary>
    public int AddRow(int subject)
    {
        int row = RowCount++;
        EnsureCapacity();
        _subjects[row] = subject;
        int first = row * _columns;
        _values.AsSpan(first, _columns).Clear();
        for (int cell = first; cell < first + _columns; cell++)
        {
            _presence[cell >> 6] &= ~(1UL << (cell & 63));
        }

        return row;
    }

    /// <summary>Column of a metric, or -1 when the table does not have it.</summary>
    public int ColumnOf(MetricId metric) => Metrics.IndexOf(metric);

    /// <summary>Sets a cell.</summary>
    public void Set(int row, int column, long value)
    {
        int cell = Cell(row, column);
        _values[cell] = value;
        _presence[cell >> 6] |= 1UL << (cell & 63);
    }

    /// <summary>Sets a cell by metric; a metric that the table does not have is an error of the caller.</summary>
    /// <exception cref="ArgumentException">The table has no such column.</exception>
    public void Set(int row, MetricId metric, long value)
    {
        int column = ColumnOf(metric);
        if (column < 0)
        {
            throw new ArgumentException($"metric {metric.Value} is not a column of this {Kind} table", nameof(metric));
        }

        Set(row, column, value);
    }

    /// <summary>Reads a cell; false when it is null.</summary>
    public bool TryGet(int row, int column, out long value)
    {
        int cell = Cell(row, column);
        value = _values[cell];
        return (_presence[cell >> 6] & (1UL << (cell & 63))) != 0;
    }

    /// <summary>Value of a cell by metric; null when the cell is null or the table has no such column.</summary>
    public long? Get(int row, MetricId metric)
    {
        int column = ColumnOf(metric);
        return column >= 0 && TryGet(row, column, out long value) ? value : null;
    }

    private int Cell(int row, int column)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)RowCount, nameof(row));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)column, (uint)_columns, nameof(column));
        return (row * _columns) + column;
    }

    private void EnsureCapacity()
    {
        int cells = RowCount * _columns;
        if (_subjects.Length < RowCount)
        {
            Array.Resize(ref _subjects, Math.Max(8, RowCount * 2));
        }

        if (_values.Length < cells)
        {
            Array.Resize(ref _values, Math.Max(64, cells * 2));
        }

        if (_presence.Length * 64 < cells)
        {
            Array.Resize(ref _presence, (_values.Length + 63) / 64);
        }
    }
}
