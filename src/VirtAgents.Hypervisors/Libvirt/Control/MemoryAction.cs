using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;

namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>Sets the balloon. The guest gives memory back by itself, so the size is looked for until it is there.</summary>
internal sealed class MemoryAction() : VmAction(DirectiveKind.SetMemory)
{
    private const long PageKibibytes = 4;
    private const long Kibibyte = 1024;

    public override TimeSpan? GoesOnFor(DirectiveOrder order) => TimeAllowed(order);

    protected override ControlCheck CheckVm(VmView vm, DirectiveOrder order)
    {
        if (vm.Condition.State != VmState.Running)
        {
            return Wrong(vm, "it must be Running: its guest has to hand the memory over");
        }

        if ((string?)vm.Definition().Element("devices")?.Element("memballoon")?.Attribute("model") is null or "none")
        {
            return ControlCheck.No(RefusalReason.Unsupported, "the VM has no balloon");
        }

        var info = vm.Connection.InfoOf(vm.Domain);
        return Wanted(order) > (long)info.MaxMemory
            ? Bad($"memory_bytes: the VM has at most {(long)info.MaxMemory * Kibibyte}")
            : Possible(
                $"its balloon would go from {(long)info.Memory * Kibibyte} to {Wanted(order) * Kibibyte} bytes", $"memory_bytes={(long)info.Memory * Kibibyte}");
    }

    protected override void BeginVm(VmView vm, DirectiveOrder order) => vm.Connection.SetMemory(vm.Domain, Wanted(order));

    protected override Sighting LookAtVm(VmView vm, DirectiveOrder order, ControlEvidence before)
    {
        long now = (long)vm.Connection.InfoOf(vm.Domain).Memory;
        return vm.Condition.IsAlive
            ? Sighting.Of(now == Wanted(order), $"the balloon leaves {now * Kibibyte} bytes")
            : Sighting.Never($"the VM is {vm.Shown}");
    }

    /// <summary>In KiB; the balloon moves whole pages.</summary>
    private static long Wanted(DirectiveOrder order) => (order.Number("memory_bytes") ?? 0) / Kibibyte / PageKibibytes * PageKibibytes;
}
