using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded.Format;
using VirtAgents.Storage.Embedded.Sealing;

namespace VirtAgents.Storage.Embedded.Reading;

/// <summary>The series of one page of a range query while they are gathered.</summary>
internal sealed class RangePage(MetricId wanted, long fromMs, long toMs) : IColumnSink, ISegmentSink
{
    private readonly Dictionary<int, SeriesBuilder> _series = [];
    private readonly RowBuffer _row = new();

    public void Add(int subjectId, Subject subject) => _series.Add(subjectId, new SeriesBuilder(subject));

    /// <summary>The series that have values.</summary>
    public List<SeriesPoints> Build() =>
        [.. _series.OrderBy(s => s.Key).Where(s => s.Value.Count > 0).Select(s => s.Value.Build())];

    bool ISegmentSink.Wants(int subject) => _series.ContainsKey(subject);

    void ISegmentSink.Row(SegmentHead head, SealedBlock block, int row, ushort number, in SealedRow bytes)
    {
        SeriesBuilder series = _series[block.Subjects[row]];
        _row.Read(bytes.Bytes, block.Times.Length);
        for (int tick = 0, next = 0; tick < block.Times.Length; tick++)
        {
            if (_row.IsPresent(tick))
            {
                long value = _row.Values[next++];
                if (block.Times[tick] >= fromMs && block.Times[tick] < toMs)
                {
                    series.Add(block.Times[tick], value, head.Stream);
                }
            }
        }
    }

    public bool Wants(MetricId metric) => metric == wanted;

    public void Column(SectionReader section, MetricId metric)
    {
        for (int row = 0; row < section.Subjects.Length; row++)
        {
            if (!_series.TryGetValue(section.Subjects[row], out SeriesBuilder? series))
            {
                continue;
            }

            for (int tick = 0; tick < section.TickCount; tick++)
            {
                long time = section.TimeOf(tick);
                if (time >= fromMs && time < toMs && section.TryGet(tick, row, out long value))
                {
                    series.Add(time, value, section.Stream);
                }
            }
        }
    }
}
