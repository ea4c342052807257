using System.Collections.Immutable;
using VirtAgents.Core.Directives;

namespace VirtAgents.Hypervisors;

/// <summary>Whether a host can do a kind of directive.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="IsSupported">Whether it can.</param>
/// <param name="Why">What is missing, for people; empty when it can.</param>
public sealed record KindSupport(DirectiveKind Kind, bool IsSupported, string Why)
{
    /// <summary>What of it the host cannot do although it can do the kind. <value>Default nothing is known to be missing</value></summary>
    public ImmutableArray<ParameterGap> Gaps { get; init; } = [];
}

/// <summary>A parameter of a kind of directive that a host cannot do.</summary>
/// <param name="Parameter">Its name.</param>
/// <param name="Why">What is missing, for people.</param>
public sealed record ParameterGap(string Parameter, string Why);
