using VirtAgents.Core.Model;

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
    private readonly Dictionary<long, MergedStep> _steps = [];

    /// <summary>Number of steps that have a value.</summary>
    public int Count => _steps.Count;

    /// <summary>Adds a series, all of it at once: each series counts once.</summary>
    /// <param name="subject">What it is about.</param>
    /// <param name="steps">One summary for each of its steps, as <see cref="SeriesSteps.Merge"/> gives them.</param>
    public void Add(Subject subject, IEnumerable<(long StartUnixMs, Summary Summary)> steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        foreach ((long start, Summary summary) in steps)
        {
            if (across is null)
            {
                StepOf(start, folder).Merge(summary, subject);
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
           let value = step.Value.Fold(across ?? folder)
           where value is not null
           select new SeriesPoint(step.Key, value.Value),
    ];

    private MergedStep StepOf(long start, StepFolder needs)
    {
        if (!_steps.TryGetValue(start, out MergedStep? step))
        {
            _steps.Add(start, step = new MergedStep(needs.NewSummary()));
        }

        return step;
    }

    // Several series have values of the same time: which of them is the newest must not depend on which one came first.
    private sealed class MergedStep(Summary all)
    {
        private (long TimeUnixMs, Guid Owner, string Device) _newest = (long.MinValue, default, "");
        private double _last;

        public void Add(in WeightedValue value) => all.Add(value);

        public void Merge(Summary summary, Subject subject)
        {
            all.Merge(summary);
            var key = (summary.LastUnixMs, subject.Owner, subject.Device);
            if (Compare(key, _newest) > 0)
            {
                _newest = key;
                _last = summary.Last;
            }
        }

        public double? Fold(StepFolder how) => how.Function == Aggregation.Last ? _last : how.Fold(all);

        private static int Compare((long TimeUnixMs, Guid Owner, string Device) one, (long TimeUnixMs, Guid Owner, string Device) other) =>
            one.TimeUnixMs != other.TimeUnixMs ? one.TimeUnixMs.CompareTo(other.TimeUnixMs)
            : one.Owner != other.Owner ? one.Owner.CompareTo(other.Owner)
            : string.CompareOrdinal(one.Device, other.Device);
    }
}
