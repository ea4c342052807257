using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace VirtAgents.Hypervisors.Libvirt;

/// <summary>What is of interest in a domain's XML.</summary>
/// <param name="Uuid">UUID of the domain.</param>
/// <param name="Name">Name.</param>
/// <param name="Tenant">
/// Owner: <c>&lt;virtagents:tenant xmlns:virtagents="https://virtagents.dev/xmlns/1"&gt;</c> in the metadata, else the
/// project that OpenStack writes there; empty when there is neither.
/// </param>
/// <param name="VcpuCount">vCPUs it has now; 0 when the XML does not tell.</param>
/// <param name="MemoryBytes">Memory it may have at most; 0 when the XML does not tell.</param>
/// <param name="Disks">Its disks.</param>
/// <param name="Interfaces">Its interfaces.</param>
internal sealed record DomainDefinition(
    Guid Uuid,
    string Name,
    string Tenant,
    int VcpuCount,
    long MemoryBytes,
    IReadOnlyList<DomainDisk> Disks,
    IReadOnlyList<DomainInterface> Interfaces)
{
    private static readonly XNamespace Own = "https://virtagents.dev/xmlns/1";
    private static readonly XName[] Sources = ["file", "dev", "dir", "volume", "name"];

    /// <summary>Limit of its CPU time, percent of a pCPU for each vCPU; 0 = none, null = unknown.</summary>
    public long? CpuQuotaPercent { get; init; }

    /// <summary>What its next start uses; null = it has none, or nobody asked.</summary>
    public NextDefinition? Next { get; init; }

    /// <summary>Whether it starts with its host; null = not known, as it is forgotten when it ends or was read from XML alone.</summary>
    public bool? HasAutostart { get; init; }

    /// <exception cref="XmlException">The text is no XML.</exception>
    public static DomainDefinition Parse(string xml) => Read(Load(xml));

    /// <summary>The text as elements.</summary>
    /// <exception cref="XmlException">The text is no XML.</exception>
    public static XElement Load(string xml)
    {
        using var text = new StringReader(xml);
        using var reader = XmlReader.Create(text, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
        return XElement.Load(reader);
    }

    public static DomainDefinition Read(XElement domain)
    {
        XElement? devices = domain.Element("devices");
        return new DomainDefinition(
            Guid.TryParse((string?)domain.Element("uuid"), out Guid uuid) ? uuid : Guid.Empty,
            (string?)domain.Element("name") ?? "",
            TenantOf(domain.Element("metadata")),
            VcpusOf(domain.Element("vcpu")),
            BytesOf(domain.Element("memory")),
            [.. (devices?.Elements("disk") ?? []).Select(DiskOf).Where(disk => disk.Target.Length > 0)],
            [.. (devices?.Elements("interface") ?? []).Select(InterfaceOf).Where(card => card.Mac.Length > 0)])
        {
            CpuQuotaPercent = DefinedLimits.CpuQuotaPercent(domain.Element("cputune")),
        };
    }

    private static string TenantOf(XElement? metadata)
    {
        // OpenStack's namespace has its version in it, so only the local names are compared.
        XElement? tenant = metadata?.Element(Own + "tenant")
            ?? metadata?.Descendants().FirstOrDefault(e => e.Name.LocalName == "project" && e.Parent?.Name.LocalName == "owner");
        return tenant?.Value.Trim() ?? "";
    }

    private static int VcpusOf(XElement? vcpu) =>
        int.TryParse((string?)vcpu?.Attribute("current") ?? vcpu?.Value.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            ? count
            : 0;

    private static long BytesOf(XElement? memory)
    {
        if (!long.TryParse(memory?.Value.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long value))
        {
            return 0;
        }

        long unit = (string?)memory!.Attribute("unit") switch
        {
            "b" or "bytes" => 1,
            "KB" => 1000,
            "MB" => 1_000_000,
            "GB" => 1_000_000_000,
            "M" or "MiB" => 1L << 20,
            "G" or "GiB" => 1L << 30,
            "T" or "TiB" => 1L << 40,
            _ => 1024,
        };
        return value > long.MaxValue / unit ? 0 : value * unit;
    }

    private static DomainDisk DiskOf(XElement disk)
    {
        XElement? source = disk.Element("source");
        string location = Sources.Select(name => (string?)source?.Attribute(name)).FirstOrDefault(value => value is not null) ?? "";
        string protocol = (string?)source?.Attribute("protocol") ?? "";
        return new DomainDisk(
            (string?)disk.Element("target")?.Attribute("dev") ?? "",
            protocol.Length > 0 ? $"{protocol}:{location}" : location,
            (string?)source?.Attribute("pool") ?? "",
            (string?)disk.Element("alias")?.Attribute("name") ?? "")
        {
            LimitIops = DefinedLimits.OfDisk(disk, "iops"),
            LimitBytesPerSecond = DefinedLimits.OfDisk(disk, "bytes"),
        };
    }

    private static DomainInterface InterfaceOf(XElement card)
    {
        XElement? source = card.Element("source");
        return new DomainInterface(
            ((string?)card.Element("mac")?.Attribute("address") ?? "").ToLowerInvariant(),
            (string?)card.Element("target")?.Attribute("dev") ?? "",
            (string?)source?.Attribute("network") ?? (string?)source?.Attribute("bridge") ?? (string?)source?.Attribute("dev") ?? "")
        {
            LimitInBytesPerSecond = DefinedLimits.OfInterface(card, "inbound"),
            LimitOutBytesPerSecond = DefinedLimits.OfInterface(card, "outbound"),
        };
    }
}

/// <summary>One disk of a domain.</summary>
/// <param name="Target">Name inside the domain.</param>
/// <param name="Source">Path or protocol and name; empty for an empty drive.</param>
/// <param name="Pool">Pool the definition names; empty when it names none.</param>
/// <param name="Alias">libvirt's name of the device in events; empty while the domain is off.</param>
internal sealed record DomainDisk(string Target, string Source, string Pool, string Alias)
{
    /// <summary>Operations per second; 0 = no limit, null = unknown, or reads and writes are limited apart.</summary>
    public long? LimitIops { get; init; }

    /// <summary>Bytes per second; 0 = no limit, null = unknown, or reads and writes are limited apart.</summary>
    public long? LimitBytesPerSecond { get; init; }
}

/// <summary>One interface of a domain.</summary>
/// <param name="Mac">MAC address in lower case.</param>
/// <param name="Target">Tap; empty while the domain is off.</param>
/// <param name="Network">Network or bridge.</param>
internal sealed record DomainInterface(string Mac, string Target, string Network)
{
    /// <summary>Bytes per second to the domain; 0 = no limit, null = unknown.</summary>
    public long? LimitInBytesPerSecond { get; init; }

    /// <summary>Bytes per second from the domain; 0 = no limit, null = unknown.</summary>
    public long? LimitOutBytesPerSecond { get; init; }
}
