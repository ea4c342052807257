using VirtAgents.Core.Model;

namespace VirtAgents.Core.Metrics;

/// <summary>What a derived metric is computed from at one time: stored series or what is remembered of the newest ticks.</summary>
internal interface IDerivedInputs
{
    /// <summary>Growth of a counter in its unit that ends now.</summary>
    Reckoned Growth(MetricId metric, out long milliseconds);

    /// <summary>Value of a gauge now.</summary>
    Reckoned Level(MetricId metric);

    /// <summary>Newest value of a gauge that seldom changes, of the same host and boot and not older than <see cref="DerivedMetric.HoldMs"/>.</summary>
    Reckoned Held(MetricId metric);

    /// <summary>Whether what the guest tells is of now; the metric is the one that has to move.</summary>
    UnknownReason Freshness(MetricId metric);
}
