using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Libvirt.Native;

namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>Defines and starts a VM that another host had. What of that host must hold was looked at before.</summary>
/// <param name="needs">What the definition needs of this host.</param>
/// <param name="xml">The definition; empty where an order of another run of the agent is only followed.</param>
internal sealed class RecoverAction(DefinitionNeeds needs, string xml) : ControlAction(DirectiveKind.Recover)
{
    public override ControlCheck Check(LibvirtConnection connection, DirectiveOrder order)
    {
        NextDefinition next = NextDefinition.Parse(xml);
        string name = DomainDefinition.Parse(xml).Name;
        return SameVm(connection, order, name) is { } same ? ControlCheck.No(RefusalReason.WrongState, same)
            : needs.Missing(connection, next, xml) is { } missing ? ControlCheck.No(RefusalReason.WrongState, missing)
            : new ControlCheck(RefusalReason.None, $"{name} would be defined and started here", ControlEvidence.None);
    }

    public override void Begin(LibvirtConnection connection, DirectiveOrder order)
    {
        using DomainHandle domain = connection.Define(xml);
        try
        {
            connection.Create(domain, paused: false);
        }
        catch (LibvirtException failure)
        {
            // As before: a definition that is left behind would keep everybody from trying again.
            if (ProblemOfForgetting(connection, domain) is { } problem)
            {
                throw new LibvirtException("starting it here", failure.Code, $"{failure.Message}; its definition is still here: {problem}");
            }

            throw;
        }
    }

    public override Sighting Look(LibvirtConnection connection, DirectiveOrder order, ControlEvidence before)
    {
        try
        {
            using DomainHandle domain = connection.Lookup(order.Vm.Value);
            (int state, int reason) = connection.StateOf(domain);
            VmCondition now = StateMapping.Map(state, reason);
            string seen = $"the VM is {now.State} ({now.Reason}) here";
            return now is { IsAlive: true, State: VmState.Paused, Reason: VmStateReason.StartingPaused } ? Sighting.NotYet(seen) with { Progress = new ControlProgress(null, null, null, seen) }
                : Sighting.Of(now is { IsAlive: true, State: VmState.Running }, seen);
        }
        catch (LibvirtException failure) when (failure.Code == LibvirtException.NoDomain)
        {
            return Sighting.NotYet("this host does not have the VM");
        }
    }

    private static string? SameVm(LibvirtConnection connection, DirectiveOrder order, string name)
    {
        List<DomainHandle> domains = connection.ListDomains();
        try
        {
            return domains.Any(domain => domain.Uuid == order.Vm.Value) ? "this host has this VM already, running or defined"
                : domains.Any(domain => domain.Name == name) ? $"this host has another VM called {name}"
                : null;
        }
        finally
        {
            domains.ForEach(domain => domain.Dispose());
        }
    }

    private static string? ProblemOfForgetting(LibvirtConnection connection, DomainHandle domain)
    {
        try
        {
            connection.Undefine(domain);
            return null;
        }
        catch (LibvirtException failure)
        {
            return failure.Message;
        }
    }
}
