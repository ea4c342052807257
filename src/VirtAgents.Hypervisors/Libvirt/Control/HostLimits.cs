using System.Collections.Frozen;
using System.IO.Compression;
using VirtAgents.Core.Directives;
using VirtAgents.Hypervisors.Linux;

namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>What the kernel of a host cannot do, where it says so (<c>/proc/config.gz</c>); libvirt itself only finds out by failing.</summary>
internal static class HostLimits
{
    private static readonly string[] ShapingOptions = ["CONFIG_NET_SCH_SFQ", "CONFIG_NET_ACT_POLICE"];

    public static FrozenDictionary<DirectiveKind, string> Find(LinuxRoots roots)
    {
        Dictionary<DirectiveKind, string> lacking = [];
        if (ReadConfiguration($"{roots.Proc}/config.gz") is { } configuration
            && ShapingOptions.Where(option => !configuration.Contains(option)).ToArray() is { Length: > 0 } missing)
        {
            lacking[DirectiveKind.SetNicLimit] = $"libvirt needs {string.Join(" and ", missing)}, which the kernel was built without";
        }

        return lacking.ToFrozenDictionary();
    }

    /// <summary>Options that are built in or modules; null when the kernel does not tell.</summary>
    private static HashSet<string>? ReadConfiguration(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        HashSet<string> options = [];
        using var text = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        while (text.ReadLine() is { } line)
        {
            if (line.EndsWith("=y", StringComparison.Ordinal) || line.EndsWith("=m", StringComparison.Ordinal))
            {
                _ = options.Add(line[..^2]);
            }
        }

        return options;
    }
}
