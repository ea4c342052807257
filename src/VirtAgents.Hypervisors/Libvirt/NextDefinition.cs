using System.Net;
using System.Xml.Linq;

namespace VirtAgents.Hypervisors.Libvirt;

/// <summary>The definition that the next start of a domain uses, and what of it another host would need.</summary>
/// <param name="Xml">libvirt's text, without secrets.</param>
/// <param name="Files">What it has on storage: its disks, and the variables of its firmware.</param>
/// <param name="Tie">What binds it to its host whatever the storage; empty = nothing.</param>
internal sealed record NextDefinition(string Xml, IReadOnlyList<DomainDisk> Files, string Tie)
{
    /// <summary>What binds it also where its secrets go along; empty = nothing.</summary>
    public string DeviceTie { get; private init; } = "";

    /// <summary>Devices that stand for something of the host, which is another thing on another host.</summary>
    private static readonly string[] OfHost = ["hostdev", "filesystem", "shmem"];

    /// <summary>Networks that every host may have under the same name; what is none of them is bound to a device of the host.</summary>
    private static readonly string[] CardTypes = ["network", "bridge", "direct", "user"];

    /// <exception cref="System.Xml.XmlException">The text is no XML.</exception>
    public static NextDefinition Parse(string xml)
    {
        XElement domain = DomainDefinition.Load(xml);
        IEnumerable<DomainDisk> disks = DomainDefinition.Read(domain).Disks.Where(disk => disk.Source.Length > 0);
        string variables = domain.Element("os")?.Element("nvram")?.Value.Trim() ?? "";
        XElement? devices = domain.Element("devices");
        string bound = TieOf(devices) ?? "";
        return new NextDefinition(
            xml, [.. disks, .. variables.Length > 0 ? [new DomainDisk("nvram", variables, "", "")] : Array.Empty<DomainDisk>()], bound.Length > 0 ? bound : ConsoleOf(devices) ?? "")
        {
            DeviceTie = bound,
        };
    }

    private static string? TieOf(XElement? devices) =>
        OfHost.FirstOrDefault(name => devices?.Element(name) is not null) is { } device ? $"it has a {device} device, which is one of this host"
        : Any(devices, "interface", card => !CardTypes.Contains((string?)card.Attribute("type"))) ? "one of its interfaces is a device of this host"
        : Any(devices, "tpm", tpm => (string?)tpm.Element("backend")?.Attribute("type") is "emulator" or "passthrough") ? "the state of its TPM is on this host"
        : null;

    private static string? ConsoleOf(XElement? devices) => Any(devices, "graphics", IsReachable) ? "its console can be reached from other machines, and its password, if it has one, is not kept" : null;

    private static bool Any(XElement? devices, string name, Func<XElement, bool> applies) => devices?.Elements(name).Any(applies) ?? false;

    /// <summary>Without its password such a console would be open to all; one that says no address has the usual one of its host, which is loopback.</summary>
    private static bool IsReachable(XElement graphics) =>
        new[] { (string?)graphics.Attribute("listen") }.Concat(graphics.Elements("listen").SelectMany(AddressesOf))
            .Any(address => address is { Length: > 0 } && !(IPAddress.TryParse(address, out IPAddress? ip) ? IPAddress.IsLoopback(ip) : address == "localhost"));

    private static IEnumerable<string?> AddressesOf(XElement listen) => (string?)listen.Attribute("type") switch
    {
        "address" => [(string?)listen.Attribute("address")],
        "network" => ["a network"],
        _ => [],
    };
}
