using VirtAgents.Core.Model;
using static VirtAgents.Core.Detection.Incidents.FindingKind;

namespace VirtAgents.Core.Detection.Incidents;

/// <summary>What a line about one VM tells: the state it is in, and with it which findings do not hold any more.</summary>
/// <remarks>
/// Lines that do not tell a state carry the one that was known, so the state of a line counts only with the kinds that are
/// about states. Lines that were overtaken carry what the agent said, which may leave the state to the kind.
/// </remarks>
internal static class VmTelling
{
    /// <summary>Findings that are about the state a VM is in.</summary>
    private static readonly KindSet States = KindSet.Of(VmCrashed, VmPanicked, VmPausedByIoError, VmPausedForSpace, VmHung, VmOutOfSight);

    /// <summary>Everything that is over when a VM has left its host.</summary>
    private static readonly KindSet Everything = States.And(KindSet.Of(VmIoErrors, VmBootLoop, VmDeviceRemoved, InterfaceDown, ThresholdWarning, ThresholdError, VmUnusual, VmUnlikePeers, VmMemoryLeak, VmThrashing, VmPeriodicSpikes, VmNoisyNeighbour, VmBalloonStarved, VmGuestHung));

    private static readonly KindSet Ends = Everything.Without(KindSet.Of(VmBootLoop, VmDeviceRemoved));
    private static readonly KindSet Faults = KindSet.Of(VmCrashed, VmPanicked);
    private static readonly KindSet ForSpace = KindSet.Of(VmPausedForSpace);
    private static readonly KindSet ByIoError = KindSet.Of(VmPausedByIoError);
    private static readonly KindSet Pauses = ByIoError.And(ForSpace);
    private static readonly KindSet InPause = KindSet.Of(VmCrashed, VmHung, VmOutOfSight);
    private static readonly KindSet IoErrors = KindSet.Of(VmIoErrors);

    /// <summary>State a VM is in by what a line tells; unknown when it tells none.</summary>
    public static VmState StateOf(HostEvent told) => told.Kind switch
    {
        HostEventKind.VmStarted or HostEventKind.VmMigratedIn => InMemory(told.State, VmState.Running),
        HostEventKind.VmResumed or HostEventKind.VmRebooted => VmState.Running,
        HostEventKind.VmPaused => InMemory(told.State, VmState.Paused),
        HostEventKind.VmStopped => VmStates.Exact(VmState.ShutOff, told.Reason),
        HostEventKind.VmCrashed or HostEventKind.VmPanicked or HostEventKind.VmProcessExited => VmState.Crashed,
        HostEventKind.VmMigratedOut => VmState.MigratedAway,
        HostEventKind.VmStuck => VmState.Stuck,
        HostEventKind.VmUnstuck => InMemory(told.State, VmState.Running),
        HostEventKind.VmObserved or HostEventKind.VmKnownAgain or HostEventKind.VmMigrated => told.State,

        // A running VM whose definition goes away runs on; its line carries the state.
        HostEventKind.VmUndefined => VmStates.IsInMemory(told.State) ? VmState.Unknown : VmState.Gone,

        // It vanished from the inventory without a word, and there will be none.
        HostEventKind.VmUnknown when told.Reason == VmStateReason.Undefined => VmState.Gone,
        _ => VmState.Unknown,
    };

    /// <summary>Findings that a VM in a state does not have. Those that cannot be together with what the line itself finds are among them.</summary>
    public static KindSet ClearedBy(HostEvent told) => StateOf(told) switch
    {
        VmState.Running => States,
        VmState.Paused => PausedFor(told.Reason),
        VmState.PmSuspended or VmState.ShuttingDown => InPause,
        VmState.ShutOff => IsVague(told) ? Ends.Without(Faults) : Ends,
        VmState.Crashed => Ends.Without(Faults),
        VmState.Stuck => KindSet.Of(VmCrashed, VmOutOfSight),
        VmState.MigratedAway or VmState.Gone => Everything,
        _ => default,
    };

    /// <summary>What a line finds about a VM by itself.</summary>
    public static FindingKind Raised(HostEvent told) => told.Kind switch
    {
        HostEventKind.VmCrashed => VmCrashed,
        HostEventKind.VmStopped when StateOf(told) == VmState.Crashed => VmCrashed,
        HostEventKind.VmPanicked => VmPanicked,
        HostEventKind.VmPaused or HostEventKind.VmObserved when StateOf(told) == VmState.Paused => told.Reason switch
        {
            VmStateReason.IoError => VmPausedByIoError,
            VmStateReason.NoSpace => VmPausedForSpace,
            _ => Unspecified,
        },
        HostEventKind.VmStuck => VmHung,
        HostEventKind.VmUnknown when told.Reason is VmStateReason.HypervisorLost or VmStateReason.AgentLost or VmStateReason.HostSilent => VmOutOfSight,
        HostEventKind.VmDeviceRemoved => VmDeviceRemoved,
        HostEventKind.InterfaceDown => InterfaceDown,
        HostEventKind.ThresholdWarning => ThresholdWarning,
        HostEventKind.ThresholdError => ThresholdError,
        HostEventKind.VmUnusual => VmUnusual,
        HostEventKind.VmUnlikePeers => VmUnlikePeers,
        HostEventKind.VmMemoryLeak => VmMemoryLeak,
        HostEventKind.VmNoisyNeighbour => VmNoisyNeighbour,
        HostEventKind.VmThrashing => VmThrashing,
        HostEventKind.VmPeriodicSpikes => VmPeriodicSpikes,
        HostEventKind.VmBalloonStarved => VmBalloonStarved,
        HostEventKind.VmGuestHung => VmGuestHung,
        HostEventKind.VmRunsTwice => VmRunsTwice,
        HostEventKind.VmStartsTwice => VmStartsTwice,
        _ => Unspecified,
    };

    // Found off, and nobody knows why: it may be off since the crash that is known.
    private static bool IsVague(HostEvent told) =>
        told.Kind == HostEventKind.VmObserved && told.Reason is VmStateReason.Unspecified or VmStateReason.EndedUnseen;

    // A pause without a reason may be the one that is known already.
    private static KindSet PausedFor(VmStateReason reason) => reason switch
    {
        VmStateReason.IoError => InPause.And(ForSpace).And(IoErrors),
        VmStateReason.NoSpace => InPause.And(ByIoError).And(IoErrors),
        VmStateReason.Unspecified => InPause,
        _ => InPause.And(Pauses),
    };

    private static VmState InMemory(VmState told, VmState usual) => VmStates.IsInMemory(told) && told != VmState.Stuck ? told : usual;
}
