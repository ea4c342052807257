using System.Runtime.InteropServices;
using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded.Format;
using VirtAgents.Storage.Embedded.Reading;
using VirtAgents.Storage.Embedded.Sealing;
using VirtAgents.Storage.Embedded.Sqlite;

namespace VirtAgents.Storage.Embedded.Latest;

/// <summary>Gathers the newest value of each series from the cache and, for times it does not cover, from the file.</summary>
internal sealed class LatestAnswer(LatestQuery query, long fromMs) : IColumnSink, ISegmentSink
{
    private readonly RowBuffer _row = new();
    private readonly Dictionary<(int Subject, MetricId Metric), (long TimeMs, long Raw)> _newest = [];
    private readonly Dictionary<int, Subject> _names = [];
    private HashSet<int>? _subjects;
    private long _untilMs;

    public void AddFrom(LatestCache cache)
    {
        foreach (LatestOwner owner in cache.Owners(query.Owner))
        {
            lock (owner.Lock)
            {
                owner.Rows.ForEach(AddRow);
            }
        }
    }

    /// <summary>Adds what the file has from the first wanted time up to a time that is no longer wanted.</summary>
    public void AddFrom(Database database, long untilMs, Damage damage, CancellationToken cancellationToken)
    {
        HashSet<int>? streams = null;
        if (query.Owner is Guid owner)
        {
            if (Catalogue.OwnerId(database, owner) is not int id)
            {
                return;
            }

            _subjects = [.. Catalogue.SubjectsOf(database, id).Select(s => s.Id)];
            streams = Catalogue.StreamsOf(database, id, fromMs, untilMs);
        }

        _untilMs = untilMs;
        using (var segments = new SegmentScan(database, damage))
        {
            segments.Run(SegmentTier.Raw, fromMs, untilMs, streams, query.Metric is MetricId metric ? [metric.Value] : null, this, cancellationToken);
        }

        using var scan = new ChunkScan(database, damage);
        scan.Run(fromMs, untilMs, streams, this, cancellationToken);
        NameAll(database);
    }

    private void NameAll(Database database)
    {
        foreach ((int subject, MetricId _) in _newest.Keys)
        {
            if (!_names.ContainsKey(subject) && Catalogue.SubjectById(database, subject) is Subject name)
            {
                _names.Add(subject, name);
            }
        }
    }

    public IReadOnlyList<SeriesValue> ToList()
    {
        var list = new List<SeriesValue>(_newest.Count);
        foreach (((int subject, MetricId metric), (long time, long raw)) in _newest)
        {
            if (_names.TryGetValue(subject, out Subject? name))
            {
                list.Add(new SeriesValue(name, metric, time, raw));
            }
        }

        return list;
    }

    bool ISegmentSink.Wants(int subject) => _subjects?.Contains(subject) != false;

    void ISegmentSink.Row(SegmentHead head, SealedBlock block, int row, ushort number, in SealedRow bytes)
    {
        _row.Read(bytes.Bytes, block.Times.Length);
        for (int tick = block.Times.Length - 1, last = _row.Values.Length - 1; tick >= 0 && last >= 0; tick--)
        {
            if (!_row.IsPresent(tick))
            {
                continue;
            }

            long value = _row.Values[last--];
            if (block.Times[tick] >= fromMs && block.Times[tick] < _untilMs)
            {
                Offer(block.Subjects[row], new MetricId(number), block.Times[tick], value);
                return;
            }
        }
    }

    bool IColumnSink.Wants(MetricId metric) => query.Metric is null || query.Metric == metric;

    void IColumnSink.Column(SectionReader section, MetricId metric)
    {
        for (int row = 0; row < section.Subjects.Length; row++)
        {
            int subject = section.Subjects[row];
            if (_subjects?.Contains(subject) == false)
            {
                continue;
            }

            for (int tick = 0; tick < section.TickCount; tick++)
            {
                long time = section.TimeOf(tick);
                if (time >= fromMs && time < _untilMs && section.TryGet(tick, row, out long value))
                {
                    Offer(subject, metric, time, value);
                }
            }
        }
    }

    private void AddRow(LatestRow row)
    {
        for (int column = 0; column < row.Shape.Length; column++)
        {
            if (row.Times[column] != LatestRow.Never && row.Times[column] >= fromMs
                && (query.Metric is null || query.Metric == row.Shape[column]))
            {
                _names.TryAdd(row.SubjectId, row.Subject);
                Offer(row.SubjectId, row.Shape[column], row.Times[column], row.Values[column]);
            }
        }
    }

    private void Offer(int subject, MetricId metric, long timeMs, long raw)
    {
        ref (long TimeMs, long Raw) newest = ref CollectionsMarshal.GetValueRefOrAddDefault(_newest, (subject, metric), out bool known);
        if (!known || timeMs >= newest.TimeMs)
        {
            newest = (timeMs, raw);
        }
    }
}
