using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Model;

namespace VirtAgents.Collector.Fleet;

/// <summary>What depends on what in the fleet, from the newest inventory of each host. Any thread may ask or tell.</summary>
internal sealed class FleetTopology(FleetMemory memory)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<HostId, TopologyHost> _hosts = [];
    private Topology? _current;
    private bool _recalled;

    /// <summary>The topology of now; what was remembered stands for hosts that have not been heard of since the start.</summary>
    public Topology Current
    {
        get
        {
            lock (_lock)
            {
                Recall();
                return _current ??= Topology.Of(_hosts.Values);
            }
        }
    }

    /// <summary>A host sent its inventory.</summary>
    public void Put(string cluster, Inventory inventory)
    {
        lock (_lock)
        {
            Recall();
            _hosts[inventory.Host.Id] = PlaceOf(cluster, inventory);
            _current = null;
        }
    }

    private static TopologyHost PlaceOf(string cluster, Inventory inventory) =>
        new(inventory.Host.Id, inventory.Host.Name, cluster, inventory.Vms, inventory.Pools);

    // The memory is filled when the store is open, which is after this is made.
    private void Recall()
    {
        if (_recalled)
        {
            return;
        }

        _recalled = true;
        foreach (HostId host in memory.Hosts)
        {
            RememberedHost remembered = memory.Recall(host)!;
            _hosts[host] = PlaceOf(remembered.Snapshot.Cluster, remembered.Snapshot.Inventory);
        }
    }
}
