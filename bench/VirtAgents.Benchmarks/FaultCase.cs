using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Model;
using VirtAgents.Simulation.Faults;

namespace VirtAgents.Benchmarks;

/// <summary>One kind of fault and what should be found of it; of what users do themselves nothing should be.</summary>
/// <param name="Name">What happens.</param>
/// <param name="Found">Kinds of finding that name it; empty = it is no fault.</param>
/// <param name="Make">Draws one.</param>
internal sealed record FaultCase(string Name, FindingKind[] Found, Func<FaultWorld, Random, FaultCase.Strike> Make)
{
    private const string Shared = "shared-01", Local = "local";

    public static IReadOnlyList<FaultCase> All { get; } =
    [
        OfVm("vm-crash", FaultKind.VmCrash, FindingKind.VmCrashed),
        OfVm("vm-panic", FaultKind.VmPanic, FindingKind.VmPanicked),
        OfVm("vm-hang", FaultKind.VmHang, FindingKind.VmHung),
        OfVm("io-error", FaultKind.IoError, FindingKind.VmPausedByIoError),
        new("boot loop (vm-reboot 5 times)", [FindingKind.VmBootLoop], (world, random) =>
            Vm(world, random, FaultKind.VmReboot) is var one ? one with { Faults = [.. Enumerable.Repeat(one.Faults[0], 5)] } : one),
        OfHost("host-loss", FaultKind.HostLoss, FindingKind.HostSilent),
        OfHost("partition", FaultKind.Partition, FindingKind.HostSilent),
        OfHost("agent-loss", FaultKind.AgentLoss, FindingKind.AgentLost),
        OfHost("hypervisor-loss", FaultKind.HypervisorLoss, FindingKind.HypervisorLost),
        OfHost("link-down of a host", FaultKind.LinkDown, FindingKind.InterfaceDown),
        OfHost("clock-skew", FaultKind.ClockSkew, FindingKind.ClockJumped),
        OfPool("pool-full, shared", FaultKind.PoolFull, FindingKind.PoolFull, Shared),
        OfPool("pool-full, local", FaultKind.PoolFull, FindingKind.PoolFull, Local),
        OfPool("pool-gone, shared", FaultKind.PoolGone, FindingKind.PoolFailed, Shared),
        OfPool("pool-gone, local", FaultKind.PoolGone, FindingKind.PoolFailed, Local),
        OfPool("disk-slow, local", FaultKind.DiskSlow, FindingKind.DiskSlow, Local),
        OfVm("vm-shutdown", FaultKind.VmShutdown),
        OfVm("vm-destroy", FaultKind.VmDestroy),
        OfVm("vm-pause", FaultKind.VmPause),
        OfVm("vm-save", FaultKind.VmSave),
        OfVm("vm-reboot", FaultKind.VmReboot),
        new("vm-migrate", [], Migration),
    ];

    public bool IsFault => Found.Length > 0;

    private static FaultCase OfVm(string name, FaultKind kind, params FindingKind[] found) => new(name, found, (world, random) => Vm(world, random, kind));

    private static FaultCase OfHost(string name, FaultKind kind, params FindingKind[] found) => new(name, found, (world, random) =>
    {
        HostInfo host = world.World.HostOf(random.Next(world.World.HostCount));
        return new([new(kind, Host: host.Name, By: kind == FaultKind.ClockSkew ? TimeSpan.FromMinutes(random.Next(1, 120)) : default)], host.Id.ToString());
    });

    private static FaultCase OfPool(string name, FaultKind kind, FindingKind found, string pool) => new(name, [found], (world, random) =>
    {
        HostInfo host = world.World.HostOf(random.Next(world.World.HostCount));
        return pool == Shared
            ? new([new(kind, Pool: pool)], $"/{pool}")
            : new([new(kind, Host: host.Name, Pool: pool)], host.Id.ToString());
    });

    private static Strike Vm(FaultWorld world, Random random, FaultKind kind)
    {
        Inventory inventory = world.World.InventoryOf(random.Next(world.World.HostCount));
        VmInfo vm = inventory.Vms[random.Next(inventory.Vms.Length)];
        return new([new(kind, VmSelector.ByName(vm.Name))], vm.Id.ToString());
    }

    private static Strike Migration(FaultWorld world, Random random)
    {
        int from = random.Next(world.World.HostCount);
        VmInfo[] able = [.. world.World.InventoryOf(from).Vms.Where(v => v.Disks.All(d => d.Pool == Shared))];
        VmInfo vm = able[random.Next(able.Length)];
        string to = world.World.HostOf((from + 1) % world.World.HostCount).Name;
        return new([new(FaultKind.VmMigrate, VmSelector.ByName(vm.Name), Destination: to)], vm.Id.ToString());
    }

    /// <summary>What is done, half a minute apart each, and a part of the identity of every element that it strikes first.</summary>
    internal sealed record Strike(IReadOnlyList<Fault> Faults, string Element);
}
