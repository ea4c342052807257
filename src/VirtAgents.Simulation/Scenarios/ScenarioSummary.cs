using System.Collections.Immutable;
using VirtAgents.Core.Model;

namespace VirtAgents.Simulation.Scenarios;

/// <summary>What an offline run was, once it has ended.</summary>
/// <param name="Hosts">Hosts in the world.</param>
/// <param name="Vms">VMs in the world.</param>
/// <param name="VirtualTime">How much time passed in it.</param>
/// <param name="Samples">Samples taken of hosts, both tiers.</param>
/// <param name="Values">Values in them (nulls not counted).</param>
/// <param name="Refused">Steps that could not be carried out.</param>
/// <param name="Events">Number of events by kind, only kinds that came.</param>
public sealed record ScenarioSummary(
    int Hosts, int Vms, TimeSpan VirtualTime, long Samples, long Values, int Refused, ImmutableSortedDictionary<HostEventKind, int> Events);
