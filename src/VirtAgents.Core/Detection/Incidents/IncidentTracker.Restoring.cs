using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Incidents;

/// <summary>Goes on after a restart of the collector.</summary>
public sealed partial class IncidentTracker
{
    private readonly List<IncidentCase> _restored = [];
    private long? _placedMs;

    /// <summary>
    /// Takes incidents that were kept over a restart: active ones, and resolved ones that may still come back. What held then
    /// holds until lines tell otherwise. Others, and those that are known already, are left alone.
    /// </summary>
    public void Restore(IEnumerable<Incident> incidents)
    {
        ArgumentNullException.ThrowIfNull(incidents);
        foreach (Incident incident in incidents.OrderBy(i => i.ResolvedUnixMs ?? long.MaxValue).ThenBy(i => i.OpenedUnixMs))
        {
            bool isKept = incident.IsActive || incident is { State: IncidentState.Resolved, ResolvedUnixMs: not null };
            if (isKept && _book.Find(incident.Id) is null && _book.MakeRoom())
            {
                Restore(_book.Open(incident));
            }
        }
    }

    private void Restore(IncidentCase one)
    {
        Incident incident = one.Incident;
        one.TakeUp();
        if (incident.ResolvedUnixMs is { } resolvedMs && !incident.IsActive)
        {
            _book.Retire(one, resolvedMs);
            return;
        }

        long updatedMs = incident.UpdatedUnixMs;
        one.BeganMs = incident.Reopened > 0 ? Math.Min(incident.Root.SinceUnixMs, updatedMs) : incident.OpenedUnixMs;
        one.RootClearedMs = Math.Min(incident.Root.ClearedUnixMs ?? updatedMs, updatedMs);
        one.GrewMs = updatedMs;
        foreach (Finding finding in incident.Findings().Where(f => f.IsActive && !Causes.IsInferred(f.Key.Kind)))
        {
            Hold(one, finding);
        }

        _restored.Add(one);
        _placedMs = null;
    }

    private void Hold(IncidentCase one, Finding finding)
    {
        if (_findings.IsFull || _findings.Find(finding.Key) is not null)
        {
            one.Change(finding with { ClearedUnixMs = one.Incident.UpdatedUnixMs, Witnesses = [] });
            return;
        }

        Held held = Held.Restored(finding, one.Incident.UpdatedUnixMs);
        held.Case = one;
        _findings.Add(held);
    }

    // What restored incidents depend on is known with the inventories, which may come a little later.
    private void See(Topology topology)
    {
        bool isNew = topology != _topology;
        _topology = topology;
        if (_restored.Count == 0 || (_placedMs is not null && !isNew))
        {
            return;
        }

        foreach (IncidentCase one in _restored)
        {
            PlaceRestored(one);
        }

        _placedMs ??= _nowMs;
        if (_nowMs - _placedMs > Folding.TakeOverMs)
        {
            _restored.Clear();
        }
    }

    private void PlaceRestored(IncidentCase one)
    {
        if (_placedMs is null)
        {
            LoseSight(one);
        }
        else if (!one.Incident.IsActive)
        {
            return;
        }

        _book.Place(one, Folding.NeedsOf(one.Incident.Root, _topology));
        foreach (Finding symptom in one.Incident.Symptoms)
        {
            _book.Know(one, symptom.Key);
        }

        PlaceSymptoms(one);
        if (_placedMs is null && one.Holding == 0)
        {
            EndRestored(one);
        }
    }

    // A collector that was away saw none of its hosts.
    private void LoseSight(IncidentCase one)
    {
        foreach (Finding finding in one.Incident.Findings())
        {
            foreach (string host in finding.Witnesses)
            {
                if (Guid.TryParseExact(host, "D", out Guid id))
                {
                    _rules.LoseSight(new HostId(id), _nowMs);
                }
            }
        }
    }

    private void EndRestored(IncidentCase one)
    {
        if (one.Incident.IsFlapping)
        {
            one.QuietSinceMs = one.Incident.UpdatedUnixMs;
            _quiet.Add(one);
            return;
        }

        EndConcluded(one, one.Incident.UpdatedUnixMs);
        Resolve(one, "nothing of it holds", null);
    }
}
