using System.Diagnostics;
using System.Globalization;

namespace VirtAgents.Benchmarks;

/// <summary>What every printed figure must be read with, and CPU time of this process.</summary>
internal static class Machine
{
    public static string Describe() =>
        $"{Environment.ProcessorCount} cores, load average {File.ReadAllText("/proc/loadavg").Split(' ')[0]}, .NET {Environment.Version}";

    /// <summary>CPU time of this process so far.</summary>
    public static TimeSpan Cpu()
    {
        using var self = Process.GetCurrentProcess();
        return self.TotalProcessorTime;
    }

    /// <summary>Middle of an odd number of figures.</summary>
    public static double Median(IEnumerable<double> figures)
    {
        double[] sorted = [.. figures.Order()];
        return sorted[sorted.Length / 2];
    }

    /// <summary>When things were told: "after 12 min (median; p95 20)"; empty when nothing was.</summary>
    public static string Told(IEnumerable<double> after, string unit, string format)
    {
        double[] sorted = [.. after.Order()];
        return sorted.Length == 0 ? "" : $"after {Quantile(sorted, 0.5).ToString(format, CultureInfo.InvariantCulture)} {unit} (median; p95 {Quantile(sorted, 0.95).ToString(format, CultureInfo.InvariantCulture)})";
    }

    /// <summary>The smallest of the figures, in ascending order, that so large a part of them does not exceed.</summary>
    public static double Quantile(double[] sorted, double part) => sorted[Math.Max(0, (int)Math.Ceiling(part * sorted.Length) - 1)];
}
