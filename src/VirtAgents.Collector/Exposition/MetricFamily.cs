using System.Text;
using VirtAgents.Core.Model;

namespace VirtAgents.Collector.Exposition;

/// <summary>One metric of /metrics: the lines it begins with, and how its raw values become numbers.</summary>
internal sealed class MetricFamily
{
    private readonly byte[] _name;
    private readonly byte[] _header;

    /// <param name="index">Its place among the families.</param>
    /// <param name="name">Name.</param>
    /// <param name="type"><c>counter</c> or <c>gauge</c>.</param>
    /// <param name="help">What it is; one line.</param>
    public MetricFamily(int index, string name, string type, string help)
    {
        Index = index;
        _name = Encoding.UTF8.GetBytes(name);
        string escaped = help.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal);
        _header = Encoding.UTF8.GetBytes($"# HELP {name} {escaped}\n# TYPE {name} {type}\n");
    }

    public int Index { get; }

    public ReadOnlySpan<byte> Name => _name;

    /// <summary>The lines of help and type.</summary>
    public ReadOnlySpan<byte> Header => _header;

    /// <summary>How many of the last digits of a raw value stand behind the decimal point. <value>Default 0.</value></summary>
    public int Decimals { get; init; }

    /// <summary>Whether raw values are unsigned numbers, as those of counters are.</summary>
    public bool Unsigned { get; init; }

    /// <summary>The sampled metric it tells; null = it is not sampled.</summary>
    public MetricDefinition? Sampled { get; init; }

    /// <summary>Whether the collector's conclusion is told instead of what was sampled.</summary>
    public bool IsConcluded { get; init; }
}
