using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded.Format;
using VirtAgents.Storage.Embedded.Sealing;

namespace VirtAgents.Storage.Embedded.Reading;

/// <summary>Gathers the samples of several metrics of a page of subjects.</summary>
internal sealed class SamplePage(IReadOnlyDictionary<int, Subject> subjects, MetricId[] metrics, long fromMs, long toMs) : IColumnSink, ISegmentSink
{
    private readonly Dictionary<int, Dictionary<MetricId, SeriesBuilder>> _series = [];
    private readonly RowBuffer _row = new();

    /// <summary>How many samples were gathered.</summary>
    public long Count { get; private set; }

    /// <summary>The series of each subject that has any.</summary>
    public IEnumerable<(int Id, Dictionary<MetricId, RawSeries> Series)> Build() =>
        _series.Select(s => (s.Key, s.Value.ToDictionary(m => m.Key, m => ToRaw(m.Value.Build()))));

    public bool Wants(MetricId metric) => metrics.Contains(metric);

    public void Column(SectionReader section, MetricId metric)
    {
        for (int row = 0; row < section.Subjects.Length; row++)
        {
            if (!subjects.ContainsKey(section.Subjects[row]))
            {
                continue;
            }

            SeriesBuilder series = Of(section.Subjects[row], metric);
            for (int tick = 0; tick < section.TickCount; tick++)
            {
                long time = section.TimeOf(tick);
                if (time >= fromMs && time < toMs && section.TryGet(tick, row, out long value))
                {
                    series.Add(time, value, section.Stream);
                    Count++;
                }
            }
        }
    }

    public bool Wants(int subject) => subjects.ContainsKey(subject);

    public void Row(SegmentHead head, SealedBlock block, int row, ushort number, in SealedRow bytes)
    {
        SeriesBuilder series = Of(block.Subjects[row], new MetricId(number));
        _row.Read(bytes.Bytes, block.Times.Length);
        for (int tick = 0, next = 0; tick < block.Times.Length; tick++)
        {
            if (_row.IsPresent(tick))
            {
                long value = _row.Values[next++];
                if (block.Times[tick] >= fromMs && block.Times[tick] < toMs)
                {
                    series.Add(block.Times[tick], value, head.Stream);
                    Count++;
                }
            }
        }
    }

    private static RawSeries ToRaw(SeriesPoints points) => new(points.TimesUnixMs, points.Raw, points.Epochs);

    private SeriesBuilder Of(int subject, MetricId metric)
    {
        if (!_series.TryGetValue(subject, out Dictionary<MetricId, SeriesBuilder>? builders))
        {
            _series.Add(subject, builders = []);
        }

        if (!builders.TryGetValue(metric, out SeriesBuilder? series))
        {
            builders.Add(metric, series = new SeriesBuilder(subjects[subject]));
        }

        return series;
    }
}
