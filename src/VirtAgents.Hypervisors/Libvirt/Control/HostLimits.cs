using System.Collections.Frozen;
using System.Collections.Immutable;
using System.IO.Compression;
using VirtAgents.Core.Directives;
using VirtAgents.Hypervisors.Linux;

namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>What the kernel of a host cannot do, where it says so (<c>/proc/config.gz</c>); libvirt itself only finds out by failing.</summary>
internal static class HostLimits
{
    private static readonly string[] ShapingOptions = ["CONFIG_NET_SCH_SFQ", "CONFIG_NET_ACT_POLICE"];

    private const string TokenBucket = "CONFIG_NET_SCH_TBF";

    public static FrozenDictionary<DirectiveKind, string> Find(LinuxRoots roots)
    {
        Dictionary<DirectiveKind, string> lacking = [];
        if (ShapingOf(roots, out string missing) == InterfaceShaping.None)
        {
            lacking[DirectiveKind.SetNicLimit] = $"libvirt needs {missing}, which the kernel was built without, as it was without {TokenBucket}";
        }

        return lacking.ToFrozenDictionary();
    }

    /// <summary>What of a kind that it can do the kernel cannot.</summary>
    public static FrozenDictionary<DirectiveKind, ImmutableArray<ParameterGap>> FindGaps(LinuxRoots roots)
    {
        Dictionary<DirectiveKind, ImmutableArray<ParameterGap>> gaps = [];
        if (ShapingOf(roots, out string missing) == InterfaceShaping.Tap)
        {
            gaps[DirectiveKind.SetNicLimit] = [new ParameterGap("out_bytes_per_second", $"the kernel was built without {missing}, which it takes to limit what a VM sends")];
        }

        return gaps.ToFrozenDictionary();
    }

    /// <summary>How interfaces can be limited; a kernel that does not tell is taken to have what libvirt needs.</summary>
    public static InterfaceShaping ShapingOf(LinuxRoots roots) => ShapingOf(roots, out _);

    private static InterfaceShaping ShapingOf(LinuxRoots roots, out string missing)
    {
        HashSet<string>? configuration = ReadConfiguration($"{roots.Proc}/config.gz");
        missing = string.Join(" and ", ShapingOptions.Where(option => configuration?.Contains(option) == false));
        return missing.Length == 0 ? InterfaceShaping.Libvirt
            : configuration!.Contains(TokenBucket) ? InterfaceShaping.Tap
            : InterfaceShaping.None;
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
