using VirtAgents.Core.Model;

namespace VirtAgents.Core.Metrics;

/// <summary>What is remembered of the inputs of a derived metric from piece to piece.</summary>
/// <param name="metrics">The inputs, each once; many may share them.</param>
internal struct DerivedMemory(MetricDefinition[] metrics)
{
    /// <summary>The inputs, each once.</summary>
    public readonly MetricDefinition[] Metrics => metrics;

    /// <summary>The newest reading of each.</summary>
    public CounterRate[] Rates { get; } = new CounterRate[metrics.Length];

    /// <summary>Whether the guest goes on telling.</summary>
    public MemoryFreshness Freshness { get; set; }

    /// <summary>The inputs of a derived metric, each once.</summary>
    public static MetricDefinition[] MetricsOf(DerivedMetric metric) =>
    [
        .. metric.Inputs.Select(i => i.Metric).Distinct().Select(id => MetricCatalogue.Find(id) ?? throw new InvalidOperationException($"no such metric: {id.Value}")),
    ];
}
