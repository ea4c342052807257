namespace VirtAgents.Core.Detection.Incidents;

/// <summary>What a finding becomes part of.</summary>
public sealed partial class IncidentTracker
{
    private void Raise(FindingStep step)
    {
        FindingKey key = step.Finding.Key;
        if (_findings.Find(key) is { } known)
        {
            known.Tell(step.InstantMs, _nowMs);
            AddWitness(known, step);
            return;
        }

        Held held = new(step.Finding, step.InstantMs, _nowMs);
        AddWitness(held, step);
        IReadOnlyList<Element> needs = Folding.NeedsOf(held.Finding, _topology);
        IncidentCase? knowing = _book.Knowing(key);
        IncidentCase? cause = knowing?.RootKey == key ? knowing : Folding.CauseOf(key, needs, _book, _nowMs);
        held.Case = _findings.IsFull ? null : cause is null ? Establish(held.Finding, needs) : Join(cause, held.Finding, needs);
        if (held.Case is null)
        {
            FindingsLeftOut++;
        }
        else
        {
            _findings.Add(held);
        }
    }

    private void AddWitness(Held held, FindingStep step)
    {
        if (step.Teller is { } host)
        {
            held.Add(new(host, step.InstantMs, _nowMs));
        }
    }

    /// <summary>A finding becomes part of an active incident; null when that has had too many already.</summary>
    private IncidentCase? Join(IncidentCase one, Finding finding, IReadOnlyList<Element> needs)
    {
        bool isAgain = one.Knows(finding.Key);
        if (one.IsFull && !isAgain)
        {
            return null;
        }

        List<IncidentCase> taken = [.. Folding.ExplainedBy(finding.Key, _book, _topology, _nowMs).Where(c => c != one)];
        AddSymptom(one, finding, needs);
        AbsorbAll(one, taken);
        Tell(IncidentChangeKind.SymptomAdded, one, FindingKinds.Describe(finding) + (isAgain ? " again" : ""), finding);
        TellMerged(one, taken);
        return one;
    }

    /// <summary>Nothing explains a finding: it is the root of incidents that it explains, or of one of its own, or others like it tell what is.</summary>
    private IncidentCase? Establish(Finding finding, IReadOnlyList<Element> needs)
    {
        List<IncidentCase> taken = Folding.ExplainedBy(finding.Key, _book, _topology, _nowMs);
        if (taken.Count == 0 && MayReopen(finding.Key) is null && Inference.Of(finding, needs, _book, _topology, _nowMs) is var (root, cases))
        {
            return Establish(root, Folding.NeedsOf(root, _topology), cases, one => AddSymptom(one, finding, needs));
        }

        return Establish(finding, needs, taken, _ => { });
    }

    private IncidentCase? Establish(Finding root, IReadOnlyList<Element> needs, List<IncidentCase> taken, Action<IncidentCase> complete)
    {
        if (FindPlace(root, taken) is not var (one, kind))
        {
            return null;
        }

        if (kind == IncidentChangeKind.Reopened)
        {
            Reopen(one);
        }

        one.SetRoot(root);
        one.GrewMs = _nowMs;
        one.Incident = one.Incident with { IsSilenced = IsSilenced(root) };
        _book.Place(one, needs);
        PlaceSymptoms(one);
        taken.Remove(one);
        AbsorbAll(one, taken);
        complete(one);
        Tell(kind, one, FindingKinds.Describe(root), root);
        TellMerged(one, taken);
        return one;
    }

    /// <summary>The incident that a root is to be that of, and what that means for it; null = there is no room for one more.</summary>
    private (IncidentCase Case, IncidentChangeKind Kind)? FindPlace(Finding root, List<IncidentCase> taken)
    {
        // What is concluded once more, long after the last symptom, is the same trouble.
        if (_book.Knowing(root.Key) is { } standing && standing.RootKey == root.Key)
        {
            return (standing, IncidentChangeKind.SymptomAdded);
        }

        if (MayReopen(root.Key) is { } again)
        {
            return (again, IncidentChangeKind.Reopened);
        }

        return taken.Count > 0 ? (taken[0], IncidentChangeKind.RootChanged)
            : _book.MakeRoom() ? (_book.Open(new Incident(_newId(), root, _nowMs)), IncidentChangeKind.Opened)
            : null;
    }

    private IncidentCase? MayReopen(FindingKey root) =>
        _book.Resolved(root) is { } one && _nowMs - one.Incident.ResolvedUnixMs <= FlapDamping.ReopenMs ? one : null;

    private void AddSymptom(IncidentCase one, Finding finding, IReadOnlyList<Element> needs)
    {
        if (one.Knows(finding.Key))
        {
            one.Change(finding);
        }
        else
        {
            one.AddSymptom(finding);
        }

        one.GrewMs = _nowMs;
        one.QuietSinceMs = null;
        _quiet.Remove(one);
        if (one.IsInferred)
        {
            _book.PlaceSymptom(one, finding.Key, needs);
        }
        else
        {
            _book.Know(one, finding.Key);
        }
    }

    // A root that was only concluded gives way to one that explains its symptoms, so it must be found by what those need.
    private void PlaceSymptoms(IncidentCase one)
    {
        foreach (Finding symptom in one.IsInferred ? one.Incident.Symptoms : [])
        {
            _book.PlaceSymptom(one, symptom.Key, Folding.NeedsOf(symptom, _topology));
        }
    }
}
