using System.Buffers;
using VirtAgents.Core.Model;

namespace VirtAgents.Storage.Embedded.Sealing;

/// <summary>Tables of one kind, columns and rows while an hour is gathered: a time for each tick, cells by metric and by row.</summary>
internal sealed class HourBlock(SubjectKind kind, MetricId[] metrics, int[] subjects)
{
    private readonly HourColumn[] _columns = [.. metrics.Select(_ => new HourColumn())];
    private long[] _times = new long[64];

    public SubjectKind Kind { get; } = kind;

    public MetricId[] Metrics { get; } = metrics;

    public int[] Subjects { get; } = subjects;

    public int TickCount { get; private set; }

    /// <summary>Times of the ticks, ascending once the hour is complete.</summary>
    public ReadOnlySpan<long> Times => _times.AsSpan(0, TickCount);

    public bool IsFor(SubjectKind kind, ReadOnlySpan<MetricId> metrics, ReadOnlySpan<int> subjects) =>
        Kind == kind && metrics.SequenceEqual(Metrics) && subjects.SequenceEqual(Subjects);

    public HourColumn Column(int position) => _columns[position];

    /// <summary>Adds a tick without values and returns its position.</summary>
    public int AddTick(long timeUnixMs)
    {
        if (TickCount == _times.Length)
        {
            Array.Resize(ref _times, _times.Length * 2);
        }

        _times[TickCount] = timeUnixMs;
        foreach (HourColumn column in _columns)
        {
            column.Reserve((TickCount + 1) * Subjects.Length);
        }

        return TickCount++;
    }

    /// <summary>Gives the memory of all columns back.</summary>
    public void Release() => Array.ForEach(_columns, column => column.Release());

    /// <summary>Brings the ticks into the order of their times; of one time the one that was added last stays last.</summary>
    public void Sort()
    {
        for (int i = 1; i < TickCount; i++)
        {
            if (_times[i] < _times[i - 1])
            {
                int[] order = [.. Enumerable.Range(0, TickCount).OrderBy(t => _times[t])];
                _times = [.. order.Select(t => _times[t])];
                Array.ForEach(_columns, column => column.Permute(order, Subjects.Length));
                return;
            }
        }
    }
}

/// <summary>Cells of one metric, tick after tick and row after row.</summary>
internal sealed class HourColumn
{
    private long[] _values = [];
    private ulong[] _presence = [];

    public void Reserve(int cells)
    {
        if (cells > _values.Length || cells > _presence.Length * 64)
        {
            int room = Math.Max(1024, Math.Max(cells, _values.Length * 2));
            _values = Larger(_values, room);
            _presence = Larger(_presence, (room + 63) / 64);
        }
    }

    /// <summary>Gives the memory back for the next hour; the column is empty then.</summary>
    public void Release()
    {
        Return(_values);
        Return(_presence);
        (_values, _presence) = ([], []);
    }

    public void Set(int cell, long value)
    {
        _values[cell] = value;
        _presence[cell >> 6] |= 1UL << (cell & 63);
    }

    /// <summary>Copies the values of one row, a value and a bit for each tick, and returns how many there are.</summary>
    public int Row(int row, int rows, Span<long> values, Span<ulong> presence)
    {
        presence.Clear();
        int count = 0;
        for (int tick = 0, cell = row; tick < values.Length; tick++, cell += rows)
        {
            if ((_presence[cell >> 6] & (1UL << (cell & 63))) != 0)
            {
                values[tick] = _values[cell];
                presence[tick >> 6] |= 1UL << (tick & 63);
                count++;
            }
        }

        return count;
    }

    public void Permute(int[] order, int rows)
    {
        HourColumn sorted = new();
        sorted.Reserve(order.Length * rows);
        for (int tick = 0; tick < order.Length; tick++)
        {
            for (int row = 0; row < rows; row++)
            {
                int from = (order[tick] * rows) + row;
                if ((_presence[from >> 6] & (1UL << (from & 63))) != 0)
                {
                    sorted.Set((tick * rows) + row, _values[from]);
                }
            }
        }

        Release();
        (_values, _presence) = (sorted._values, sorted._presence);
    }

    // An hour of one metric is too large for the short-lived heap, and the next stream needs as much.
    private static T[] Larger<T>(T[] array, int length)
    {
        T[] larger = ArrayPool<T>.Shared.Rent(length);
        array.CopyTo(larger, 0);
        larger.AsSpan(array.Length).Clear();
        Return(array);
        return larger;
    }

    private static void Return<T>(T[] array)
    {
        if (array.Length > 0)
        {
            ArrayPool<T>.Shared.Return(array);
        }
    }
}
