namespace VirtAgents.Core.Scheduling.Queues;

/// <summary>How well a queue served its jobs.</summary>
/// <remarks>
/// Bounded slowdown: Feitelson and Rudolph, "Metrics and benchmarking for parallel job scheduling", JSSPP 1998. Index of fairness:
/// Jain, Chiu and Hawe, DEC-TR-301, 1984.
/// </remarks>
public sealed record QueueFigures
{
    /// <summary>Shorter jobs are taken as if they ran so long, seconds: else the shortest would decide the mean alone.</summary>
    public const double SlowdownBoundSeconds = 10;

    /// <summary>Number of jobs.</summary>
    public required int Jobs { get; init; }

    /// <summary>Mean time from submission to start, seconds.</summary>
    public required double WaitMeanSeconds { get; init; }

    /// <summary>Half of the jobs do not wait longer, seconds.</summary>
    public required double WaitMedianSeconds { get; init; }

    /// <summary>95 percent of the jobs do not wait longer, seconds.</summary>
    public required double WaitP95Seconds { get; init; }

    /// <summary>Longest waiting, seconds.</summary>
    public required double WaitMaxSeconds { get; init; }

    /// <summary>Mean of (waiting + run) / max(run, bound), at least 1 each.</summary>
    public required double BoundedSlowdownMean { get; init; }

    /// <summary>95 percent of the jobs have no larger one.</summary>
    public required double BoundedSlowdownP95 { get; init; }

    /// <summary>Processor seconds used of those from the first submission to the last end, ratio.</summary>
    public required double Utilisation { get; init; }

    /// <summary>From the first submission to the last end, seconds.</summary>
    public required double MakespanSeconds { get; init; }

    /// <summary>Tenants with jobs; 0 when none is known.</summary>
    public required int Tenants { get; init; }

    /// <summary>Jain index of the tenants' mean bounded slowdowns: 1 = all are served alike, 1/tenants = one bears all; null = no tenant is known.</summary>
    public required double? Jain { get; init; }

    /// <summary>The figures of a schedule.</summary>
    /// <param name="jobs">The jobs, of which there must be some.</param>
    /// <param name="starts">When each started, on the clock of the queue, on which the first was submitted at 0.</param>
    /// <param name="capacity">What they ran on.</param>
    public static QueueFigures Of(IReadOnlyList<ReplayedJob> jobs, IReadOnlyList<double> starts, Resources capacity)
    {
        ArgumentNullException.ThrowIfNull(jobs);
        ArgumentOutOfRangeException.ThrowIfZero(jobs.Count);
        double[] waits = [.. jobs.Select((job, i) => starts[i] - job.Request.SubmittedSeconds)];
        double[] slowdowns = [.. jobs.Select((job, i) => Slowdown(waits[i], job.RunSeconds))];
        double[] byTenant = MeansByTenant(jobs, slowdowns);
        double makespan = jobs.Select((job, i) => starts[i] + job.RunSeconds).Max();
        return new QueueFigures
        {
            Jobs = jobs.Count,
            WaitMeanSeconds = waits.Average(),
            WaitMedianSeconds = Quantile(waits, 0.5),
            WaitP95Seconds = Quantile(waits, 0.95),
            WaitMaxSeconds = waits.Max(),
            BoundedSlowdownMean = slowdowns.Average(),
            BoundedSlowdownP95 = Quantile(slowdowns, 0.95),
            Utilisation = jobs.Sum(job => job.Request.Need.Processors * job.RunSeconds) / (capacity.Processors * makespan),
            MakespanSeconds = makespan,
            Tenants = byTenant.Length,
            Jain = JainOf(byTenant),
        };
    }

    /// <summary>Jain's index of positive figures: (sum)^2 / (number * sum of squares); null without any.</summary>
    public static double? JainOf(IReadOnlyCollection<double> figures)
    {
        ArgumentNullException.ThrowIfNull(figures);
        double sum = figures.Sum();
        return figures.Count == 0 ? null : sum * sum / (figures.Count * figures.Sum(f => f * f));
    }

    private static double Slowdown(double wait, double run) => Math.Max(1, (wait + run) / Math.Max(run, SlowdownBoundSeconds));

    private static double[] MeansByTenant(IReadOnlyList<ReplayedJob> jobs, double[] slowdowns) =>
        [.. jobs.Select((job, i) => (job.Request.Tenant, Slowdown: slowdowns[i]))
            .Where(job => job.Tenant.Length > 0)
            .GroupBy(job => job.Tenant, job => job.Slowdown, StringComparer.Ordinal)
            .Select(own => own.Average())];

    // The value at rank floor(part * count), counted from 0: of 4 values the median is the third.
    private static double Quantile(double[] values, double part)
    {
        double[] sorted = [.. values.Order()];
        return sorted[Math.Min(sorted.Length - 1, (int)(part * sorted.Length))];
    }
}
