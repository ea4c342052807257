using System.Globalization;

namespace VirtAgents.Hypervisors.Libvirt.Native;

/// <summary>A set of pCPUs as libvirt's bit map: the lowest bit of the first byte is pCPU 0.</summary>
internal sealed record CpuSet(byte[] Map)
{
    /// <summary>Bytes for so many pCPUs.</summary>
    public static int LengthFor(int cpuCount) => (cpuCount + 7) / 8;

    /// <summary>Reads a list such as <c>0-3,8</c>.</summary>
    /// <returns>Null when it is no such list, empty, or names a pCPU that is not there.</returns>
    public static CpuSet? TryParse(string list, int cpuCount)
    {
        byte[] map = new byte[LengthFor(cpuCount)];
        foreach (string part in list.Split(','))
        {
            string[] ends = part.Split('-');
            if (ends.Length > 2 || !IsCpu(ends[0], cpuCount, out int first) || !IsCpu(ends[^1], cpuCount, out int last) || first > last)
            {
                return null;
            }

            for (int cpu = first; cpu <= last; cpu++)
            {
                map[cpu / 8] |= (byte)(1 << (cpu % 8));
            }
        }

        return new CpuSet(map);
    }

    public bool Equals(CpuSet? other) => other is not null && Map.AsSpan().SequenceEqual(other.Map);

    public override int GetHashCode() => Map.Length == 0 ? 0 : Map[0];

    /// <summary>The list, such as <c>0,1,2</c>.</summary>
    public override string ToString() =>
        string.Join(",", Enumerable.Range(0, Map.Length * 8).Where(cpu => (Map[cpu / 8] & (1 << (cpu % 8))) != 0));

    private static bool IsCpu(string text, int cpuCount, out int cpu) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out cpu) && cpu < cpuCount;
}
