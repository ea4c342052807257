using static VirtAgents.Core.Detection.Incidents.FindingKind;

namespace VirtAgents.Core.Detection.Incidents;

/// <summary>Concludes a cause that nobody told from VMs that have the same trouble at the same time. Reads the incidents, changes nothing.</summary>
internal static class Inference
{
    /// <summary>So many VMs in trouble are no chance.</summary>
    private const int FewestVms = 3;

    /// <summary>They are in trouble together when it began within this time, by the clock of the collector.</summary>
    private const long TogetherMs = 60_000;

    /// <summary>Names that the evidence lists.</summary>
    private const int MostNames = 10;

    /// <summary>What a finding about a VM and the incidents of others lead to.</summary>
    /// <param name="finding">The finding; nothing that is known explains it.</param>
    /// <param name="needs">What its VM depends on.</param>
    /// <param name="book">The incidents.</param>
    /// <param name="topology">What depends on what.</param>
    /// <param name="nowMs">Clock of the collector.</param>
    /// <returns>The root that explains it, and the incidents it takes over, oldest first; null = it stands alone.</returns>
    public static (Finding Root, List<IncidentCase> Cases)? Of(
        Finding finding, IReadOnlyList<Element> needs, IncidentBook book, Topology topology, long nowMs)
    {
        if (Causes.IsDiskTrouble(finding.Key.Kind))
        {
            return OfPool(finding, needs, book, topology, nowMs);
        }

        return Causes.IsEnd(finding.Key.Kind) ? OfHost(finding, needs, book, topology, nowMs) : null;
    }

    private static (Finding Root, List<IncidentCase> Cases)? OfPool(
        Finding finding, IReadOnlyList<Element> needs, IncidentBook book, Topology topology, long nowMs)
    {
        (Element Pool, List<IncidentCase> Cases)? best = null;
        foreach (Element pool in needs.Where(n => n.Kind == ElementKind.Pool))
        {
            List<IncidentCase> cases = Together(finding, pool, Causes.IsDiskTrouble, book, nowMs);
            if (IsMany(cases) && (best is not { } other || IsBetter(pool, cases, other.Pool, other.Cases)))
            {
                best = (pool, cases);
            }
        }

        return best is { } found ? (Conclude(PoolSuspected, found.Pool, finding, found.Cases, topology), found.Cases) : null;
    }

    private static (Finding Root, List<IncidentCase> Cases)? OfHost(
        Finding finding, IReadOnlyList<Element> needs, IncidentBook book, Topology topology, long nowMs)
    {
        Element host = new(ElementKind.Host, finding.HostId);
        List<IncidentCase> cases = Together(finding, host, Causes.IsEnd, book, nowMs);
        if (finding.HostId.Length == 0 || !IsMany(cases))
        {
            return null;
        }

        Element pool = SharedPool(finding, needs, cases, topology);
        return pool == default
            ? (Conclude(HostTroubled, host, finding, cases, topology), cases)
            : (Conclude(PoolSuspected, pool, finding, cases, topology), cases);
    }

    /// <summary>A pool of several hosts that all of them hang on lies deeper than the host; nothing crashes for want of a pool.</summary>
    private static Element SharedPool(Finding finding, IReadOnlyList<Element> needs, List<IncidentCase> cases, Topology topology)
    {
        if (finding.Key.Kind != VmHung || cases.Any(c => c.RootKey.Kind != VmHung))
        {
            return default;
        }

        IEnumerable<Element> shared = needs.Where(n => n.Kind == ElementKind.Pool && !Topology.IsOfHost(n, finding.HostId));
        return shared.FirstOrDefault(pool => cases.All(c => Folding.NeedsOf(c.Incident.Root, topology).Contains(pool)));
    }

    private static List<IncidentCase> Together(Finding finding, Element element, Func<FindingKind, bool> isAlike, IncidentBook book, long nowMs) =>
        [.. book.Needing(element)
            .Where(c => isAlike(c.RootKey.Kind) && c.Incident.Root.IsActive && nowMs - c.BeganMs <= TogetherMs && c.RootKey.Element != finding.Key.Element)
            .OrderBy(c => c.Incident.OpenedUnixMs).ThenBy(c => c.Number)];

    private static bool IsMany(List<IncidentCase> cases) => cases.Select(c => c.RootKey.Element).Distinct().Count() + 1 >= FewestVms;

    // A pool of several hosts lies deeper than one of a host; of two alike the one with more VMs in trouble.
    private static bool IsBetter(Element pool, List<IncidentCase> cases, Element other, List<IncidentCase> otherCases)
    {
        bool isShared = !IsOfOneHost(pool, cases), isOtherShared = !IsOfOneHost(other, otherCases);
        return isShared != isOtherShared ? isShared
            : cases.Count != otherCases.Count ? cases.Count > otherCases.Count
            : string.CompareOrdinal(pool.Id, other.Id) < 0;
    }

    private static bool IsOfOneHost(Element pool, List<IncidentCase> cases) => Topology.IsOfHost(pool, cases[0].Incident.Root.HostId);

    private static Finding Conclude(FindingKind kind, Element element, Finding finding, List<IncidentCase> cases, Topology topology)
    {
        IEnumerable<Finding> all = cases.Select(c => c.Incident.Root).Append(finding);
        string[] names = [.. all.Select(f => f.Name).Distinct()];
        string more = names.Length > MostNames ? $" and {names.Length - MostNames} more" : "";
        string evidence = $"{names.Length} VMs within {TogetherMs / 1000} s: {string.Join(", ", names.Take(MostNames))}{more}";
        bool isOfHost = element.Kind == ElementKind.Host || Topology.IsOfHost(element, finding.HostId);
        return new(new(kind, element, ""), topology.NameOf(element), FindingKinds.Of(kind).Severity, all.Min(f => f.SinceUnixMs), evidence)
        {
            HostId = isOfHost ? finding.HostId : "",
        };
    }
}
