using System.Buffers;

namespace VirtAgents.Collector.Exposition;

/// <summary>A line of the page.</summary>
/// <param name="Family">Index of its family.</param>
/// <param name="Labels">Its block of the label table.</param>
/// <param name="Raw">Raw value.</param>
internal readonly record struct Row(int Family, int Labels, long Raw);

/// <summary>The lines of one page, which come as subjects have them and leave as the format wants them: metric by metric.</summary>
internal sealed class RowTable : IDisposable
{
    private readonly int[] _places = new int[MetricFamilies.All.Count];
    private Row[] _rows = ArrayPool<Row>.Shared.Rent(1 << 12);
    private int _count;

    /// <summary>The lines there are.</summary>
    public ReadOnlySpan<Row> Rows => _rows.AsSpan(0, _count);

    public void Add(MetricFamily family, int labels, long raw)
    {
        if (_count == _rows.Length)
        {
            Replace(_rows.Length * 2, Rows);
        }

        _rows[_count++] = new Row(family.Index, labels, raw);
        _places[family.Index]++;
    }

    /// <summary>Puts the lines of each metric together; within a metric they stay in their order.</summary>
    public void Sort()
    {
        int next = 0;
        foreach (ref int place in _places.AsSpan())
        {
            (place, next) = (next, next + place);
        }

        Row[] sorted = ArrayPool<Row>.Shared.Rent(_rows.Length);
        foreach (ref readonly Row row in Rows)
        {
            sorted[_places[row.Family]++] = row;
        }

        ArrayPool<Row>.Shared.Return(_rows);
        _rows = sorted;
    }

    public void Dispose()
    {
        ArrayPool<Row>.Shared.Return(_rows);
        _rows = [];
        _count = 0;
    }

    private void Replace(int length, ReadOnlySpan<Row> content)
    {
        Row[] larger = ArrayPool<Row>.Shared.Rent(length);
        content.CopyTo(larger);
        ArrayPool<Row>.Shared.Return(_rows);
        _rows = larger;
    }
}
