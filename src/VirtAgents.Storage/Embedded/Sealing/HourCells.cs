using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded.Format;

namespace VirtAgents.Storage.Embedded.Sealing;

/// <summary>Everything one stream reported in one hour while it is gathered from sections and from what was sealed before.</summary>
/// <param name="fromMs">First time that is kept; milliseconds since 1970 UTC.</param>
/// <param name="toMs">First time that is not.</param>
internal sealed class HourCells(long fromMs, long toMs) : IColumnSink, IDisposable
{
    private readonly List<HourBlock> _blocks = [];
    private readonly List<int> _ticks = [];
    private HourBlock? _open;

    public IReadOnlyList<HourBlock> Blocks => _blocks;

    /// <summary>First time; without meaning while there is no tick.</summary>
    public long MinMs => _blocks.Min(b => b.Times[0]);

    /// <summary>Last time; without meaning while there is no tick.</summary>
    public long MaxMs => _blocks.Max(b => b.Times[^1]);

    public bool IsEmpty => _blocks.Count == 0;

    /// <summary>The block of a shape, at the place where the next tick belongs.</summary>
    public HourBlock BlockOf(SubjectKind kind, ReadOnlySpan<MetricId> metrics, ReadOnlySpan<int> subjects)
    {
        for (int i = _blocks.Count - 1; i >= 0; i--)
        {
            if (_blocks[i].IsFor(kind, metrics, subjects))
            {
                return _blocks[i];
            }
        }

        _blocks.Add(new HourBlock(kind, metrics.ToArray(), subjects.ToArray()));
        return _blocks[^1];
    }

    /// <summary>Ends the gathering.</summary>
    public void Complete()
    {
        _blocks.Where(b => b.TickCount == 0).ToList().ForEach(b => b.Release());
        _blocks.RemoveAll(b => b.TickCount == 0);
        _blocks.ForEach(b => b.Sort());
    }

    /// <summary>Gives the memory back; nothing may be read after that.</summary>
    public void Dispose() => _blocks.ForEach(b => b.Release());

    bool IColumnSink.Wants(MetricId metric) => true;

    // The columns of a block come one after another; the first one brings the ticks.
    void IColumnSink.Column(SectionReader section, MetricId metric)
    {
        int position = section.Metrics.IndexOf(metric);
        if (position == 0)
        {
            Begin(section);
        }

        HourColumn column = _open!.Column(position);
        int rows = section.Subjects.Length;
        for (int tick = 0; tick < section.TickCount; tick++)
        {
            int start = _ticks[tick] * rows;
            for (int row = 0; start >= 0 && row < rows; row++)
            {
                if (section.TryGet(tick, row, out long value))
                {
                    column.Set(start + row, value);
                }
            }
        }
    }

    private void Begin(SectionReader section)
    {
        _open = BlockOf(section.Kind, section.Metrics, section.Subjects);
        _ticks.Clear();
        for (int tick = 0; tick < section.TickCount; tick++)
        {
            long time = section.TimeOf(tick);
            _ticks.Add(time >= fromMs && time < toMs ? _open.AddTick(time) : -1);
        }
    }
}
