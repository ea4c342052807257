using System.Globalization;
using System.Xml.Linq;

namespace VirtAgents.Hypervisors.Libvirt;

/// <summary>Limits in a domain's XML. What the XML leaves out is not limited; what it says and we cannot tell in one number is unknown.</summary>
internal static class DefinedLimits
{
    private const long Kibibyte = 1024;
    private const long DefaultPeriodMicroseconds = 100_000;

    /// <summary>Percent of one pCPU for each vCPU.</summary>
    /// <param name="tuning">The element <c>cputune</c>; null = there is none.</param>
    public static long? CpuQuotaPercent(XElement? tuning)
    {
        if (Number(tuning?.Element("global_quota")?.Value) is not <= 0)
        {
            return null; // of all vCPUs together
        }

        long? period = tuning?.Element("period") is { } told ? Number(told.Value) : DefaultPeriodMicroseconds;
        return (Number(tuning?.Element("quota")?.Value), period) switch
        {
            (<= 0, _) => 0,
            ({ } quota, > 0 and { } length) => Math.Max(1, (long)Math.Round(100.0 * quota / length)),
            _ => null,
        };
    }

    /// <summary>Limit of reads and writes together.</summary>
    /// <param name="disk">The element <c>disk</c>.</param>
    /// <param name="unit"><c>iops</c> or <c>bytes</c>.</param>
    public static long? OfDisk(XElement disk, string unit)
    {
        XElement? tuning = disk.Element("iotune");
        long?[] apart = [Number(tuning?.Element($"read_{unit}_sec")?.Value), Number(tuning?.Element($"write_{unit}_sec")?.Value)];
        return apart.All(limit => limit is 0) && Number(tuning?.Element($"total_{unit}_sec")?.Value) is >= 0 and var total ? total : null;
    }

    /// <summary>Limit of one direction, bytes per second.</summary>
    /// <param name="card">The element <c>interface</c>.</param>
    /// <param name="direction"><c>inbound</c>: to the domain; <c>outbound</c>: from it.</param>
    public static long? OfInterface(XElement card, string direction) =>
        Number((string?)card.Element("bandwidth")?.Element(direction)?.Attribute("average")) is >= 0 and <= long.MaxValue / Kibibyte and var average
            ? average * Kibibyte
            : null;

    /// <summary>A number; 0 when nothing is said, null when it is none.</summary>
    private static long? Number(string? text) =>
        text is null ? 0
        : long.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) ? value
        : null;
}
