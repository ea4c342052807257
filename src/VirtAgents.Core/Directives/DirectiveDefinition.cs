using System.Collections.Immutable;

namespace VirtAgents.Core.Directives;

/// <summary>What a directive acts on.</summary>
public enum DirectiveTarget
{
    /// <summary>A VM of the host.</summary>
    Vm,

    /// <summary>A pool of the host; parameters name pool and volume.</summary>
    Pool,

    /// <summary>The host itself.</summary>
    Host,
}

/// <summary>A kind of directive: what it takes and what it means to be done.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Name">Its name on the wire and for people, in snake case.</param>
/// <param name="Target">What it acts on.</param>
/// <param name="IsDestructive">Whether a guest can lose data or service by it: people confirm it, and it needs a VM whose state is known.</param>
/// <param name="TimeAllowed">How long carrying it out may take unless a parameter says otherwise; then it has failed.</param>
/// <param name="PostCondition">What must have been observed for it to be done; for people.</param>
/// <param name="Parameters">What it takes.</param>
public sealed record DirectiveDefinition(
    DirectiveKind Kind,
    string Name,
    DirectiveTarget Target,
    bool IsDestructive,
    TimeSpan TimeAllowed,
    string PostCondition,
    ImmutableArray<DirectiveParameter> Parameters)
{
    /// <summary>Whether the VM is one that another host had (<see cref="DirectiveCatalogue.FromHost"/>), and is to be on the host of the directive.</summary>
    public bool BringsVm { get; init; }

    /// <summary>Everything that is wrong with these parameters; empty when nothing is.</summary>
    /// <param name="parameters">Texts by name.</param>
    public ImmutableArray<string> ProblemsWith(IReadOnlyDictionary<string, string> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ImmutableArray<string>.Builder problems = ImmutableArray.CreateBuilder<string>();
        foreach (string name in parameters.Keys.Order(StringComparer.Ordinal))
        {
            if (Parameters.FirstOrDefault(p => p.Name == name) is not { } parameter)
            {
                problems.Add($"{Name} has no parameter '{name}'; it takes {TakenNames()}");
            }
            else if (parameter.ProblemWith(parameters[name]) is { } problem)
            {
                problems.Add(problem);
            }
        }

        foreach (DirectiveParameter parameter in Parameters)
        {
            if (parameter.IsRequired && !parameters.ContainsKey(parameter.Name))
            {
                problems.Add($"{parameter.Name}: {Name} needs it ({parameter.Meaning})");
            }
        }

        return problems.ToImmutable();
    }

    private string TakenNames() => Parameters.IsEmpty ? "none" : string.Join(", ", Parameters.Select(p => p.Name));
}
