using VirtAgents.Core.Model;

namespace VirtAgents.Core.Metrics;

/// <summary>What of a stored series a term takes.</summary>
public enum DerivedTermKind
{
    /// <summary>How much a counter grew since the reading before.</summary>
    Growth = 0,

    /// <summary>The value of a gauge.</summary>
    Level = 1,

    /// <summary>Seconds since the reading before.</summary>
    Elapsed = 2,

    /// <summary>Seconds since the reading before times the last known value of a gauge that seldom changes.</summary>
    ElapsedTimesHeld = 3,
}

/// <summary>One term of a sum.</summary>
/// <param name="Kind">What it takes.</param>
/// <param name="Metric">Of which metric; default for <see cref="DerivedTermKind.Elapsed"/>.</param>
/// <param name="IsSubtracted">Whether it is taken away instead of added.</param>
public readonly record struct DerivedTerm(DerivedTermKind Kind, MetricId Metric, bool IsSubtracted = false)
{
    /// <summary>The term as people write it.</summary>
    public override string ToString() => Kind switch
    {
        DerivedTermKind.Growth => $"Δ{Name}",
        DerivedTermKind.Level => Name,
        DerivedTermKind.Elapsed => "Δt",
        _ => $"Δt × {Name}",
    };

    private string Name => MetricCatalogue.Find(Metric)?.Name ?? $"metric {Metric.Value}";
}
