using System.Collections.Frozen;
using static VirtAgents.Core.Detection.Incidents.FindingKind;

namespace VirtAgents.Core.Detection.Incidents;

/// <summary>Which kinds of findings explain which others, where the element of one is, or depends on, that of the other.</summary>
/// <remarks>
/// Only what follows by itself is here: a crash does not follow from a host that fell silent, since somebody had to see it.
/// Later rows are deeper; of several causes the deepest explains a finding.
/// </remarks>
internal static class Causes
{
    private static readonly KindSet DiskTrouble = KindSet.Of(VmPausedByIoError, VmPausedForSpace, VmIoErrors);
    private static readonly KindSet DiskSymptoms = DiskTrouble.And(KindSet.Of(VmHung, VmGuestHung));
    private static readonly KindSet Ends = KindSet.Of(VmCrashed, VmPanicked, VmHung, VmGuestHung);
    private static readonly KindSet Unusual = KindSet.Of(VmUnusual);

    private static readonly KindSet Unheard = KindSet.Of(VmOutOfSight, SamplesMissing, AgentLost, FindingKind.HostSilent);

    private static readonly (FindingKind Cause, KindSet Explains)[] Table =
    [
        (ThresholdWarning, Unusual),
        (ThresholdError, Unusual.And(KindSet.Of(ThresholdWarning))),
        (VmGuestHung, Unusual.And(KindSet.Of(ThresholdWarning, ThresholdError))),
        (VmThrashing, Unusual.And(KindSet.Of(ThresholdWarning, ThresholdError))),
        (VmBalloonStarved, Unusual.And(KindSet.Of(VmThrashing, ThresholdWarning, ThresholdError))),
        (VmMemoryLeak, Unusual.And(KindSet.Of(VmThrashing, VmBalloonStarved))),
        (VmNoisyNeighbour, Unusual),
        (VmIoErrors, Unusual.And(KindSet.Of(VmHung, VmGuestHung))),
        (VmPausedByIoError, KindSet.Of(VmIoErrors, VmHung, VmGuestHung)),
        (VmPausedForSpace, KindSet.Of(VmIoErrors, VmHung, VmGuestHung)),
        (VmCrashed, DiskSymptoms),
        (VmPanicked, DiskSymptoms.And(KindSet.Of(VmCrashed))),
        (VmBootLoop, Unusual.And(KindSet.Of(VmCrashed, VmPanicked))),
        (InterfaceDown, Unusual.And(KindSet.Of(InterfaceDown))),
        (FindingKind.HostSaturated, Unusual),
        (PoolSlow, Unusual),
        (FindingKind.HostBootStorm, Unusual.And(KindSet.Of(VmNoisyNeighbour, FindingKind.HostSaturated))),
        (DiskSlow, Unusual.And(KindSet.Of(PoolSlow, VmPausedByIoError, VmIoErrors, VmHung, VmGuestHung))),
        (HostTroubled, Ends.And(KindSet.Of(VmBootLoop))),
        (PoolSuspected, DiskSymptoms),
        (PoolFillsSoon, KindSet.Of(ThresholdWarning, ThresholdError)),
        (PoolFillsWithinHours, KindSet.Of(ThresholdWarning, ThresholdError, PoolFillsSoon)),
        (PoolFull, DiskSymptoms.And(Unusual).And(KindSet.Of(PoolSlow, PoolSuspected, ThresholdWarning, ThresholdError, PoolFillsSoon, PoolFillsWithinHours))),
        (PoolFailed, DiskSymptoms.And(Unusual).And(KindSet.Of(PoolSlow, PoolSuspected, PoolFull))),
        (HypervisorLost, KindSet.Of(VmOutOfSight)),
        (AgentLost, KindSet.Of(VmOutOfSight, SamplesMissing)),
        (FindingKind.HostSilent, KindSet.Of(VmOutOfSight, VmHung, SamplesMissing, HypervisorLost, AgentLost, HostTroubled)),
        (AgentDead, Unheard),
        (HostPartitioned, Unheard.And(KindSet.Of(AgentDead))),
        (HostLost, Unheard.And(KindSet.Of(VmHung, HypervisorLost, HostTroubled, AgentDead, HostPartitioned))),
    ];

    private static readonly FrozenDictionary<FindingKind, (int Depth, KindSet Explains)> ByCause =
        Table.Select((row, depth) => (row.Cause, depth, row.Explains)).ToFrozenDictionary(r => r.Cause, r => (r.depth + 1, r.Explains));

    /// <summary>Whether it was concluded from several others.</summary>
    public static bool IsInferred(FindingKind kind) => kind is PoolSuspected or HostTroubled;

    /// <summary>Whether it is trouble with the disks of a VM.</summary>
    public static bool IsDiskTrouble(FindingKind kind) => DiskTrouble.Contains(kind);

    /// <summary>Whether it is a crash or hang of a VM.</summary>
    public static bool IsEnd(FindingKind kind) => Ends.Contains(kind);

    /// <summary>How deep a cause lies; 0 = it explains nothing.</summary>
    public static int DepthOf(FindingKind cause) => ByCause.TryGetValue(cause, out (int Depth, KindSet Explains) row) ? row.Depth : 0;

    /// <summary>Whether one kind explains the other at all.</summary>
    public static bool Explains(FindingKind cause, FindingKind symptom) =>
        ByCause.TryGetValue(cause, out (int Depth, KindSet Explains) row) && row.Explains.Contains(symptom);

    /// <summary>Whether one explains the other.</summary>
    /// <param name="cause">The cause.</param>
    /// <param name="symptom">What it may explain.</param>
    /// <param name="needs">What the element of <paramref name="symptom"/> depends on.</param>
    public static bool Explains(FindingKey cause, FindingKey symptom, IReadOnlyList<Element> needs) =>
        Explains(cause.Kind, symptom.Kind)
        && (cause.Element == symptom.Element ? cause.Kind != InterfaceDown : !IsOfThreshold(symptom.Kind) && !IsOfThreshold(cause.Kind) && Contains(needs, cause.Element) && IsOnSlowDisk(cause, needs));

    // What crosses a threshold says nothing about what is above or below.
    private static bool IsOfThreshold(FindingKind kind) => kind is ThresholdWarning or ThresholdError;

    // A disk of a host is below its own pools only.
    private static bool IsOnSlowDisk(FindingKey cause, IReadOnlyList<Element> needs)
    {
        if (cause.Kind != DiskSlow)
        {
            return true;
        }

        foreach (Element need in needs)
        {
            if (need.Kind == ElementKind.Pool && Topology.IsOfHost(need, cause.Element.Id))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Contains(IReadOnlyList<Element> needs, Element element)
    {
        foreach (Element need in needs)
        {
            if (need == element)
            {
                return true;
            }
        }

        return false;
    }
}
