using VirtAgents.Core.Model;

namespace VirtAgents.Collector.Exposition;

/// <summary>What may be told of one subject's newest values.</summary>
/// <param name="labels">Its block of labels; -1 = nothing of it is told.</param>
/// <param name="notBeforeUnixMs">Values of before are history.</param>
/// <param name="only">The one metric that is told; null = all.</param>
internal sealed class SampledSubject(int labels, long notBeforeUnixMs = long.MinValue, MetricFamily? only = null)
{
    private long _newestFast = long.MinValue;
    private long _newestSlow = long.MinValue;

    public static SampledSubject Hidden => new(-1);

    public int Labels => labels;

    /// <summary>Notes when a value of a rhythm was read.</summary>
    public void Note(SampleTier tier, long timeUnixMs)
    {
        ref long newest = ref tier == SampleTier.Fast ? ref _newestFast : ref _newestSlow;
        newest = Math.Max(newest, timeUnixMs);
    }

    /// <summary>
    /// Whether a value still holds. One that is older than the newest of its rhythm does not: a later tick tried to read it and
    /// could not.
    /// </summary>
    public bool Tells(MetricFamily family, SampleTier tier, long timeUnixMs) =>
        labels >= 0 && timeUnixMs >= notBeforeUnixMs && (only is null || only == family)
        && timeUnixMs == (tier == SampleTier.Fast ? _newestFast : _newestSlow);
}
