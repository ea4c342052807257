using System.Xml;
using System.Xml.Linq;
using VirtAgents.Core.Model;
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

    /// <summary>Whether limits can be set: there is a process, and it is neither ending nor crashed.</summary>
    public bool TakesLimits => Condition is { IsAlive: true, State: VmState.Running or VmState.Paused };

    /// <summary>Its definition: of this run while it runs.</summary>
    /// <exception cref="XmlException">libvirt's text is no XML.</exception>
    public XElement Definition() => Parse(Connection.XmlOf(Domain));

    /// <summary>The definition that its next start uses; null when it would be forgotten when it ends.</summary>
    /// <exception cref="XmlException">libvirt's text is no XML.</exception>
    public XElement? NextDefinition() => Connection.IsPersistent(Domain) ? Parse(Connection.InactiveXmlOf(Domain)) : null;

    /// <summary>Reads a text of libvirt's.</summary>
    /// <exception cref="XmlException">The text is no XML.</exception>
    public static XElement Parse(string xml)
    {
        using var text = new StringReader(xml);
        using var reader = XmlReader.Create(text, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
        return XElement.Load(reader);
    }
}
