using System.Xml;
using System.Xml.Linq;
using VirtAgents.Hypervisors.Libvirt.Native;

namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>A VM as it is during one call.</summary>
/// <param name="Connection">Connection that may act.</param>
/// <param name="Domain">The domain.</param>
/// <param name="Condition">Its observed condition.</param>
internal sealed record VmView(LibvirtConnection Connection, DomainHandle Domain, VmCondition Condition)
{
    /// <summary>State and reason, for people.</summary>
    public string Shown => $"{Condition.State} ({Condition.Reason})";

    /// <summary>Its definition: of this run while it runs.</summary>
    /// <exception cref="XmlException">libvirt's text is no XML.</exception>
    public XElement Definition()
    {
        using var text = new StringReader(Connection.XmlOf(Domain));
        using var reader = XmlReader.Create(text, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
        return XElement.Load(reader);
    }
}
