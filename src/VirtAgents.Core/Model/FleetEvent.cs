namespace VirtAgents.Core.Model;

/// <summary>One line of the collector's event feed: a host event, or a conclusion of the collector, with its place.</summary>
/// <param name="HostId">Host it happened on.</param>
/// <param name="HostName">Name of that host.</param>
/// <param name="Event">What happened.</param>
/// <param name="FromState">State of the VM before; <see cref="VmState.Unknown"/> when there is no VM or none was known.</param>
/// <param name="ReceivedUnixMs">When the collector concluded it, by its own clock; milliseconds since 1970 UTC.</param>
/// <param name="Id">Position in the feed, growing; 0 until the store has given one.</param>
public sealed record FleetEvent(
    HostId HostId,
    string HostName,
    HostEvent Event,
    VmState FromState,
    long ReceivedUnixMs,
    long Id = 0);
