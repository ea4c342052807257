using System.Collections.Immutable;
using VirtAgents.Core.Detection.Incidents;

namespace VirtAgents.Collector.Incidents;

/// <summary>Tells what is wrong now.</summary>
internal interface IActiveIncidents
{
    /// <summary>Incidents of which something holds, as they were recorded last.</summary>
    ImmutableArray<Incident> Active { get; }
}
