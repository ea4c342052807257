
namespace VirtAgents.Collector.Fleet;

/// <summary>What concerns more than one host: which there are, and what moves between them. There is one, of key 0.</summary>
internal interface IClusterGrain : IGrainWithIntegerKey
{
    /// <summary>Recalls the hosts and the unfinished migrations of the time before the collector started.</summary>
    ValueTask StartAsync();

    /// <summary>A host reports.</summary>
    ValueTask KnowAsync(Guid hostId);

    /// <summary>Every host that ever reported.</summary>
    ValueTask<Guid[]> HostsAsync();

    /// <summary>A VM left a host or arrived on one.</summary>
    ValueTask MigrationAsync(MigrationHalf half);
}
