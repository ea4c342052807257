namespace VirtAgents.Core.Metrics;

/// <summary>Series that are told as one. The result does not depend on the order in which they are added, but for the rounding of floating point.</summary>
/// <remarks>
/// Without <c>across</c> the values of all series are taken together, as if they were one series: the mean of a group is then the mean of all
/// its values. With <c>across</c> each series first gets its own value of the step, and those are folded: the sum over the VMs of their mean
/// CPU. Not thread-safe.
/// </remarks>
/// <param name="folder">Makes one value of the values of a step.</param>
/// <param name="across">Makes one value of those of the series; null = all values are taken together.</param>
public sealed class SeriesGroup(StepFolder folder, StepFolder? across)
{
    private readonly Dictionary<long, Summary> _steps = [];

    /// <summary>Number of steps that have a value.</summary>
    public int Count => _steps.Count;

    /// <summary>Adds a series, all of it at once: each series counts once.</summary>
    /// <param name="steps">One summary for each of its steps, as <see cref="SeriesSteps.Merge"/> gives them.</param>
    public void Add(IEnumerable<(long StartUnixMs, Summary Summary)> steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        foreach ((long start, Summary summary) in steps)
        {
            if (across is null)
            {
                StepOf(start, folder).Merge(summary);
            }
            else if (folder.Fold(summary) is { } value)
            {
                StepOf(start, across).Add(new WeightedValue(start, value, 1));
            }
        }
    }

    /// <summary>Its values, in order of time.</summary>
    public List<SeriesPoint> Points() =>
    [
        .. from step in _steps
           orderby step.Key
           let value = (across ?? folder).Fold(step.Value)
           where value is not null
           select new SeriesPoint(step.Key, value.Value),
    ];

    private Summary StepOf(long start, StepFolder needs)
    {
        if (!_steps.TryGetValue(start, out Summary? step))
        {
            _steps.Add(start, step = needs.NewSummary());
        }

        return step;
    }
}
