using System.Xml;
using System.Xml.Linq;

namespace VirtAgents.Hypervisors.Libvirt;

/// <summary>What is of interest in a storage pool's XML.</summary>
/// <param name="Name">Name.</param>
/// <param name="Type">Kind, such as <c>dir</c> or <c>rbd</c>.</param>
/// <param name="Path">Where it is mounted; empty when it has no path.</param>
internal sealed record PoolDefinition(string Name, string Type, string Path)
{
    /// <summary>Whether its figures are those of the file system at its path, as libvirt's own are.</summary>
    public bool IsFileSystem => Path.StartsWith('/') && Type is ("dir" or "fs" or "netfs");

    /// <summary>Whether its path is a mount of its own, so that an unmounted one is a failure though the directory is there.</summary>
    public bool IsMount => Type is "fs" or "netfs";

    /// <exception cref="XmlException">The text is no XML.</exception>
    public static PoolDefinition Parse(string xml)
    {
        using var text = new StringReader(xml);
        using var reader = XmlReader.Create(text, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
        XElement pool = XElement.Load(reader);
        return new PoolDefinition(
            (string?)pool.Element("name") ?? "", (string?)pool.Attribute("type") ?? "", (string?)pool.Element("target")?.Element("path") ?? "");
    }
}
