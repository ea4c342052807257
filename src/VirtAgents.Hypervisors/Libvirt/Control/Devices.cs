using System.Xml.Linq;

namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>Devices in a domain's XML.</summary>
internal static class Devices
{
    public static XElement? FindDisk(XElement? definition, string target) =>
        definition?.Element("devices")?.Elements("disk").FirstOrDefault(disk => (string?)disk.Element("target")?.Attribute("dev") == target);

    public static XElement? FindInterface(XElement? definition, string mac) =>
        definition?.Element("devices")?.Elements("interface").FirstOrDefault(
            card => string.Equals((string?)card.Element("mac")?.Attribute("address"), mac, StringComparison.OrdinalIgnoreCase));
}
