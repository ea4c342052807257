namespace VirtAgents.Agent.Configuration;

/// <summary>A key and what was said about it, before it is understood.</summary>
/// <param name="Key">Key with sections, such as <c>Sampling:FastInterval</c>.</param>
/// <param name="Items">The value; several for a list.</param>
/// <param name="IsList">It was written as a list.</param>
/// <param name="Source">Where it was said, for messages.</param>
internal sealed record ConfigurationValue(string Key, IReadOnlyList<string> Items, bool IsList, string Source);
