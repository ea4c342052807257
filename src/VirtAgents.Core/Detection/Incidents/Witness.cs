using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Incidents;

/// <summary>A host whose agent tells that something holds.</summary>
/// <param name="Host">The host.</param>
/// <param name="InstantMs">When it began, as far as lines can be compared by it.</param>
/// <param name="ToldMs">When it was told, by the clock of the collector.</param>
internal readonly record struct Witness(HostId Host, long InstantMs, long ToldMs);
