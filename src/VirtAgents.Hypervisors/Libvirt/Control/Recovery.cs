using System.Xml;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;

namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>Takes over VMs of a host that has ended: finds what it kept, makes sure that nobody lives there, and has the VM defined and started.</summary>
internal sealed class Recovery(IKeptDefinitions kept, ControlRunner runner, DefinitionNeeds needs)
{
    public async Task<ForeignVm> FindVmAsync(DirectiveOrder order, CancellationToken cancellationToken)
    {
        KeptDefinition found = await FindAsync(order, cancellationToken);
        if (found.Text is not { } xml)
        {
            return ForeignVm.No(found.Refusal, found.Detail);
        }

        DomainDefinition vm = DomainDefinition.Parse(xml);
        return new ForeignVm(new VmInfo(0, order.Vm, vm.Name, vm.Tenant, vm.VcpuCount, vm.MemoryBytes, [], []), RefusalReason.None, "");
    }

    /// <summary>Looks at this host first, since it takes a while to see that nobody lives on the other.</summary>
    public async Task<ControlCheck> CheckAsync(DirectiveOrder order, CancellationToken cancellationToken)
    {
        KeptDefinition found = await FindAsync(order, cancellationToken);
        if (found.Text is not { } xml)
        {
            return ControlCheck.No(found.Refusal, found.Detail);
        }

        ControlCheck here = await runner.CheckAsync(new RecoverAction(needs, xml), order, cancellationToken);
        if (!here.IsPossible)
        {
            return here;
        }

        HostPulse pulse = await kept.WatchAsync(FromOf(order), cancellationToken);
        return pulse.StandsStill
            ? new ControlCheck(RefusalReason.None, $"{here.Detail}; {pulse.Detail}", new ControlEvidence(pulse.Marks))
            : ControlCheck.No(pulse.Refusal, pulse.Detail);
    }

    public async Task<ControlOutcome> CarryOutAsync(
        DirectiveOrder order, ControlEvidence before, Action<ControlProgress> progress, CancellationToken cancellationToken)
    {
        KeptDefinition found = await FindAsync(order, CancellationToken.None);
        HostPulse pulse = await kept.LookAsync(FromOf(order), before.Text, CancellationToken.None);
        return found.Text is not { } xml ? ControlOutcome.Failed($"nothing was done: {found.Detail}")
            : !pulse.StandsStill ? ControlOutcome.Failed($"nothing was done: {pulse.Detail}")
            : await runner.CarryOutAsync(new RecoverAction(needs, xml), order, before, progress, cancellationToken);
    }

    public Task<ControlOutcome> FollowUpAsync(
        DirectiveOrder order, ControlEvidence before, Action<ControlProgress> progress, CancellationToken cancellationToken) =>
        runner.FollowUpAsync(new RecoverAction(needs, ""), order, before, progress, cancellationToken);

    private static HostId FromOf(DirectiveOrder order) => new(Guid.Parse(order.Text(DirectiveCatalogue.FromHost)!));

    private async Task<KeptDefinition> FindAsync(DirectiveOrder order, CancellationToken cancellationToken)
    {
        if (!Guid.TryParse(order.Text(DirectiveCatalogue.FromHost), out Guid from))
        {
            return KeptDefinition.No(RefusalReason.BadParameter, $"{DirectiveCatalogue.FromHost}: '{order.Text(DirectiveCatalogue.FromHost)}' is not a UUID");
        }

        KeptDefinition found = await kept.FindAsync(new HostId(from), order.Vm, order.Text(DirectiveCatalogue.DefinitionOf) ?? "", cancellationToken);
        return found.Text is { } xml && ProblemOf(xml, order) is { } problem ? KeptDefinition.No(RefusalReason.BadParameter, problem) : found;
    }

    private static string? ProblemOf(string xml, DirectiveOrder order)
    {
        try
        {
            Guid uuid = DomainDefinition.Parse(xml).Uuid;
            return uuid == order.Vm.Value ? null : $"the definition is one of VM {uuid}, not of {order.Vm}";
        }
        catch (XmlException problem)
        {
            return $"the definition cannot be read: {problem.Message}";
        }
    }
}
