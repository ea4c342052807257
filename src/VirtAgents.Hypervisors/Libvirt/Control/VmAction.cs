using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Libvirt.Native;

namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>A kind that acts on a VM. The VM's state, and that its monitor answers, is looked at before anything else.</summary>
internal abstract class VmAction(DirectiveKind kind) : ControlAction(kind)
{
    private const ulong LateMilliseconds = 2000;

    public sealed override ControlCheck Check(LibvirtConnection connection, DirectiveOrder order) =>
        On(connection, order, (domain, condition) => Unknown(connection, domain, condition) ?? CheckVm(new VmView(connection, domain, condition), order))
        ?? ControlCheck.No(RefusalReason.UnknownTarget, $"this host has no VM {order.Vm}");

    public sealed override void Begin(LibvirtConnection connection, DirectiveOrder order)
    {
        using DomainHandle domain = connection.Lookup(order.Vm.Value);
        BeginVm(new VmView(connection, domain, ConditionOf(connection, domain)), order);
    }

    public sealed override Sighting Look(LibvirtConnection connection, DirectiveOrder order, ControlEvidence before) =>
        On(connection, order, (domain, condition) => LookAtVm(new VmView(connection, domain, condition), order, before)) ?? Gone(order, before);

    protected abstract ControlCheck CheckVm(VmView vm, DirectiveOrder order);

    protected abstract void BeginVm(VmView vm, DirectiveOrder order);

    protected abstract Sighting LookAtVm(VmView vm, DirectiveOrder order, ControlEvidence before);

    protected virtual Sighting Gone(DirectiveOrder order, ControlEvidence before) => Sighting.Never($"the host has no VM {order.Vm} any more");

    protected static ControlCheck Possible(VmView vm, string effect) => new(RefusalReason.None, effect, new ControlEvidence(vm.Shown));

    protected static ControlCheck Possible(string effect, string evidence) => new(RefusalReason.None, effect, new ControlEvidence(evidence));

    protected static ControlCheck Bad(string problem) => ControlCheck.No(RefusalReason.BadParameter, problem);

    protected static ControlCheck Wrong(VmView vm, string needed) => ControlCheck.No(RefusalReason.WrongState, $"the VM is {vm.Shown}; {needed}");

    private static T? On<T>(LibvirtConnection connection, DirectiveOrder order, Func<DomainHandle, VmCondition, T> look)
        where T : class
    {
        try
        {
            using DomainHandle domain = connection.Lookup(order.Vm.Value);
            return look(domain, ConditionOf(connection, domain));
        }
        catch (LibvirtException failure) when (failure.Code == LibvirtException.NoDomain)
        {
            return null;
        }
    }

    private static VmCondition ConditionOf(LibvirtConnection connection, DomainHandle domain)
    {
        (int state, int reason) = connection.StateOf(domain);
        return StateMapping.Map(state, reason);
    }

    /// <summary>Why the state cannot be relied on; null when it can. A hung VM makes this block, until the caller gives up.</summary>
    private static ControlCheck? Unknown(LibvirtConnection connection, DomainHandle domain, VmCondition condition)
    {
        if (condition.State == VmState.Unknown)
        {
            return ControlCheck.No(RefusalReason.UnknownState, "libvirt does not tell the state of the VM");
        }

        if (condition.State is VmState.Running or VmState.Paused)
        {
            // Somebody else's question may be late; then ours would only be one more that waits.
            VirDomainControlInfo info = connection.ControlInfo(domain);
            if (info.State == VirDomainControlInfo.Error || (info.State == VirDomainControlInfo.Occupied && info.StateTime > LateMilliseconds))
            {
                return ControlCheck.No(RefusalReason.UnknownState, $"the VM's monitor has not answered for {info.StateTime} ms");
            }

            connection.AskMonitor(domain);
        }

        return null;
    }
}
