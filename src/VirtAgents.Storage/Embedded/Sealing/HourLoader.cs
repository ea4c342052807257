using VirtAgents.Core.Model;

namespace VirtAgents.Storage.Embedded.Sealing;

/// <summary>Puts the rows of a sealed segment back into the cells of an hour.</summary>
internal sealed class HourLoader(HourCells cells, long fromMs, long toMs) : ISegmentSink
{
    private readonly RowBuffer _row = new();
    private readonly Dictionary<SealedBlock, (HourBlock Block, int[] Ticks)> _blocks = new(ReferenceEqualityComparer.Instance);

    bool ISegmentSink.Wants(int subject) => true;

    void ISegmentSink.Row(SegmentHead head, SealedBlock block, int row, ushort number, in SealedRow bytes)
    {
        if (!_blocks.TryGetValue(block, out (HourBlock Block, int[] Ticks) target))
        {
            target = Begin(block);
            _blocks.Add(block, target);
        }

        _row.Read(bytes.Bytes, block.Times.Length);
        HourColumn column = target.Block.Column(target.Block.Metrics.IndexOf(new MetricId(number)));
        int next = 0;
        for (int tick = 0; tick < block.Times.Length; tick++)
        {
            if (_row.IsPresent(tick))
            {
                long value = _row.Values[next++];
                if (target.Ticks[tick] >= 0)
                {
                    column.Set((target.Ticks[tick] * block.Subjects.Length) + row, value);
                }
            }
        }
    }

    private (HourBlock Block, int[] Ticks) Begin(SealedBlock block)
    {
        HourBlock target = cells.BlockOf(block.Kind, Array.ConvertAll(block.Numbers, n => new MetricId(n)), block.Subjects);
        return (target, Array.ConvertAll(block.Times, t => t >= fromMs && t < toMs ? target.AddTick(t) : -1));
    }
}
