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
        IncidentCase? again = MayReopen(root.Key);
        IncidentCase? one = again ?? (taken.Count > 0 ? taken[0] : _book.MakeRoom() ? _book.Open(new Incident(_newId(), root, _nowMs)) : null);
        if (one is null)
        {
            return null;
        }

        IncidentChangeKind kind = again is not null ? IncidentChangeKind.Reopened
            : taken.Count > 0 ? IncidentChangeKind.RootChanged
            : IncidentChangeKind.Opened;
        if (again is not null)
        {
            Reopen(again);
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

    private void AbsorbAll(IncidentCase one, List<IncidentCase> others)
    {
        foreach (IncidentCase other in others)
        {
            Absorb(one, other);
        }
    }

    private void Absorb(IncidentCase one, IncidentCase other)
    {
        _book.Remove(other);
        _quiet.Remove(other);
        foreach (Finding finding in other.Incident.Symptoms.Prepend(other.Incident.Root))
        {
            if (!Causes.IsInferred(finding.Key.Kind))
            {
                Move(one, finding);
            }
        }

        foreach (FindingKey key in other.Incident.SymptomsLeftOut > 0 ? other.Keys : [])
        {
            if (_findings.Find(key) is { } held && held.Case == other)
            {
                Move(one, held.Finding);
            }
        }

        Severity severity = other.Incident.Severity > one.Incident.Severity ? other.Incident.Severity : one.Incident.Severity;
        one.Incident = one.Incident with { Severity = severity };
        other.Incident = other.Incident with { State = IncidentState.Merged, MergedInto = one.Incident.Id };
    }

    private void Move(IncidentCase one, Finding finding)
    {
        bool isHeld = finding.IsActive && _findings.Find(finding.Key) is not null;
        if (one.IsFull && !one.Knows(finding.Key))
        {
            FindingsLeftOut++;
            if (isHeld)
            {
                _findings.Remove(_findings.Find(finding.Key)!);
            }
        }
        else if (isHeld || !one.Knows(finding.Key))
        {
            AddSymptom(one, finding, Folding.NeedsOf(finding, _topology));
            if (isHeld)
            {
                _findings.Find(finding.Key)!.Case = one;
            }
        }
    }

    private void TellMerged(IncidentCase one, List<IncidentCase> others)
    {
        foreach (IncidentCase other in others)
        {
            Tell(IncidentChangeKind.Merged, other, $"part of this: {FindingKinds.Describe(one.Incident.Root)}", null);
        }
    }
}
