using System.Collections.Frozen;
using System.Collections.Immutable;
using static VirtAgents.Core.Detection.Incidents.FindingKind;

namespace VirtAgents.Core.Detection.Incidents;

/// <summary>What holds for every finding of a kind.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Severity">How much one matters by itself.</param>
/// <param name="QuietMs">It clears when nobody told it again for so long, milliseconds; 0 = only an event clears it.</param>
/// <param name="Phrase">What to say of it; <c>{0}</c> stands for the name of the element, <c>{1}</c> for the detail.</param>
public sealed record FindingKindInfo(FindingKind Kind, Severity Severity, long QuietMs, string Phrase);

/// <summary>Every kind of finding.</summary>
public static class FindingKinds
{
    private const long MinuteMs = 60_000;

    /// <summary>All kinds, by number.</summary>
    public static ImmutableArray<FindingKindInfo> All { get; } =
    [
        new(VmCrashed, Severity.Critical, 0, "VM {0} crashed"),
        new(VmPanicked, Severity.Critical, 0, "the operating system of VM {0} panicked"),
        new(VmPausedByIoError, Severity.Critical, 0, "VM {0} stands still since a disk request failed"),
        new(VmPausedForSpace, Severity.Critical, 0, "VM {0} stands still since its storage is full"),
        new(VmIoErrors, Severity.Error, 5 * MinuteMs, "requests to disk {1} of VM {0} fail"),
        new(VmBootLoop, Severity.Error, 10 * MinuteMs, "VM {0} boots again and again"),
        new(VmHung, Severity.Error, 0, "the monitor of VM {0} does not answer"),
        new(VmOutOfSight, Severity.Error, 0, "VM {0} is out of sight"),
        new(VmDeviceRemoved, Severity.Information, 5 * MinuteMs, "device {1} of VM {0} was removed"),
        new(VmThrashing, Severity.Warning, 0, "VM {0} swaps all the time"),
        new(VmGuestHung, Severity.Error, 0, "the operating system of VM {0} does not answer"),
        new(VmPeriodicSpikes, Severity.Information, 0, "CPU of VM {0} spikes with a steady period"),
        new(VmBalloonStarved, Severity.Warning, 0, "the balloon of VM {0} leaves it too little memory"),
        new(VmRunsTwice, Severity.Critical, 0, "VM {0} runs on several hosts"),
        new(VmStartsTwice, Severity.Warning, 0, "VM {0} starts on a second host too when that boots"),
        new(HypervisorLost, Severity.Error, 0, "the hypervisor of host {0} does not answer"),
        new(AgentLost, Severity.Error, 0, "the stream of the agent of host {0} broke"),
        new(FindingKind.HostSilent, Severity.Critical, 0, "nothing is heard of host {0}"),
        new(SamplesMissing, Severity.Warning, 10 * MinuteMs, "messages of host {0} never arrive"),
        new(ClockJumped, Severity.Information, 5 * MinuteMs, "the clock of host {0} jumped"),
        new(DiskSlow, Severity.Warning, 0, "requests to disk {1} of host {0} are slow"),
        new(HostLost, Severity.Critical, 0, "host {0} is lost: no other host sees it"),
        new(HostPartitioned, Severity.Error, 0, "host {0} lives, but the collector is cut off from it"),
        new(AgentDead, Severity.Error, 0, "host {0} lives, but its agent does not"),
        new(FindingKind.HostSaturated, Severity.Warning, 0, "many VMs of host {0} wait for CPU"),
        new(PoolFailed, Severity.Critical, 0, "pool {0} is missing, inactive or does not answer"),
        new(PoolFull, Severity.Error, 0, "pool {0} has no space left"),
        new(PoolSuspected, Severity.Critical, 0, "several VMs of pool {0} have trouble with their disks"),
        new(HostTroubled, Severity.Critical, 0, "several VMs of host {0} crashed or hang"),
        new(PoolSlow, Severity.Warning, 0, "many VMs of pool {0} wait for their disks"),
        new(FindingKind.HostBootStorm, Severity.Warning, 0, "many VMs of host {0} began at once, and VMs wait"),
        new(PoolFillsSoon, Severity.Warning, 180 * MinuteMs, "pool {0} will be full within days"),
        new(PoolFillsWithinHours, Severity.Error, 180 * MinuteMs, "pool {0} will be full within hours"),
        new(FailoverRoomShort, Severity.Warning, 180 * MinuteMs, "the cluster of host {0} has no room for all its VMs when hosts fail"),
        new(InterfaceDown, Severity.Error, 0, "interface {0} {1} has no link"),
        new(ThresholdWarning, Severity.Warning, 0, "{0} is over threshold '{1}'"),
        new(ThresholdError, Severity.Error, 0, "{0} is far over threshold '{1}'"),
        new(VmUnusual, Severity.Information, 0, "VM {0} behaves unlike before"),
        new(VmUnlikePeers, Severity.Information, 0, "VM {0} behaves unlike its peers"),
        new(VmMemoryLeak, Severity.Warning, 0, "memory of VM {0} grows steadily and will be full"),
        new(VmNoisyNeighbour, Severity.Warning, 0, "VM {0} takes what others wait for"),
    ];

    private static readonly FrozenDictionary<FindingKind, FindingKindInfo> ByKind = All.ToFrozenDictionary(k => k.Kind);

    /// <summary>What holds for a kind.</summary>
    /// <exception cref="KeyNotFoundException">There is no such kind.</exception>
    public static FindingKindInfo Of(FindingKind kind) => ByKind[kind];

    /// <summary>
    /// Kinds that a kind explains, where the element of one is, or depends on, that of the other; by number. Empty for a kind
    /// that explains nothing.
    /// </summary>
    public static IReadOnlyList<FindingKind> ExplainedBy(FindingKind cause) => [.. All.Select(k => k.Kind).Where(k => Causes.Explains(cause, k))];

    /// <summary>How deep a cause lies; of several the deepest explains a finding. 0 = it explains nothing.</summary>
    public static int DepthOf(FindingKind cause) => Causes.DepthOf(cause);

    /// <summary>A finding as a short sentence without its end.</summary>
    public static string Describe(Finding finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        return Of(finding.Key.Kind).Phrase
            .Replace("{0} {1}", $"{finding.Name} {finding.Key.Detail}".TrimEnd(), StringComparison.Ordinal)
            .Replace("{0}", finding.Name, StringComparison.Ordinal)
            .Replace("{1}", finding.Key.Detail, StringComparison.Ordinal);
    }
}
