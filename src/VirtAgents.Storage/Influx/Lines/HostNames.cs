using VirtAgents.Core.Model;

namespace VirtAgents.Storage.Influx.Lines;

/// <summary>What the tags of a host's lines say beside identities, from one version of its inventory.</summary>
/// <param name="Version">Version of the inventory.</param>
/// <param name="Cluster">Cluster; empty = default.</param>
/// <param name="Name">Name of the host; its UUID while it is not known.</param>
/// <param name="Vms">Name and tenant of each VM.</param>
internal sealed record HostNames(long Version, string Cluster, string Name, IReadOnlyDictionary<Guid, (string Name, string Tenant)> Vms)
{
    /// <summary>What is known of a host whose inventory is not.</summary>
    public static HostNames Unknown(HostId host) => new(0, "", host.ToString(), new Dictionary<Guid, (string, string)>());

    public static HostNames Of(HostSnapshot snapshot)
    {
        Inventory inventory = snapshot.Inventory;
        var vms = new Dictionary<Guid, (string, string)>(inventory.Vms.Length);
        foreach (VmInfo vm in inventory.Vms)
        {
            vms[vm.Id.Value] = (vm.Name, vm.Tenant);
        }

        string name = inventory.Host.Name.Length > 0 ? inventory.Host.Name : inventory.Host.Id.ToString();
        return new HostNames(inventory.Version, snapshot.Cluster, name, vms);
    }
}
