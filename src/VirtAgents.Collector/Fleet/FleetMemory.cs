using VirtAgents.Core.Model;
using VirtAgents.Storage;

namespace VirtAgents.Collector.Fleet;

/// <summary>What the store knew of the fleet when the collector started. Filled once, before anything asks.</summary>
internal sealed class FleetMemory
{
    private readonly Dictionary<HostId, RememberedHost> _hosts = [];

    public IReadOnlyCollection<HostId> Hosts => _hosts.Keys;

    /// <summary>Halves and conclusions of migrations, oldest first.</summary>
    public IReadOnlyList<FleetEvent> Migrations { get; private set; } = [];

    /// <summary>What is remembered of a host; null when it was never seen.</summary>
    public RememberedHost? Recall(HostId host) => _hosts.GetValueOrDefault(host);

    public void Fill(IEnumerable<RememberedHost> hosts, IReadOnlyList<FleetEvent> migrations)
    {
        foreach (RememberedHost host in hosts)
        {
            _hosts[host.Snapshot.Inventory.Host.Id] = host;
        }

        Migrations = migrations;
    }
}

/// <summary>What is remembered of one host.</summary>
/// <param name="Snapshot">Its last inventory.</param>
/// <param name="LastStates">For each VM the newest event that told its state.</param>
/// <param name="HypervisorLost">Whether the last news of its hypervisor was its loss.</param>
/// <param name="Suspected">Whether it was suspected to be lost.</param>
internal sealed record RememberedHost(
    HostSnapshot Snapshot, IReadOnlyDictionary<VmId, FleetEvent> LastStates, bool HypervisorLost, bool Suspected);
