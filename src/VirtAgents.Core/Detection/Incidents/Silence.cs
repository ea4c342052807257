using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Incidents;

/// <summary>Nobody is called about what it covers: somebody knows, or works on it (a maintenance window). Findings are recorded all the same.</summary>
/// <param name="Id">Identity.</param>
/// <param name="Kind">Only findings of this kind; <see cref="FindingKind.Unspecified"/> = any.</param>
/// <param name="ElementKind">Only elements of this kind; <see cref="ElementKind.Unspecified"/> = any. A host stands for what is on it too.</param>
/// <param name="Name">Only elements whose name fits this glob; empty = any.</param>
/// <param name="FromUnixMs">From this time on, milliseconds since 1970 UTC.</param>
/// <param name="ToUnixMs">Before this time, milliseconds since 1970 UTC.</param>
/// <param name="Actor">Who set it.</param>
/// <param name="Reason">Why.</param>
public sealed record Silence(
    Guid Id, FindingKind Kind, ElementKind ElementKind, string Name, long FromUnixMs, long ToUnixMs, string Actor, string Reason)
{
    /// <summary>Whether it covers a finding at a time. What covers a host covers what is on it.</summary>
    /// <param name="finding">The finding.</param>
    /// <param name="hostName">Name of the host that its element is on; empty = not known, or it is no single one.</param>
    /// <param name="nowUnixMs">The time, milliseconds since 1970 UTC.</param>
    public bool Covers(Finding finding, string hostName, long nowUnixMs)
    {
        ArgumentNullException.ThrowIfNull(finding);
        return nowUnixMs >= FromUnixMs && nowUnixMs < ToUnixMs
            && (Kind == FindingKind.Unspecified || Kind == finding.Key.Kind)
            && (IsMeant(finding.Key.Element.Kind, finding.Name) || (hostName.Length > 0 && IsMeant(ElementKind.Host, hostName)));
    }

    private bool IsMeant(ElementKind kind, string name) =>
        (ElementKind == ElementKind.Unspecified || ElementKind == kind) && (Name.Length == 0 || new NameGlob(Name).Matches(name));
}
