using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Incidents;

/// <summary>Decides which findings have one cause. Reads the incidents, changes nothing.</summary>
internal static class Folding
{
    /// <summary>A cause on another element takes over what began so shortly before it, by the clock of the collector.</summary>
    public const long TakeOverMs = 2 * 60_000L;

    /// <summary>A cause that is over explains what comes so shortly after its end.</summary>
    private const long AftermathMs = 2 * 60_000L;

    /// <summary>A cause that was only concluded explains what comes so shortly after the symptom before.</summary>
    private const long ConcludedReachMs = 10 * 60_000L;

    /// <summary>What an element of a finding depends on: what the inventories say, and the host that its line came from.</summary>
    public static IReadOnlyList<Element> NeedsOf(Finding finding, Topology topology)
    {
        FindingKey key = finding.Key;
        if (finding.HostId.Length == 0 || key.Element.Kind == ElementKind.Host)
        {
            return topology.Needs(key.Element);
        }

        HostId? host = Guid.TryParseExact(finding.HostId, "D", out Guid id) ? new HostId(id) : null;
        Element below = new(ElementKind.Host, finding.HostId);
        string disk = key.Kind == FindingKind.VmIoErrors ? key.Detail : "";
        return [.. topology.Needs(key.Element, host, disk).Where(n => n.Kind != ElementKind.Host), below];
    }

    /// <summary>Active incident whose root explains a finding; the deepest, of equals the oldest; null = none.</summary>
    public static IncidentCase? CauseOf(FindingKey key, IReadOnlyList<Element> needs, IncidentBook book, long nowMs)
    {
        IncidentCase? best = Deeper(null, key.Element, key, needs, book, nowMs);
        foreach (Element need in needs)
        {
            best = Deeper(best, need, key, needs, book, nowMs);
        }

        return best;
    }

    /// <summary>Active incidents that a finding is the cause of, oldest first.</summary>
    public static List<IncidentCase> ExplainedBy(FindingKey key, IncidentBook book, Topology topology, long nowMs) =>
        [.. book.Needing(key.Element).Where(c => c.RootKey != key && IsExplained(c, key, topology, nowMs)).OrderBy(c => c.Incident.OpenedUnixMs).ThenBy(c => c.Number)];

    private static IncidentCase? Deeper(
        IncidentCase? best, Element element, FindingKey key, IReadOnlyList<Element> needs, IncidentBook book, long nowMs)
    {
        foreach (IncidentCase one in book.RootedIn(element))
        {
            if (one.RootKey != key && Causes.Explains(one.RootKey, key, needs) && Reaches(one, nowMs) && (best is null || IsDeeper(one, best)))
            {
                best = one;
            }
        }

        return best;
    }

    private static bool IsDeeper(IncidentCase one, IncidentCase best)
    {
        int depths = Causes.DepthOf(one.RootKey.Kind).CompareTo(Causes.DepthOf(best.RootKey.Kind));
        int ages = best.Incident.OpenedUnixMs.CompareTo(one.Incident.OpenedUnixMs);
        return depths > 0 || (depths == 0 && (ages > 0 || (ages == 0 && one.Number < best.Number)));
    }

    private static bool Reaches(IncidentCase one, long nowMs) => one.Incident.Root.IsActive
        ? !one.IsInferred || nowMs - one.GrewMs <= ConcludedReachMs
        : !one.IsInferred && nowMs - one.RootClearedMs <= AftermathMs;

    private static bool IsExplained(IncidentCase one, FindingKey cause, Topology topology, long nowMs)
    {
        Finding root = one.Incident.Root;
        if (one.IsInferred)
        {
            bool isTrueOne = cause.Element == root.Key.Element && Causes.Explains(cause, root.Key, []);
            return isTrueOne || ExplainsAll(one.Incident, cause, topology);
        }

        bool isInTime = cause.Element == root.Key.Element || nowMs - one.BeganMs <= TakeOverMs;
        return isInTime && Causes.Explains(cause, root.Key, NeedsOf(root, topology));
    }

    private static bool ExplainsAll(Incident incident, FindingKey cause, Topology topology) =>
        incident.SymptomsLeftOut == 0 && incident.Symptoms.All(s => !s.IsActive || Causes.Explains(cause, s.Key, NeedsOf(s, topology)));
}
