namespace VirtAgents.Core.Detection.Incidents;

/// <summary>How incidents end and come back, and whom they call.</summary>
public sealed partial class IncidentTracker
{
    private IReadOnlyList<Silence> _silences = [];
    private long _judgedMs;

    /// <summary>Sets all silences there are. Active incidents are judged anew, also when one begins or ends by its time.</summary>
    /// <param name="silences">All of them; those that are over do no harm.</param>
    /// <param name="nowUnixMs">Clock of the collector, milliseconds since 1970 UTC.</param>
    /// <returns>Incidents that are silenced now and were not, and those that were and are not.</returns>
    public IReadOnlyList<IncidentChange> SetSilences(IReadOnlyList<Silence> silences, long nowUnixMs)
    {
        ArgumentNullException.ThrowIfNull(silences);
        _silences = [.. silences];
        Begin(nowUnixMs);
        Judge();
        return End();
    }

    private void Clear(Held held, Finding ended)
    {
        IncidentCase one = held.Case!;
        _findings.Remove(held);
        one.Change(ended);
        if (one.RootKey == ended.Key)
        {
            one.RootClearedMs = _nowMs;
        }

        if (one.Holding > 0)
        {
            Tell(IncidentChangeKind.Cleared, one, "no more: " + FindingKinds.Describe(ended), ended);
            return;
        }

        EndConcluded(one, ended.ClearedUnixMs);
        if (one.Incident.IsFlapping)
        {
            one.QuietSinceMs = _nowMs;
            _quiet.Add(one);
            Tell(IncidentChangeKind.Cleared, one, "no more for now: " + FindingKinds.Describe(ended), ended);
        }
        else
        {
            Resolve(one, "no more: " + FindingKinds.Describe(ended), ended);
        }
    }

    // What was concluded from symptoms is over with the last of them.
    private void EndConcluded(IncidentCase one, long? atMs)
    {
        Finding root = one.Incident.Root;
        if (root.IsActive)
        {
            one.Refresh(root with { ClearedUnixMs = atMs });
            one.RootClearedMs = _nowMs;
        }
    }

    private void Resolve(IncidentCase one, string text, Finding? last)
    {
        if (one.Incident.IsFlapping)
        {
            one.ForgetFlaps();
        }

        one.QuietSinceMs = null;
        _quiet.Remove(one);
        one.Incident = one.Incident with { State = IncidentState.Resolved, ResolvedUnixMs = _nowMs, IsFlapping = false };
        _book.Retire(one, _nowMs);
        Tell(IncidentChangeKind.Resolved, one, text, last);
    }

    // Whoever took it on before did so for what was over then.
    private void Reopen(IncidentCase one)
    {
        _book.Return(one);
        one.BeganMs = _nowMs;
        one.Incident = one.Incident with
        {
            State = IncidentState.Open,
            ResolvedUnixMs = null,
            Reopened = one.Incident.Reopened + 1,
            IsFlapping = one.Reopen(_nowMs),
            AcknowledgedBy = "",
            Note = "",
        };
    }

    private bool IsSilenced(Finding root)
    {
        foreach (Silence silence in _silences)
        {
            if (silence.Covers(root, _nowMs))
            {
                return true;
            }
        }

        return false;
    }

    private void JudgeAtBoundary()
    {
        if (_silences.Any(s => IsBetween(s.FromUnixMs) || IsBetween(s.ToUnixMs)))
        {
            Judge();
        }
    }

    private bool IsBetween(long atMs) => atMs > _judgedMs && atMs <= _nowMs;

    private void Judge()
    {
        _judgedMs = _nowMs;
        foreach (IncidentCase one in _book.Cases.Where(c => c.Incident.IsActive).OrderBy(c => c.Number))
        {
            bool isSilenced = IsSilenced(one.Incident.Root);
            if (isSilenced != one.Incident.IsSilenced)
            {
                one.Incident = one.Incident with { IsSilenced = isSilenced };
                Tell(IncidentChangeKind.Silenced, one, isSilenced ? "a silence covers it" : "no silence covers it any more", null);
            }
        }
    }
}
