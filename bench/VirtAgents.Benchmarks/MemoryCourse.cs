using System.Globalization;
using VirtAgents.Simulation.Workloads;

namespace VirtAgents.Benchmarks;

/// <summary>How memory of a simulated VM goes over some days, as a trace of 5 minutes, with noise that wanders by a point.</summary>
internal static class MemoryCourse
{
    private const double StepHours = 1 / 12.0, Memory = 0.8;

    /// <summary>A leak that begins at an hour, and when memory is full by it.</summary>
    public static (WorkloadDefinition Workload, TimeSpan From, TimeSpan Full) Leak(Random random, TimeSpan length)
    {
        (double level, double hoursToFull, double from) = (20 + (50 * random.NextDouble()), 3 + (17 * random.NextDouble()), 30 + (24 * random.NextDouble()));
        return (Of(random, length, h => h < from ? level : level + ((100 - level) * (h - from) / hoursToFull)), TimeSpan.FromHours(from), TimeSpan.FromHours(from + hoursToFull));
    }

    /// <summary>A cache that fills after the boot and levels off.</summary>
    public static WorkloadDefinition Fill(Random random, TimeSpan length)
    {
        (double level, double hours) = (40 + (45 * random.NextDouble()), 0.2 + (8 * random.NextDouble()));
        return Of(random, length, h => 8 + ((level - 8) * (1 - Math.Exp(-h / hours))));
    }

    /// <summary>A rhythm of a day.</summary>
    public static WorkloadDefinition Day(Random random, TimeSpan length)
    {
        (double low, double height, double phase) = (20 + (20 * random.NextDouble()), 10 + (35 * random.NextDouble()), random.NextDouble());
        return Of(random, length, h => low + (height * (1 - Math.Cos(2 * Math.PI * ((h / 24) + phase))) / 2));
    }

    /// <summary>Jobs that come at any hour, take memory within an hour or two and give it back.</summary>
    public static WorkloadDefinition Jobs(Random random, TimeSpan length)
    {
        double[] starts = [.. Enumerable.Range(0, (int)(length.TotalHours / 8)).Select(i => (i * 8) + (5 * random.NextDouble()))];
        (double level, double height, double rise) = (25 + (20 * random.NextDouble()), 10 + (40 * random.NextDouble()), 0.3 + (1.5 * random.NextDouble()));
        return Of(random, length, h => level + (height * starts.Max(s => h < s || h > s + 3 ? 0 : Math.Min(1, (h - s) / rise))));
    }

    private static WorkloadDefinition Of(Random random, TimeSpan length, Func<double, double> percent)
    {
        List<string> lines = ["seconds,cpu_percent,memory_percent,read_bytes_per_second,write_bytes_per_second,receive_bytes_per_second,transmit_bytes_per_second"];
        double noise = 0;
        for (int i = 0; i * StepHours < length.TotalHours; i++)
        {
            noise = (Memory * noise) + ((random.NextDouble() - 0.5) * 2);
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"{i * 300},20,{Math.Clamp(percent(i * StepHours) + noise, 0, 100):F2},100000,200000,300000,300000"));
        }

        return WorkloadTrace.TryParse(lines, out WorkloadTrace? trace, out IReadOnlyList<string> errors)
            ? WorkloadDefinition.Default with { Kind = WorkloadKind.Trace, Trace = trace }
            : throw new InvalidOperationException(errors[0]);
    }
}
