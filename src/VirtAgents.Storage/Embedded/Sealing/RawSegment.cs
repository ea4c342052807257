using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded.Format;

namespace VirtAgents.Storage.Embedded.Sealing;

/// <summary>Turns a gathered hour into a segment of samples: a column for each metric, in it a part for each block, in it a row for each subject.</summary>
internal sealed class RawSegment
{
    private readonly ByteWriter _column = new();
    private readonly ByteWriter _rows = new();
    private long[] _values = [];
    private ulong[] _presence = [];

    public SegmentDraft Build(HourCells cells, int reports)
    {
        var axes = new SealedAxes([.. cells.Blocks.Select(b => new SealedBlock(b.Kind, b.Subjects, b.Times.ToArray(), [.. b.Metrics.Select(m => m.Value)]))]);
        _column.Clear();
        axes.Write(_column);
        byte[] head = _column.Written.ToArray();
        ushort[] numbers = [.. axes.Blocks.SelectMany(b => b.Numbers).Distinct().Order()];
        return new SegmentDraft(
            SegmentTier.Raw, cells.MinMs, cells.MaxMs, reports, head, [.. numbers.Select(n => BuildColumn(cells, new MetricId(n)))]);
    }

    private SealedColumn BuildColumn(HourCells cells, MetricId metric)
    {
        _column.Clear();
        foreach (HourBlock block in cells.Blocks)
        {
            int position = block.Metrics.IndexOf(metric);
            if (position >= 0)
            {
                WritePart(block, block.Column(position));
            }
        }

        _column.Checksum(0);
        return ColumnPacking.Pack(metric.Value, _column.Written);
    }

    // The length of each row lets a query for one subject step over the others.
    private void WritePart(HourBlock block, HourColumn column)
    {
        int ticks = block.TickCount;
        if (_values.Length < ticks)
        {
            _values = new long[ticks];
            _presence = new ulong[(ticks + 63) / 64];
        }

        for (int row = 0; row < block.Subjects.Length; row++)
        {
            _rows.Clear();
            column.Row(row, block.Subjects.Length, _values.AsSpan(0, ticks), _presence);
            RowCodec.Write(_rows, _values.AsSpan(0, ticks), _presence);
            _column.Varint(_rows.Length);
            _column.Bytes(_rows.Written);
        }
    }
}
