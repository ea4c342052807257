using VirtAgents.Collector.Fleet;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;
using VmState = VirtAgents.Core.Model.VmState;
using VmStateReason = VirtAgents.Core.Model.VmStateReason;

namespace VirtAgents.Collector.Tests.Query;

/// <summary>Hosts and VMs to ask about.</summary>
internal static class SampleFleet
{
    public static readonly HostId Alpha = new(Guid.Parse("00000000-0000-0000-0000-0000000000a1"));
    public static readonly HostId Beta = new(Guid.Parse("00000000-0000-0000-0000-0000000000b2"));
    public static readonly VmId Web = Vm(1);
    public static readonly VmId Db = Vm(2);
    public static readonly VmId TwinOnAlpha = Vm(3);
    public static readonly VmId TwinOnBeta = Vm(4);
    public static readonly VmId Moved = Vm(5);
    public static readonly VmId Removed = Vm(6);

    public static readonly VmFigures Busy = new(50, 1.5, null, 4096, 0, 10, 20, 30, 1_700_000_000_000)
    {
        ContentionScore = 7.5,
        Unknown = new VmUnknowns { MemoryUsed = Core.Metrics.UnknownReason.Stale },
    };

    public static IReadOnlyList<HostView> Hosts { get; } =
    [
        Host(Beta, "beta", AgentStatus.Lost,
            View(TwinOnBeta, "twin", VmState.Unknown, lastKnown: VmState.Running),
            View(Moved, "moved", VmState.Running)),
        Host(Alpha, "alpha", AgentStatus.Connected,
            View(Web, "web", VmState.Running, "shop", Busy),
            View(Db, "db", VmState.ShutOff, "shop"),
            View(TwinOnAlpha, "twin", VmState.Running, figures: Busy),
            View(Moved, "moved", VmState.MigratedAway),
            View(Removed, "removed", VmState.Gone)),
    ];

    public static VmId Vm(int number) => new(new Guid(number, 0, 0, new byte[8]));

    public static VmView View(
        VmId id, string name, VmState state, string tenant = "", VmFigures? figures = null, VmState lastKnown = VmState.Unknown) =>
        new(new VmInfo(1, id, name, tenant, 2, 1 << 30, [new(2, "vda", "/images/x", "default")], [new(3, "52:54:00:00:00:01", "vnet0", "br0")]),
            state, state == VmState.Unknown ? VmStateReason.AgentLost : VmStateReason.Booted, 1_600_000_000_000, lastKnown, "test", figures ?? VmFigures.None);

    public static HostView Host(HostId id, string name, AgentStatus agent, params VmView[] vms) => new(
        new HostInfo(id, name, "QEMU 7.2", 8, 64L << 30, "CPU"), "main", "1.0", agent,
        agent == AgentStatus.Connected ? HypervisorStatus.Up : HypervisorStatus.Unspecified,
        new HostFigures(12.5, 40, 1_700_000_000_000), [.. vms],
        [new PoolView(new PoolInfo(9, "default", "dir", "/images"), new PoolFigures(true, 1_000, 250, 750, 1_700_000_000_000))],
        1_700_000_000_000);

    public static FleetEvent Event(HostEventKind kind, VmId? vm = null, long time = 1_000, long id = 0, HostId? host = null) =>
        new(host ?? Alpha, "alpha", new HostEvent(kind, time, vm, vm is null ? "" : "web", State: VmState.Running), VmState.Unknown, time + 1, id);
}
