using System.Diagnostics;

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

    /// <summary>The smallest of the figures, in ascending order, that so large a part of them does not exceed.</summary>
    public static double Quantile(double[] sorted, double part) => sorted[Math.Max(0, (int)Math.Ceiling(part * sorted.Length) - 1)];
}
