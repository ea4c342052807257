using System.Collections.Frozen;

namespace VirtAgents.Simulation.Faults;

/// <summary>The names of faults in scenario files, with what each is done to and whether it can end.</summary>
public static class FaultNames
{
    private static readonly (FaultKind Kind, string Name, FaultTarget Target, bool CanEnd)[] Table =
    [
        (FaultKind.VmCrash, "vm-crash", FaultTarget.Vm, false),
        (FaultKind.VmPanic, "vm-panic", FaultTarget.Vm, false),
        (FaultKind.VmHang, "vm-hang", FaultTarget.Vm, true),
        (FaultKind.IoError, "io-error", FaultTarget.Vm, false),
        (FaultKind.VmShutdown, "vm-shutdown", FaultTarget.Vm, false),
        (FaultKind.VmStart, "vm-start", FaultTarget.Vm, false),
        (FaultKind.VmDestroy, "vm-destroy", FaultTarget.Vm, false),
        (FaultKind.VmPause, "vm-pause", FaultTarget.Vm, false),
        (FaultKind.VmResume, "vm-resume", FaultTarget.Vm, false),
        (FaultKind.VmReboot, "vm-reboot", FaultTarget.Vm, false),
        (FaultKind.VmSave, "vm-save", FaultTarget.Vm, false),
        (FaultKind.VmMigrate, "vm-migrate", FaultTarget.Vm, false),
        (FaultKind.HostLoss, "host-loss", FaultTarget.Host, true),
        (FaultKind.AgentLoss, "agent-loss", FaultTarget.Host, true),
        (FaultKind.HypervisorLoss, "hypervisor-loss", FaultTarget.Host, true),
        (FaultKind.Partition, "partition", FaultTarget.Host, true),
        (FaultKind.PoolFull, "pool-full", FaultTarget.Pool, true),
        (FaultKind.PoolGone, "pool-gone", FaultTarget.Pool, true),
        (FaultKind.DiskSlow, "disk-slow", FaultTarget.Pool, true),
        (FaultKind.LinkDown, "link-down", FaultTarget.Interface, true),
        (FaultKind.ClockSkew, "clock-skew", FaultTarget.Host, true),
    ];

    private static readonly FrozenDictionary<string, FaultKind> ByName = Table.ToFrozenDictionary(row => row.Name, row => row.Kind);

    /// <summary>All names, in the order of the documentation.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Table.Select(row => row.Name)];

    /// <summary>Kind of that name; false when there is none.</summary>
    public static bool TryFind(string name, out FaultKind kind) => ByName.TryGetValue(name, out kind);

    /// <summary>Name of a kind.</summary>
    public static string NameOf(FaultKind kind) => Table[(int)kind].Name;

    /// <summary>What a kind is done to.</summary>
    public static FaultTarget TargetOf(FaultKind kind) => Table[(int)kind].Target;

    /// <summary>Whether a kind lasts and can end.</summary>
    public static bool CanEnd(FaultKind kind) => Table[(int)kind].CanEnd;
}
