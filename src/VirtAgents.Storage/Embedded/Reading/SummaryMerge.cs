using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded.Format;
using VirtAgents.Storage.Embedded.Rollups;
using VirtAgents.Storage.Embedded.Sealing;
using VirtAgents.Storage.Summaries;

namespace VirtAgents.Storage.Embedded.Reading;

/// <summary>Puts the summaries of a page together out of rollups and samples.</summary>
/// <param name="query">What is asked for.</param>
/// <param name="subjects">The subjects of the page, by id.</param>
/// <param name="folder">Makes the summaries.</param>
/// <param name="budget">Counts what is read.</param>
internal sealed class SummaryMerge(SummaryQuery query, IReadOnlyDictionary<int, Subject> subjects, SummaryFolder folder, StoredBudget budget) : ISegmentSink
{
    private readonly Dictionary<(int Subject, HostId? Host), Dictionary<long, Summary>> _series = [];
    private readonly RollupRow _row = new();

    /// <summary>How many stored values were taken.</summary>
    public SummarySources Sources { get; private set; }

    public void Add(int subject, IEnumerable<SeriesSummaries> samples)
    {
        foreach (SeriesSummaries series in samples)
        {
            Dictionary<long, Summary> steps = StepsOf(subject, series.Host);
            foreach ((long start, Summary summary) in series.Steps)
            {
                if (!steps.TryAdd(start, summary))
                {
                    steps[start].Merge(summary);
                }
            }
        }
    }

    public void AddSamples(long count)
    {
        Sources += new SummarySources(count, 0, 0);
        budget.Take(count);
    }

    public List<SeriesSummaries> Build()
    {
        var all = new List<SeriesSummaries>(_series.Count);
        SummarySources sources = Sources;
        foreach (((int subject, HostId? host), Dictionary<long, Summary> steps) in _series.OrderBy(s => s.Key.Subject).ThenBy(s => s.Key.Host?.Value))
        {
            // What was read is told once, with the first series.
            all.Add(new SeriesSummaries(subjects[subject], host, [.. steps.OrderBy(s => s.Key).Select(s => new StepSummary(s.Key, s.Value))]) { Sources = sources });
            sources = default;
        }

        return all;
    }

    public bool Wants(int subject) => subjects.ContainsKey(subject);

    public void Row(SegmentHead head, SealedBlock block, int row, ushort number, in SealedRow bytes)
    {
        ByteReader bins = _row.Read(bytes, block.Times.Length);
        bool minutes = head.Tier == SegmentTier.Minute;
        long lengthMs = minutes ? RollupFolder.MinuteMs : RollupSegments.HourMs;
        Dictionary<long, Summary>? steps = null;
        int position = 0;
        for (int window = 0; window < block.Times.Length; window++)
        {
            long startMs = block.Times[window];
            if ((_row.Presence & (1UL << window)) == 0)
            {
                continue;
            }

            bool wanted = startMs >= query.FromUnixMs && startMs + lengthMs <= query.ToUnixMs;
            Summary? target = wanted ? TargetOf(steps ??= StepsOf(block.Subjects[row], folder.HostOf(head.Stream)), startMs) : null;
            target?.MergeFigures(_row.Restore(position, startMs, null));
            if (query.WithValues)
            {
                _row.ReadBins(ref bins, position, target?.Values);
            }

            Sources += wanted ? new SummarySources(0, minutes ? 1 : 0, minutes ? 0 : 1) : default;
            position++;
        }

        budget.Take(position);
    }

    private Summary TargetOf(Dictionary<long, Summary> steps, long startMs)
    {
        long step = Aggregator.StepStart(startMs, query.StepMs);
        if (!steps.TryGetValue(step, out Summary? target))
        {
            steps.Add(step, target = folder.NewSummary());
        }

        return target;
    }

    private Dictionary<long, Summary> StepsOf(int subject, HostId? host)
    {
        if (!_series.TryGetValue((subject, host), out Dictionary<long, Summary>? steps))
        {
            _series.Add((subject, host), steps = []);
        }

        return steps;
    }
}
