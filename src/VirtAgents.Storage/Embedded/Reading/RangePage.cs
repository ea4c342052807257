using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded.Format;

namespace VirtAgents.Storage.Embedded.Reading;

/// <summary>The series of one page of a range query while they are gathered.</summary>
internal sealed class RangePage(MetricId wanted, long fromMs, long toMs) : IColumnSink
{
    private readonly Dictionary<int, SeriesBuilder> _series = [];

    public void Add(int subjectId, Subject subject) => _series.Add(subjectId, new SeriesBuilder(subject));

    /// <summary>The series that have values.</summary>
    public List<SeriesPoints> Build() =>
        [.. _series.OrderBy(s => s.Key).Where(s => s.Value.Count > 0).Select(s => s.Value.Build())];

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
