using System.Collections.Immutable;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Thresholds;

/// <summary>A level that a figure should stay below.</summary>
/// <param name="Name">Name, unique in its table; 1 to 100 characters without a slash.</param>
/// <param name="Figure">Name of one of <see cref="ThresholdFigures.All"/>.</param>
/// <param name="Level">It is crossed from here on; percent or points.</param>
/// <param name="Clear">It is over below this; less than <paramref name="Level"/>, so that a figure at the level does not come and go.</param>
/// <param name="Hold">How long the figure must be there before it is told, either way; 0 to 1 day.</param>
/// <param name="IsError">Whether it is an error; otherwise a warning.</param>
/// <param name="Element">Only VMs, hosts or pools, as the figure is about, whose name fits this glob; empty = any.</param>
/// <param name="Host">Only on hosts whose name fits this glob; empty = any.</param>
public sealed record ThresholdRule(string Name, string Figure, double Level, double Clear, TimeSpan Hold, bool IsError, string Element, string Host)
{
    /// <summary>Whether the rule is about an element of a host.</summary>
    public bool IsAbout(string element, string host) => Fits(Element, element) && Fits(Host, host);

    private static bool Fits(string glob, string name) => glob.Length == 0 || new NameGlob(glob).Matches(name);
}

/// <summary>The rules that ship: what operators look for first, and late enough that it is worth looking at.</summary>
public static class ThresholdTable
{
    /// <summary>The shipped rules.</summary>
    public static ImmutableArray<ThresholdRule> Shipped { get; } =
    [
        new("pool fills", ThresholdFigures.PoolUsed, 85, 80, TimeSpan.FromMinutes(1), false, "", ""),
        new("pool nearly full", ThresholdFigures.PoolUsed, 95, 92, TimeSpan.FromMinutes(1), true, "", ""),
        new("host memory short", ThresholdFigures.HostMemoryUsed, 95, 90, TimeSpan.FromMinutes(5), false, "", ""),
        new("host CPU saturated", ThresholdFigures.HostCpu, 95, 85, TimeSpan.FromMinutes(10), false, "", ""),
        new("VM waits for CPU", ThresholdFigures.VmSteal, 10, 5, TimeSpan.FromMinutes(5), false, "", ""),
        new("VM memory short", ThresholdFigures.VmMemoryUsed, 95, 90, TimeSpan.FromMinutes(10), false, "", ""),
    ];
}
