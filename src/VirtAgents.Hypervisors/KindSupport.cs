using VirtAgents.Core.Directives;

namespace VirtAgents.Hypervisors;

/// <summary>Whether a host can do a kind of directive.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="IsSupported">Whether it can.</param>
/// <param name="Why">What is missing, for people; empty when it can.</param>
public sealed record KindSupport(DirectiveKind Kind, bool IsSupported, string Why);
