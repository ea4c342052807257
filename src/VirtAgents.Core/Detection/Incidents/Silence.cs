using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Incidents;

/// <summary>Nobody is called about what it covers: somebody knows, or works on it (a maintenance window). Findings are recorded all the same.</summary>
/// <param name="Id">Identity.</param>
/// <param name="Kind">Only findings of this kind; <see cref="FindingKind.Unspecified"/> = any.</param>
/// <param name="ElementKind">Only elements of this kind; <see cref="ElementKind.Unspecified"/> = any.</param>
/// <param name="Name">Only elements whose name fits this glob; empty = any.</param>
/// <param name="FromUnixMs">From this time on, milliseconds since 1970 UTC.</param>
/// <param name="ToUnixMs">Before this time, milliseconds since 1970 UTC.</param>
/// <param name="Actor">Who set it.</param>
/// <param name="Reason">Why.</param>
public sealed record Silence(
    Guid Id, FindingKind Kind, ElementKind ElementKind, string Name, long FromUnixMs, long ToUnixMs, string Actor, string Reason)
{
    /// <summary>Whether it covers a finding at a time.</summary>
    public bool Covers(Finding finding, long nowUnixMs)
    {
        ArgumentNullException.ThrowIfNull(finding);
        return nowUnixMs >= FromUnixMs && nowUnixMs < ToUnixMs
            && (Kind == FindingKind.Unspecified || Kind == finding.Key.Kind)
            && (ElementKind == ElementKind.Unspecified || ElementKind == finding.Key.Element.Kind)
            && (Name.Length == 0 || new NameGlob(Name).Matches(finding.Name));
    }
}
