using VirtAgents.Core.Directives;
using VirtAgents.Core.Scheduling.Limits;
using VirtAgents.Hypervisors;

namespace VirtAgents.Agent.Acting;

/// <summary>What the lines of a journal say when they are read in order. Not thread-safe.</summary>
internal sealed class JournalBook
{
    /// <summary>Ends that are remembered; the oldest ones are forgotten first.</summary>
    public const int MostEnded = 10_000;

    /// <summary>How long ends are remembered at least, unless there are too many.</summary>
    public static readonly TimeSpan EndedKept = TimeSpan.FromDays(7);

    private readonly Dictionary<Guid, DirectiveRecord> _records = [];
    private readonly Queue<Guid> _ended = new();
    private readonly List<LimitLease> _leases = [];

    /// <summary>Highest epoch that was seen.</summary>
    public long Epoch { get; private set; }

    /// <summary>The host is marked as being drained.</summary>
    public bool IsDraining { get; private set; }

    public IEnumerable<DirectiveRecord> Records => _records.Values;

    /// <summary>Limits that are to be taken back.</summary>
    public IReadOnlyList<LimitLease> Leases => _leases;

    public DirectiveRecord? Find(Guid id) => _records.GetValueOrDefault(id);

    public void Apply(JournalStep step)
    {
        Epoch = Math.Max(Epoch, step.Epoch ?? 0);
        IsDraining = step.Drain ?? IsDraining;
        if (step.ToLease() is { } lease)
        {
            _leases.Remove(lease);
            _leases.AddRange(step.Step == JournalStepKind.Lease ? [lease] : []);
            return;
        }

        if (step.Id is not { } id || (Find(id) is { } known && (known.IsEnded || step.Step == JournalStepKind.Accepted)))
        {
            return;
        }

        // A begin or an end whose acceptance was lost must still keep the id from being carried out.
        DirectiveRecord record = Find(id) ?? new DirectiveRecord(id, DirectiveState.Accepted, step.At);
        switch (step.Step)
        {
            case JournalStepKind.Accepted:
                _records[id] = record with { Order = step.ToOrder(), Rule = step.Rule ?? "", AllowedUnixMs = step.At };
                break;
            case JournalStepKind.Begun:
                _records[id] = record with { State = DirectiveState.Running, AtUnixMs = step.At, Before = new ControlEvidence(step.Evidence ?? "") };
                break;
            case JournalStepKind.Ended:
                End(record, step);
                break;
            default:
                break;
        }
    }

    /// <summary>Forgets old ends.</summary>
    public void Forget(long nowUnixMs)
    {
        while (_ended.TryPeek(out Guid oldest) && _records[oldest].AtUnixMs < nowUnixMs - (long)EndedKept.TotalMilliseconds)
        {
            _records.Remove(_ended.Dequeue());
        }
    }

    /// <summary>The fewest steps that say the same.</summary>
    public IEnumerable<JournalStep> Steps(long nowUnixMs)
    {
        yield return JournalStep.OfEpoch(Epoch, nowUnixMs);
        yield return JournalStep.OfDrain(IsDraining, nowUnixMs);
        foreach (LimitLease lease in _leases)
        {
            yield return JournalStep.OfLease(lease, nowUnixMs);
        }

        foreach (DirectiveRecord record in _ended.Select(id => _records[id]))
        {
            yield return JournalStep.OfEnded(record.Id, new(record.State, record.Refusal, record.Detail) { Figures = record.Figures }, record.AtUnixMs) with
            {
                Rule = record.Rule,
                Allowed = record.AllowedUnixMs,
            };
        }

        foreach (DirectiveRecord record in _records.Values.Where(r => !r.IsEnded))
        {
            if (record.Order is { } order)
            {
                yield return JournalStep.OfAccepted(order, record.Rule, record.AllowedUnixMs);
            }

            if (record.State == DirectiveState.Running)
            {
                yield return JournalStep.OfBegun(record.Id, record.Before, record.AtUnixMs);
            }
        }
    }

    private void End(DirectiveRecord record, JournalStep step)
    {
        _records[record.Id] = record with
        {
            State = step.State is { } state && DirectiveLife.IsEnded(state) ? state : DirectiveState.Failed,
            AtUnixMs = step.At,
            Order = null,
            Before = ControlEvidence.None,
            Rule = step.Rule ?? record.Rule,
            AllowedUnixMs = step.Allowed ?? record.AllowedUnixMs,
            Refusal = step.Refusal ?? RefusalReason.None,
            Detail = step.Detail ?? "",
            Figures = new(step.Downtime, step.Sent),
        };
        _ended.Enqueue(record.Id);
        if (_ended.Count > MostEnded)
        {
            _records.Remove(_ended.Dequeue());
        }
    }
}
