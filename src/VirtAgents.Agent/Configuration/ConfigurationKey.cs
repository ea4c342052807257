namespace VirtAgents.Agent.Configuration;

/// <summary>One key that the agent understands.</summary>
/// <param name="Name">Name with sections.</param>
/// <param name="Type">Kind of value, for the documentation.</param>
/// <param name="Allowed">Allowed values, for messages and the documentation.</param>
/// <param name="Default">Value when nothing is said, as it would be written; empty = none.</param>
/// <param name="Description">What it is for.</param>
/// <param name="Apply">Takes over the items; the answer is null or what is wrong with them.</param>
/// <param name="IsList">Takes several values.</param>
internal sealed record ConfigurationKey(
    string Name,
    string Type,
    string Allowed,
    string Default,
    string Description,
    Func<AgentOptions, IReadOnlyList<string>, string?> Apply,
    bool IsList = false);
