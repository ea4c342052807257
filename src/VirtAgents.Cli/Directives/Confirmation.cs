using VirtAgents.Cli.Commands;
using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Listings;
using VirtAgents.Core.Directives;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Directives;

/// <summary>Asks a person before something can be lost.</summary>
internal sealed class Confirmation(CommandContext context)
{
    /// <summary>The drafts, with VM and host by UUID so that what was confirmed is what is done, whoever gets that name meanwhile.</summary>
    public async Task<IReadOnlyList<DirectiveDraft>> AskAsync(IReadOnlyList<DirectiveDraft> drafts, CancellationToken cancel)
    {
        var kinds = string.Join(" and ", drafts.Where(draft => draft.Definition.IsDestructive).Select(draft => draft.Definition.Name));
        Asking.RefuseWithoutTerminal(context, kinds);
        var asked = new List<DirectiveDraft>();
        foreach (var draft in drafts)
        {
            asked.Add(draft.Definition.IsDestructive ? await DescribeAsync(draft, cancel) : draft);
        }

        await Asking.AskAsync(context, cancel);
        return asked;
    }

    private async Task<DirectiveDraft> DescribeAsync(DirectiveDraft draft, CancellationToken cancel)
    {
        var loss = Losses.Of(draft.Definition.Kind);
        if (draft.Definition.Target != DirectiveTarget.Vm)
        {
            var what = string.Join(", ", draft.Parameters.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key} {pair.Value}"));
            Write($"{draft.Definition.Name} on host {draft.Host} ({what}): {loss}.");
            return draft;
        }

        // Of a VM that is to be brought, the host that had it is asked.
        var vm = await FindAsync(draft.Definition.BringsVm ? draft with { Host = draft.Parameters[DirectiveCatalogue.FromHost] } : draft, cancel);
        var target = draft.Definition.BringsVm ? $"on host {draft.Host} {vm.Name} ({vm.Id}) of" : $"{vm.Name} ({vm.Id}) on";
        Write($"{draft.Definition.Name} {target} host {(vm.Host.Length == 0 ? "unknown" : vm.Host)}, now {StateOf(vm)}: {loss}.");
        return draft with { Vm = vm.Id, Host = draft.Definition.BringsVm ? draft.Host : vm.HostId };
    }

    private async Task<Vm> FindAsync(DirectiveDraft draft, CancellationToken cancel)
    {
        if (draft.Host.Length == 0)
        {
            return await context.Client.CallAsync(options => context.Client.Query.GetVmAsync(new GetVmRequest { Vm = draft.Vm }, options), cancel);
        }

        var vms = await VmsCommand.ReadAllAsync(context, new ListVmsRequest { Host = draft.Host, PageSize = 10_000 }, cancel);
        var found = vms.Where(vm => vm.Name == draft.Vm || string.Equals(vm.Id, draft.Vm, StringComparison.OrdinalIgnoreCase)).ToArray();
        return found.Length switch
        {
            1 => found[0],
            0 => throw new CliFailureException(ExitCode.NotFound, SafeText.Line($"there is no VM '{draft.Vm}' on host '{draft.Host}'.")),
            _ => throw new CliFailureException(ExitCode.Usage, SafeText.Line($"several VMs on host '{draft.Host}' are called '{draft.Vm}'; give the UUID.")),
        };
    }

    private static string StateOf(Vm vm) =>
        vm.State == VmState.Unspecified && vm.LastKnownState != VmState.Unspecified
            ? $"{VmListing.StateOf(vm)}, last known {EnumNames.States.Of(vm.LastKnownState)}"
            : VmListing.StateOf(vm);

    private void Write(string line) => context.Environment.Error.Write(SafeText.Line(line) + "\n");
}
