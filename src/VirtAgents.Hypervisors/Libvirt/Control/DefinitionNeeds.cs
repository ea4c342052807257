using System.Xml.Linq;
using VirtAgents.Hypervisors.Libvirt.Native;
using VirtAgents.Hypervisors.Linux;

namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>Whether a host has what a definition of another host names: pools that both share, and networks.</summary>
internal sealed class DefinitionNeeds(SharedStorage shared, LinuxRoots roots)
{
    /// <summary>The first thing that this host lacks; null when there is none.</summary>
    public string? Missing(LibvirtConnection connection, NextDefinition next, string xml) =>
        next.Tie.Length > 0 ? next.Tie
        : MissingPool(connection, next)
        ?? DomainDefinition.Load(xml).Element("devices")?.Elements("interface").Select(card => MissingNetwork(connection, card)).FirstOrDefault(missing => missing is not null);

    /// <summary>The first of its files that is in no pool that works here and that hosts share; null when there is none.</summary>
    public string? MissingPool(LibvirtConnection connection, NextDefinition next)
    {
        (string Name, string Path)[] working = Working(connection);
        return next.Files.FirstOrDefault(file => !working.Any(pool => Holds(pool.Name, pool.Path, file))) is { } lacking
            ? $"{lacking.Target} ({lacking.Source}) is in no pool that works here and that hosts share"
            : null;
    }

    /// <summary>What another host needs for a VM that is here, as far as libvirt can tell there.</summary>
    public HostNeeds Of(LibvirtConnection connection, NextDefinition next)
    {
        (string Name, string Path)[] working = Working(connection);
        IEnumerable<XElement> cards = DomainDefinition.Load(next.Xml).Element("devices")?.Elements("interface") ?? [];
        return new HostNeeds(
            [.. next.Files.SelectMany(file => working.Where(pool => Holds(pool.Name, pool.Path, file)).Take(1)).Distinct()],
            [.. cards.Where(card => (string?)card.Attribute("type") == "network").Select(card => (string?)card.Element("source")?.Attribute("network") ?? "").Distinct(StringComparer.Ordinal)]);
    }

    /// <summary>What a pool is called, and its directory; empty where it has none.</summary>
    public static (string Name, string Path) NameOf(XElement pool) => ((string?)pool.Element("name") ?? "", (string?)pool.Element("target")?.Element("path") ?? "");

    private (string Name, string Path)[] Working(LibvirtConnection connection)
    {
        List<StoragePoolHandle> pools = connection.ListPools();
        try
        {
            return [.. pools.Where(connection.IsActive).Select(pool => VmView.Parse(connection.XmlOf(pool))).Where(shared.Has).Select(NameOf)];
        }
        finally
        {
            pools.ForEach(pool => pool.Dispose());
        }
    }

    private static bool Holds(string name, string path, DomainDisk file) => file.Pool.Length > 0
        ? file.Pool == name
        : path.Length > 0 && file.Source.StartsWith(path.TrimEnd('/') + "/", StringComparison.Ordinal);

    private string? MissingNetwork(LibvirtConnection connection, XElement card)
    {
        XElement? source = card.Element("source");
        return (string?)card.Attribute("type") switch
        {
            "network" => NetworkProblem(connection, (string?)source?.Attribute("network") ?? ""),
            "bridge" => DeviceProblem("bridge", (string?)source?.Attribute("bridge") ?? ""),
            "direct" => DeviceProblem("device", (string?)source?.Attribute("dev") ?? ""),
            _ => null,
        };
    }

    private static string? NetworkProblem(LibvirtConnection connection, string name) => connection.IsNetworkActive(name) switch
    {
        null => $"this host has no network {name}",
        false => $"the network {name} is not active here",
        true => null,
    };

    private string? DeviceProblem(string what, string name) =>
        name.Length > 0 && Directory.Exists(Path.Combine(roots.Sys, "class/net", name)) ? null : $"this host has no {what} {name}";
}
