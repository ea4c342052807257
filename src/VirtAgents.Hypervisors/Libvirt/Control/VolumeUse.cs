using System.Xml.Linq;
using VirtAgents.Hypervisors.Libvirt.Native;

namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>Who uses a volume. All definitions are read: of VMs as they run and as they would start, and of the pool's other volumes.</summary>
internal static class VolumeUse
{
    private static readonly XName[] Places = ["file", "dev", "name"];

    /// <summary>One user of the volume, for people; null when there is none.</summary>
    /// <exception cref="LibvirtException">It cannot be told.</exception>
    public static string? Find(LibvirtConnection connection, StoragePoolHandle pool, StorageVolumeHandle volume, bool onlyRunning = false)
    {
        const uint Active = 1; // virConnectListAllDomains
        string path = PathOf(connection, volume);
        List<DomainHandle> domains = connection.ListDomains(onlyRunning ? Active : 0);
        try
        {
            return domains.Where(domain => DefinitionsOf(connection, domain).Any(definition => Uses(definition, path, pool.Name, volume.Name)))
                .Select(domain => $"VM {domain.Name} has it as a disk").FirstOrDefault()
                ?? BasedOn(connection, pool, path);
        }
        finally
        {
            domains.ForEach(domain => domain.Dispose());
        }
    }

    /// <summary>Where the volume is, as definitions of VMs name it.</summary>
    public static string PathOf(LibvirtConnection connection, StorageVolumeHandle volume) =>
        (string?)VmView.Parse(connection.XmlOf(volume)).Element("target")?.Element("path") ?? "";

    private static IEnumerable<XElement> DefinitionsOf(LibvirtConnection connection, DomainHandle domain)
    {
        yield return VmView.Parse(connection.XmlOf(domain));
        if (connection.IsPersistent(domain))
        {
            yield return VmView.Parse(connection.InactiveXmlOf(domain));
        }
    }

    /// <summary>Any source counts, also of a backing image, a mirror or a firmware's variables.</summary>
    private static bool Uses(XElement definition, string path, string pool, string volume) =>
        definition.Descendants().Any(element =>
            Places.Any(place => (string?)element.Attribute(place) == path)
            || (element.Name == "nvram" && element.Value.Trim() == path)
            || ((string?)element.Attribute("pool") == pool && (string?)element.Attribute("volume") == volume));

    private static string? BasedOn(LibvirtConnection connection, StoragePoolHandle pool, string path)
    {
        List<StorageVolumeHandle> volumes = connection.ListVolumes(pool);
        try
        {
            return volumes.Where(other => (string?)VmView.Parse(connection.XmlOf(other)).Element("backingStore")?.Element("path") == path)
                .Select(other => $"volume {other.Name} is based on it").FirstOrDefault();
        }
        finally
        {
            volumes.ForEach(other => other.Dispose());
        }
    }
}
