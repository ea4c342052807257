using System.Globalization;

namespace VirtAgents.Simulation.Control;

/// <summary>A list of pCPUs as people write it: numbers and ranges with commas in between.</summary>
internal static class CpuSet
{
    /// <summary>Whether the text is such a list, and names only pCPUs of a host that has so many.</summary>
    public static bool IsOf(string text, int cpuCount) => text.Split(',').All(part => IsRange(part.Split('-'), cpuCount));

    private static bool IsRange(string[] ends, int cpuCount) => ends switch
    {
        [var only] => IsCpu(only, cpuCount, out _),
        [var first, var last] => IsCpu(first, cpuCount, out int from) && IsCpu(last, cpuCount, out int to) && from <= to,
        _ => false,
    };

    private static bool IsCpu(string text, int cpuCount, out int cpu) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out cpu) && cpu < cpuCount;
}
