namespace VirtAgents.Core.Directives;

/// <summary>A directive that a policy allowed; what rates are counted by.</summary>
/// <param name="UnixMs">When, milliseconds since 1970 UTC.</param>
/// <param name="Rule">Name of the rule that allowed it.</param>
public sealed record PolicyUse(long UnixMs, string Rule);
