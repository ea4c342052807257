using VirtAgents.Core.Directives;
using VirtAgents.Hypervisors.Libvirt.Native;

namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>Binds a vCPU to pCPUs.</summary>
internal sealed class PinAction() : VmAction(DirectiveKind.Pin)
{
    protected override ControlCheck CheckVm(VmView vm, DirectiveOrder order)
    {
        if (!vm.TakesLimits)
        {
            return Wrong(vm, "it must be Running or Paused");
        }

        int cpuCount = vm.Connection.CpuCount();
        int vcpu = VcpuOf(order);
        if (vcpu >= vm.Connection.VcpusOf(vm.Domain).Now)
        {
            return Bad($"vcpu: the VM has no vCPU {vcpu}");
        }

        string now = vm.Connection.PinOf(vm.Domain, vcpu, cpuCount).ToString();
        return CpuSet.TryParse(order.Text("cpus") ?? "", cpuCount) is { } wanted
            ? Possible($"vCPU {vcpu} would run on {wanted} instead of {now}", $"cpus={now}")
            : Bad($"cpus: must be a list such as 0-3,8 of pCPUs from 0 to {cpuCount - 1}");
    }

    protected override void BeginVm(VmView vm, DirectiveOrder order)
    {
        if (Wanted(vm, order) is { } cpus)
        {
            vm.Connection.Pin(vm.Domain, VcpuOf(order), cpus);
        }
    }

    protected override Sighting LookAtVm(VmView vm, DirectiveOrder order, ControlEvidence before)
    {
        if (!vm.TakesLimits)
        {
            return Sighting.Never($"the VM is {vm.Shown}, and its binding ends with it");
        }

        CpuSet now = vm.Connection.PinOf(vm.Domain, VcpuOf(order), vm.Connection.CpuCount());
        return Sighting.Of(now.Equals(Wanted(vm, order)), $"read back: {now}");
    }

    private static int VcpuOf(DirectiveOrder order) => (int)(order.Number("vcpu") ?? 0);

    private static CpuSet? Wanted(VmView vm, DirectiveOrder order) => CpuSet.TryParse(order.Text("cpus") ?? "", vm.Connection.CpuCount());
}
