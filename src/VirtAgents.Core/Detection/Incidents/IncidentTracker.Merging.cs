namespace VirtAgents.Core.Detection.Incidents;

/// <summary>How incidents become part of another one.</summary>
public sealed partial class IncidentTracker
{
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
        foreach (Finding finding in other.Incident.Findings())
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
