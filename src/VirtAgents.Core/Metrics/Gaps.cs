namespace VirtAgents.Core.Metrics;

/// <summary>Tells of steps without a value what was asked for.</summary>
public static class Gaps
{
    /// <summary>The steps of a series that has values.</summary>
    /// <param name="points">Its values by start of their step, in order of time.</param>
    /// <param name="grid">The steps there are.</param>
    /// <param name="fill">What is told of those without a value.</param>
    public static IEnumerable<StepValue> Fill(IReadOnlyList<SeriesPoint> points, StepGrid grid, GapFill fill)
    {
        ArgumentNullException.ThrowIfNull(points);
        return fill == GapFill.None ? points.Select(p => new StepValue(p.TimeUnixMs, p.Value)) : Filled(points, grid, fill);
    }

    private static IEnumerable<StepValue> Filled(IReadOnlyList<SeriesPoint> points, StepGrid grid, GapFill fill)
    {
        int next = 0;
        foreach (long start in grid.Starts())
        {
            if (next < points.Count && points[next].TimeUnixMs == start)
            {
                yield return new StepValue(start, points[next++].Value);
            }
            else
            {
                bool holds = fill == GapFill.Previous && next > 0 && start - points[next - 1].TimeUnixMs <= grid.HoldMs;
                yield return new StepValue(start, holds ? points[next - 1].Value : null);
            }
        }
    }
}
