using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Incidents;

/// <summary>What one line, or the passing of time, does to one finding.</summary>
/// <param name="Finding">The finding; one with <see cref="Finding.ClearedUnixMs"/> does not hold any more.</param>
/// <param name="InstantMs">When it came about, as far as lines can be compared by it.</param>
/// <param name="Teller">Host whose agent tells it as a lasting condition; null = it is none.</param>
internal readonly record struct FindingStep(Finding Finding, long InstantMs, HostId? Teller);
