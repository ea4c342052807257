using VirtAgents.Core.Model;

namespace VirtAgents.Hypervisors.Libvirt;

/// <summary>What libvirt's state and reason of a domain (virDomainState and the enum of reasons of each state) mean for a VM.</summary>
internal static class StateMapping
{
    private const int Running = 1;
    private const int Blocked = 2;
    private const int Paused = 3;
    private const int Shutdown = 4;
    private const int Shutoff = 5;
    private const int Crashed = 6;
    private const int PmSuspended = 7;

    /// <summary>State and reason of the VM; a state that libvirt does not know is unknown, not off.</summary>
    public static VmCondition Map(int state, int reason) => state switch
    {
        Running or Blocked => VmCondition.Alive(VmState.Running, OfRunning(reason)),
        Paused => VmCondition.Alive(VmState.Paused, OfPaused(reason)),
        Shutdown => VmCondition.Alive(VmState.ShuttingDown, VmStateReason.CleanShutdown),
        Shutoff => OfShutoff(reason),
        Crashed => VmCondition.Alive(VmState.Crashed, VmStateReason.Panicked),
        PmSuspended => VmCondition.Alive(VmState.PmSuspended, VmStateReason.Unspecified),
        _ => VmCondition.Alive(VmState.Unknown, VmStateReason.Unspecified),
    };

    private static VmStateReason OfRunning(int reason) => reason switch
    {
        1 => VmStateReason.Booted,
        2 => VmStateReason.Migrated,
        3 or 4 => VmStateReason.Restored,
        5 or 6 or 7 or 8 => VmStateReason.Unpaused, // by a user, or a migration, save or sleep that was called off
        9 => VmStateReason.RestartedAfterCrash,
        10 or 11 => VmStateReason.Migrated,
        _ => VmStateReason.Unspecified,
    };

    private static VmStateReason OfPaused(int reason) => reason switch
    {
        1 => VmStateReason.UserPaused,
        2 or 12 or 13 => VmStateReason.MigrationPause,
        3 => VmStateReason.Saved,
        5 => VmStateReason.IoError,
        4 or 7 or 9 => VmStateReason.Snapshot, // dump, loaded from a snapshot, while one is taken
        10 => VmStateReason.Panicked,
        11 => VmStateReason.StartingPaused,
        _ => VmStateReason.Unspecified,
    };

    private static VmCondition OfShutoff(int reason) => reason switch
    {
        1 => VmCondition.Ended(VmState.ShutOff, VmStateReason.CleanShutdown),
        2 => VmCondition.Ended(VmState.ShutOff, VmStateReason.Destroyed),
        3 => VmCondition.Ended(VmState.Crashed, VmStateReason.Crashed),
        4 => VmCondition.Ended(VmState.MigratedAway, VmStateReason.Migrated),
        5 => VmCondition.Ended(VmState.ShutOff, VmStateReason.Saved),
        6 => VmCondition.Ended(VmState.ShutOff, VmStateReason.Failed),
        7 => VmCondition.Ended(VmState.ShutOff, VmStateReason.Snapshot),
        8 => VmCondition.Ended(VmState.Crashed, VmStateReason.Failed), // the daemon could not take it over again and killed it
        _ => VmCondition.Ended(VmState.ShutOff, VmStateReason.Unspecified),
    };
}
