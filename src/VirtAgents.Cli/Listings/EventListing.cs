using VirtAgents.Cli.Output;
using VirtAgents.Cli.Formatting;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Listings;

/// <summary>Columns of events for programs, and the words of the line for people.</summary>
internal static class EventListing
{
    public static IReadOnlyList<Column<FeedEvent>> DataColumns { get; } =
    [
        Columns.Data<FeedEvent>("id", line => Datum.WholeOrUnknown(line.Id)),
        Columns.Data<FeedEvent>("time", line => Datum.Time(line.TimeUnixMs)),
        Columns.Data<FeedEvent>("received", line => Datum.Time(line.ReceivedUnixMs)),
        Columns.Data<FeedEvent>("host", line => Datum.Text(line.Host)),
        Columns.Data<FeedEvent>("host_id", line => Datum.Text(line.HostId)),
        Columns.Data<FeedEvent>("vm", line => Datum.Text(line.Vm)),
        Columns.Data<FeedEvent>("vm_id", line => Datum.Text(line.VmId)),
        Columns.Data<FeedEvent>("device", line => Datum.Text(line.Device)),
        Columns.Data<FeedEvent>("kind", line => Datum.Text(EnumNames.Kinds.Of(line.Kind))),
        Columns.Data<FeedEvent>("from_state", line => Datum.Text(FromStateOf(line))),
        Columns.Data<FeedEvent>("state", line => Datum.Text(StateOf(line))),
        Columns.Data<FeedEvent>("reason", line => Datum.Text(EnumNames.Reasons.OrNull(line.Reason))),
        Columns.Data<FeedEvent>("evidence", line => Datum.Text(line.Evidence)),
    ];

    /// <summary>The VM, its device when one is named, or the device of the host.</summary>
    public static string SubjectOf(FeedEvent line)
    {
        var vm = line.Vm.Length > 0 ? line.Vm : line.VmId;
        return vm.Length == 0 ? line.Device.Length == 0 ? "-" : line.Device
            : line.Device.Length == 0 ? vm : vm + ":" + line.Device;
    }

    /// <summary>running→crashed; only the state when it stayed; a dash when the event tells of none.</summary>
    public static string ChangeOf(FeedEvent line) => (FromStateOf(line), StateOf(line)) switch
    {
        (_, null) => "-",
        (null, { } state) => state,
        ({ } from, { } state) when from == state => state,
        ({ } from, { } state) => from + "→" + state,
    };

    public static Tone ToneOf(EventKind kind) => kind switch
    {
        EventKind.VmCrashed or EventKind.VmPanicked or EventKind.VmIoError or EventKind.VmControlError or EventKind.VmStuck
            or EventKind.HypervisorLost or EventKind.PoolFailed or EventKind.PoolFull or EventKind.AgentLost or EventKind.HostSuspected
            or EventKind.HostLost or EventKind.HostPartitioned or EventKind.AgentDead or EventKind.ThresholdError or EventKind.PoolFillsWithinHours or EventKind.VmRunsTwice => Tone.Bad,
        EventKind.VmPaused or EventKind.VmProcessExited or EventKind.VmUnknown or EventKind.InterfaceDown or EventKind.ClockJumped
            or EventKind.SamplesDropped or EventKind.DiskSlow or EventKind.VmBlockThreshold or EventKind.ThresholdWarning
            or EventKind.VmMemoryLeak or EventKind.VmNoisyNeighbour or EventKind.HostSaturated or EventKind.PoolSlow or EventKind.HostBootStorm or EventKind.VmThrashing or EventKind.VmBalloonStarved or EventKind.PoolFillsSoon or EventKind.FailoverRoomShort or EventKind.VmGuestHung or EventKind.VmStartsTwice => Tone.Warning,
        EventKind.VmStarted or EventKind.VmResumed or EventKind.VmUnstuck or EventKind.VmKnownAgain or EventKind.HypervisorRestored
            or EventKind.PoolRestored or EventKind.PoolSpaceRestored or EventKind.InterfaceUp or EventKind.AgentConnected
            or EventKind.HostRecovered or EventKind.DiskRecovered or EventKind.ThresholdCleared or EventKind.VmUsual or EventKind.VmLikePeers or EventKind.VmMemoryLeakEnded
            or EventKind.VmNoisyNeighbourEnded or EventKind.HostSaturationEnded or EventKind.PoolSlownessEnded or EventKind.HostBootStormEnded or EventKind.VmThrashingEnded or EventKind.VmPeriodicSpikesEnded or EventKind.VmBalloonStarvationEnded or EventKind.PoolFillingEnded or EventKind.FailoverRoomRestored or EventKind.VmGuestAnswers or EventKind.VmRunsOnce or EventKind.VmStartsOnce => Tone.Good,
        _ => Tone.Plain,
    };

    private static string? FromStateOf(FeedEvent line) =>
        line.FromState != VmState.Unspecified ? EnumNames.States.Of(line.FromState)
        : line.Kind == EventKind.VmKnownAgain ? EnumNames.States.Of(VmState.Unspecified)
        : null;

    // Zero means "the event does not tell" for every kind but the one that says the state became unknown.
    private static string? StateOf(FeedEvent line) =>
        line.State != VmState.Unspecified || line.Kind == EventKind.VmUnknown ? EnumNames.States.Of(line.State) : null;
}
