using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Incidents;

/// <summary>
/// Turns lines of the event feed into findings, and folds findings with one cause into one incident. Not thread-safe; no
/// clock and no I/O: the same calls give the same answers.
/// </summary>
/// <remarks>
/// <para>Folding: a finding joins the active incident whose root explains it. One that explains the roots of other
/// incidents becomes the root of the oldest of them, and the others become part of that: where both concern the same
/// element always, otherwise only what began within the last two minutes. Several VMs with the same trouble at the same
/// time, and nothing that explains it, give a root that is concluded; it gives way to the true one.</para>
/// <para>What a finding depends on is read from the topology when it is found. Where that is not known a finding stays
/// alone: better two incidents than a wrong cause.</para>
/// </remarks>
public sealed partial class IncidentTracker
{
    /// <summary>An incident that is found again within this time after it was resolved is the same one; milliseconds.</summary>
    public const long ReopenMs = FlapDamping.ReopenMs;

    private readonly Func<Guid> _newId;
    private readonly FindingTable _findings = new();
    private readonly FindingRules _rules;
    private readonly IncidentBook _book = new();
    private readonly HashSet<IncidentCase> _quiet = [];
    private List<IncidentChange> _changes = [];
    private Topology _topology = Topology.Empty;
    private long _nowMs;

    /// <summary>A tracker without incidents.</summary>
    /// <param name="newId">Gives the identities of incidents.</param>
    public IncidentTracker(Func<Guid> newId)
    {
        ArgumentNullException.ThrowIfNull(newId);
        _newId = newId;
        _rules = new(_findings);
    }

    /// <summary>Active incidents and those that may come back, in no particular order; at most 10,000.</summary>
    public IReadOnlyCollection<Incident> Incidents => [.. _book.Cases.Select(c => c.Incident)];

    /// <summary>Findings that were not taken so far, since there were too many at the same time.</summary>
    public long FindingsLeftOut { get; private set; }

    /// <summary>The incident of that identity; null when it is not kept.</summary>
    public Incident? Find(Guid id) => _book.Find(id)?.Incident;

    /// <summary>Takes a line of the event feed. Lines may come twice, late and in any order.</summary>
    /// <param name="line">Any line.</param>
    /// <param name="topology">What depends on what now.</param>
    /// <param name="nowUnixMs">Clock of the collector, milliseconds since 1970 UTC.</param>
    /// <returns>What it led to, in order.</returns>
    public IReadOnlyList<IncidentChange> Observe(FleetEvent line, Topology topology, long nowUnixMs)
    {
        ArgumentNullException.ThrowIfNull(line);
        ArgumentNullException.ThrowIfNull(topology);
        Begin(nowUnixMs);
        See(topology);
        Apply(_rules.Observe(line, topology, nowUnixMs));
        return End();
    }

    /// <summary>Takes the time, about once a second: what ends by itself, and incidents that flap and are quiet now.</summary>
    /// <param name="topology">What depends on what now.</param>
    /// <param name="nowUnixMs">Clock of the collector, milliseconds since 1970 UTC.</param>
    /// <returns>What it led to, in order.</returns>
    public IReadOnlyList<IncidentChange> Tick(Topology topology, long nowUnixMs)
    {
        ArgumentNullException.ThrowIfNull(topology);
        Begin(nowUnixMs);
        See(topology);
        Apply(_rules.Tick(topology, nowUnixMs));
        foreach (IncidentCase one in _quiet.Where(c => nowUnixMs - c.QuietSinceMs >= FlapDamping.QuietMs).OrderBy(c => c.Number).ToArray())
        {
            Resolve(one, "quiet long enough to call it over", null);
        }

        _book.Prune(nowUnixMs);
        JudgeAtBoundary();
        return End();
    }

    /// <summary>Somebody takes an active incident on, or says something else about it.</summary>
    /// <param name="incident">Which.</param>
    /// <param name="actor">Who.</param>
    /// <param name="note">What they say about it; empty = nothing.</param>
    /// <param name="nowUnixMs">Clock of the collector, milliseconds since 1970 UTC.</param>
    /// <returns>The change; none when there is no such active incident.</returns>
    public IReadOnlyList<IncidentChange> Acknowledge(Guid incident, string actor, string note, long nowUnixMs)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(note);
        if (_book.Find(incident) is not { Incident.IsActive: true } one)
        {
            return [];
        }

        Begin(nowUnixMs);
        one.Incident = one.Incident with { State = IncidentState.Acknowledged, AcknowledgedBy = actor, Note = note };
        Tell(IncidentChangeKind.Acknowledged, one, $"{actor} has taken it on", null);
        return End();
    }

    private void Begin(long nowMs) => _nowMs = nowMs;

    private List<IncidentChange> End()
    {
        List<IncidentChange> changes = _changes;
        _changes = changes.Count == 0 ? changes : [];
        return changes;
    }

    private void Apply(IReadOnlyList<FindingStep> steps)
    {
        foreach (FindingStep step in steps)
        {
            if (step.Finding.IsActive)
            {
                Raise(step);
            }
            else if (_findings.Find(step.Finding.Key) is { } held)
            {
                Clear(held, step.Finding);
            }
        }
    }

    private void Tell(IncidentChangeKind kind, IncidentCase one, string text, Finding? finding)
    {
        Severity severity = finding is null || finding.Severity < one.Incident.Severity ? one.Incident.Severity : finding.Severity;
        one.Incident = one.Incident with { UpdatedUnixMs = _nowMs, Severity = severity, Suggestion = one.Incident.IsActive ? one.Suggestion() : null };
        _changes.Add(new(kind, one.Incident, _nowMs, text) { Finding = finding });
    }
}
