namespace VirtAgents.Core.Model;

/// <summary>Something that happened on a host, as its agent saw it.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="TimeUnixMs">When, by the clock of the host; milliseconds since 1970 UTC.</param>
/// <param name="Vm">The VM concerned; null for events of the host or of a pool.</param>
/// <param name="VmName">Name of the VM; empty when there is none.</param>
/// <param name="Device">Disk target, MAC address, pool or interface name; empty when there is none.</param>
/// <param name="State">State of the VM after the event; <see cref="VmState.Unknown"/> when it does not tell.</param>
/// <param name="Reason">Why.</param>
/// <param name="Evidence">What the conclusion rests on, for people: source and raw codes.</param>
public sealed record HostEvent(
    HostEventKind Kind,
    long TimeUnixMs,
    VmId? Vm = null,
    string VmName = "",
    string Device = "",
    VmState State = VmState.Unknown,
    VmStateReason Reason = VmStateReason.Unspecified,
    string Evidence = "");
