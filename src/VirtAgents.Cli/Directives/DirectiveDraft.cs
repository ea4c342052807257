using VirtAgents.Core.Directives;

namespace VirtAgents.Cli.Directives;

/// <summary>A directive as it was typed. VM and host are names or UUIDs; empty when they were not given.</summary>
internal sealed record DirectiveDraft(DirectiveDefinition Definition, string Vm, string Host, IReadOnlyDictionary<string, string> Parameters)
{
    /// <summary>Everything that is wrong with it, as far as that can be known without the collector.</summary>
    public IEnumerable<string> Problems() => (Definition.Target == DirectiveTarget.Vm, Vm.Length > 0, Host.Length > 0) switch
    {
        (true, false, _) => [$"{Definition.Name} acts on a VM; name it.", .. ProblemsOfParameters()],
        (false, true, _) => [$"{Definition.Name} acts on no VM; leave it out.", .. ProblemsOfParameters()],
        (true, _, false) when Definition.BringsVm => [$"{Definition.Name} needs --host, the host that is to have the VM.", .. ProblemsOfParameters()],
        (false, _, false) => [$"{Definition.Name} needs --host.", .. ProblemsOfParameters()],
        _ => ProblemsOfParameters(),
    };

    private IEnumerable<string> ProblemsOfParameters() => Definition.ProblemsWith(Parameters).Select(problem => problem + ".");
}
