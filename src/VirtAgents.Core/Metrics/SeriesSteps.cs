namespace VirtAgents.Core.Metrics;

/// <summary>The steps of one series out of the parts it comes in.</summary>
public static class SeriesSteps
{
    /// <summary>One summary for each step, in order of time. Nothing that is given changes.</summary>
    /// <param name="parts">Summaries by start of their step, any number for a step and in any order.</param>
    /// <param name="folder">What the summaries are for.</param>
    public static List<(long StartUnixMs, Summary Summary)> Merge(IEnumerable<(long StartUnixMs, Summary Summary)> parts, StepFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        List<(long StartUnixMs, Summary Summary)> steps = [];
        bool isOwn = false;
        foreach ((long start, Summary summary) in parts.OrderBy(p => p.StartUnixMs))
        {
            if (steps.Count == 0 || steps[^1].StartUnixMs != start)
            {
                steps.Add((start, summary));
                isOwn = false;
                continue;
            }

            if (!isOwn)
            {
                Summary merged = folder.NewSummary();
                merged.Merge(steps[^1].Summary);
                steps[^1] = (start, merged);
                isOwn = true;
            }

            steps[^1].Summary.Merge(summary);
        }

        return steps;
    }

    /// <summary>The values of the steps that have one.</summary>
    public static List<SeriesPoint> Points(IEnumerable<(long StartUnixMs, Summary Summary)> steps, StepFolder folder)
    {
        ArgumentNullException.ThrowIfNull(steps);
        ArgumentNullException.ThrowIfNull(folder);
        List<SeriesPoint> points = [];
        foreach ((long start, Summary summary) in steps)
        {
            if (folder.Fold(summary) is { } value)
            {
                points.Add(new SeriesPoint(start, value));
            }
        }

        return points;
    }
}
