using System.Collections.Immutable;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Simulation.Worlds;
using static VirtAgents.Core.Directives.DirectiveKind;

namespace VirtAgents.Simulation.Control;

/// <summary>Memory, vCPUs and the share of the host's CPU time.</summary>
internal sealed class ResourceOperations(WorldState world, Physics physics) : VmOperationGroup(world)
{
    /// <summary>How fast the driver in a VM gives memory back or takes it.</summary>
    private const long BalloonBytesPerSecond = 1L << 30;
    private readonly WorldState _world = world;

    public override ImmutableArray<DirectiveKind> Kinds => [SetMemory, SetVcpus, SetCpuQuota, SetCpuShare, Pin];

    protected override OrderVerdict Check(SimVm vm, DirectiveOrder order) => order.Kind switch
    {
        _ when vm.State is not (VmState.Running or VmState.Paused) => OrderVerdict.WrongState(StateOf(vm)),
        SetMemory => CheckMemory(vm, Memory(order)),
        SetVcpus => CheckVcpus(vm, Vcpus(order)),
        Pin => CheckPin(vm, order),
        SetCpuQuota when (order.Number(DirectiveCatalogue.OnlyIf + "percent") ?? vm.Settings.QuotaPercent) != vm.Settings.QuotaPercent =>
            OrderVerdict.WrongState($"the quota of {vm.Name} is {vm.Settings.QuotaPercent} percent: somebody has set it"),
        SetCpuQuota => OrderVerdict.Possible($"would set the quota of {vm.Name} from {vm.Settings.QuotaPercent} to {Quota(order)} percent of a pCPU for each vCPU"),
        _ => OrderVerdict.Possible($"would set the share of {vm.Name} from {vm.Settings.Share} to {Share(order)}"),
    };

    protected override void Begin(SimVm vm, DirectiveOrder order)
    {
        switch (order.Kind)
        {
            case SetMemory:
                long bytes = Memory(order);
                long takesMs = 1 + (Math.Abs(vm.Memory.BalloonBytes - bytes) * 1000 / BalloonBytesPerSecond);
                GuestTask.Begin(_world, vm, SetMemory, takesMs, () => SetBalloon(vm, bytes));
                break;
            case SetVcpus: Set(vm, () => vm.Settings.VcpuCount = (int)Vcpus(order)); break;
            case SetCpuQuota: Set(vm, () => vm.Settings.QuotaPercent = Quota(order)); break;
            case SetCpuShare: Set(vm, () => vm.Settings.Share = Share(order)); break;
            default: vm.Settings.Pins[Vcpu(order)] = order.Text("cpus")!; break;
        }
    }

    protected override OrderSight Look(SimVm vm, SimHost host, DirectiveOrder order, OrderEvidence before)
    {
        (bool holds, string seen) = order.Kind switch
        {
            SetMemory => (vm.Memory.BalloonBytes == Memory(order), $"the balloon of {vm.Name} leaves {vm.Memory.BalloonBytes} bytes"),
            SetVcpus => (vm.Settings.VcpuCount == Vcpus(order), $"{vm.Name} has {vm.Settings.VcpuCount} vCPUs"),
            SetCpuQuota => (vm.Settings.QuotaPercent == Quota(order), $"the quota of {vm.Name} is {vm.Settings.QuotaPercent} percent"),
            SetCpuShare => (vm.Settings.Share == Share(order), $"the share of {vm.Name} is {vm.Settings.Share}"),
            _ => LookAtPin(vm, order),
        };
        return holds ? Seen(seen) : NotYet(vm, order, seen);
    }

    private static long Memory(DirectiveOrder order) => order.Number("memory_bytes")!.Value;

    private static long Vcpus(DirectiveOrder order) => order.Number("vcpus")!.Value;

    private static long Quota(DirectiveOrder order) => order.Number("percent")!.Value;

    private static long Share(DirectiveOrder order) => order.Number("share")!.Value;

    private static long Vcpu(DirectiveOrder order) => order.Number("vcpu")!.Value;

    /// <summary>Only a guest that runs can fill or empty its balloon.</summary>
    private static OrderVerdict CheckMemory(SimVm vm, long bytes) =>
        vm.State != VmState.Running ? OrderVerdict.WrongState(StateOf(vm))
        : bytes > vm.Memory.MaximumBytes ? OrderVerdict.BadParameter($"memory_bytes: {bytes} is above the maximum of {vm.Name}, {vm.Memory.MaximumBytes}")
        : MemoryRoom.Problem(vm.Host, vm, bytes) is { } problem ? OrderVerdict.NoRoom(problem)
        : OrderVerdict.Possible($"would set the balloon of {vm.Name} from {vm.Memory.BalloonBytes} to {bytes} bytes, of which it uses {vm.Memory.UsedBytes}");

    private static OrderVerdict CheckVcpus(SimVm vm, long vcpus) =>
        vcpus < vm.Settings.VcpuCount ? OrderVerdict.BadParameter($"vcpus: {vm.Name} has {vm.Settings.VcpuCount} already, and never gets fewer")
        : vcpus > vm.Settings.MostVcpus ? OrderVerdict.BadParameter($"vcpus: {vcpus} is above the maximum of {vm.Name}, {vm.Settings.MostVcpus}")
        : OnlyIn(vm, vm.State == VmState.Running, $"would raise the vCPUs of {vm.Name} from {vm.Settings.VcpuCount} to {vcpus}");

    private static OrderVerdict CheckPin(SimVm vm, DirectiveOrder order)
    {
        int cpus = vm.Host.Definition.CpuCount;
        return Vcpu(order) >= vm.Settings.VcpuCount ? OrderVerdict.BadParameter($"vcpu: {vm.Name} has the vCPUs 0 to {vm.Settings.VcpuCount - 1}")
            : !CpuSet.IsOf(order.Text("cpus")!, cpus) ? OrderVerdict.BadParameter($"cpus: not a list such as 0-3,6 of the pCPUs 0 to {cpus - 1}")
            : OrderVerdict.Possible($"would bind vCPU {Vcpu(order)} of {vm.Name} to pCPUs {order.Text("cpus")}");
    }

    private static (bool Holds, string Seen) LookAtPin(SimVm vm, DirectiveOrder order)
    {
        string? cpus = vm.Settings.Pins.GetValueOrDefault(Vcpu(order));
        return (cpus == order.Text("cpus"), $"vCPU {Vcpu(order)} of {vm.Name} is bound to {(cpus is null ? "no pCPU" : "pCPUs " + cpus)}");
    }

    private void SetBalloon(SimVm vm, long bytes)
    {
        Set(vm, () => vm.Memory.SetBalloon(bytes));
        _world.TellOfVm(vm, HostEventKind.VmBalloonChanged, vm.State, vm.Reason, "simulated change of the balloon");
    }

    private void Set(SimVm vm, Action change)
    {
        vm.Host.Settle(_world.NowMs);
        change();
        InventoryBuilder.Renew(vm.Host);
        physics.Refresh(vm.Host);
    }
}
