using VirtAgents.Hypervisors.Libvirt.Native;

namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>What a VM needs of a host that it is to go to.</summary>
/// <param name="Pools">Pools by name, with their directory; empty where they have none.</param>
/// <param name="Networks">Virtual networks by name.</param>
internal sealed record HostNeeds(IReadOnlyList<(string Name, string Path)> Pools, IReadOnlyList<string> Networks)
{
    public static HostNeeds None { get; } = new([], []);

    /// <summary>The first thing that a host lacks; null when there is none.</summary>
    public string? MissingOn(LibvirtConnection there) => MissingPool(there) ?? MissingNetwork(there);

    private string? MissingPool(LibvirtConnection there)
    {
        if (Pools.Count == 0)
        {
            return null;
        }

        List<StoragePoolHandle> pools = there.ListPools();
        try
        {
            HashSet<(string, string)> working = [.. pools.Where(there.IsActive).Select(pool => DefinitionNeeds.NameOf(VmView.Parse(there.XmlOf(pool))))];
            return Pools.Where(pool => !working.Contains(pool)).Select(pool => $"pool {pool.Name}{(pool.Path.Length > 0 ? $" at {pool.Path}" : "")} does not work there").FirstOrDefault();
        }
        finally
        {
            pools.ForEach(pool => pool.Dispose());
        }
    }

    private string? MissingNetwork(LibvirtConnection there) =>
        Networks.Where(network => there.IsNetworkActive(network) != true).Select(network => $"network {network} is not active there").FirstOrDefault();
}
