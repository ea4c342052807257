using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;

namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>Adds vCPUs. Taking them away needs a guest that agrees, and one that does not leaves libvirt and QEMU at odds.</summary>
internal sealed class VcpuAction() : VmAction(DirectiveKind.SetVcpus)
{
    protected override ControlCheck CheckVm(VmView vm, DirectiveOrder order)
    {
        if (vm.Condition.State != VmState.Running)
        {
            return Wrong(vm, "it must be Running");
        }

        (int now, int most) = vm.Connection.VcpusOf(vm.Domain);
        long wanted = order.Number("vcpus") ?? 0;
        return wanted > most ? Bad($"vcpus: the VM has at most {most}")
            : wanted < now ? ControlCheck.No(RefusalReason.Unsupported, $"the VM has {now} vCPUs, and none is ever taken away from a running VM")
            : Possible($"it would have {wanted} instead of {now} vCPUs, of at most {most}", $"vcpus={now}");
    }

    protected override void BeginVm(VmView vm, DirectiveOrder order)
    {
        int wanted = (int)(order.Number("vcpus") ?? 0);
        if (vm.Connection.VcpusOf(vm.Domain).Now < wanted)
        {
            vm.Connection.SetVcpus(vm.Domain, wanted);
        }
    }

    protected override Sighting LookAtVm(VmView vm, DirectiveOrder order, ControlEvidence before)
    {
        if (!vm.Condition.IsAlive)
        {
            return Sighting.Never($"the VM is {vm.Shown}");
        }

        int now = vm.Connection.VcpusOf(vm.Domain).Now;
        return Sighting.Of(now == order.Number("vcpus"), $"the VM has {now} vCPUs");
    }
}
