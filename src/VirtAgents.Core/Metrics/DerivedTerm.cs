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

    /// <summary>The last known value of a gauge that seldom changes.</summary>
    Held = 4,
}

/// <summary>One term of a sum.</summary>
/// <param name="Kind">What it takes.</param>
/// <param name="Metric">Of which metric; default for <see cref="DerivedTermKind.Elapsed"/>.</param>
/// <param name="IsSubtracted">Whether it is taken away instead of added.</param>
/// <param name="IsOptional">Whether the sum goes without it where it is unknown; only for terms that leave a lower bound behind.</param>
public readonly record struct DerivedTerm(DerivedTermKind Kind, MetricId Metric, bool IsSubtracted = false, bool IsOptional = false)
{
    /// <summary>Whether it takes the last known value rather than one of the same tick.</summary>
    public bool IsHeld => Kind is DerivedTermKind.ElapsedTimesHeld or DerivedTermKind.Held;

    /// <summary>The term as people write it.</summary>
    public override string ToString() => IsOptional ? $"[{Text}]" : Text;

    private string Text => Kind switch
    {
        DerivedTermKind.Growth => $"Δ{Name}",
        DerivedTermKind.Level or DerivedTermKind.Held => Name,
        DerivedTermKind.Elapsed => "Δt",
        _ => $"Δt × {Name}",
    };

    private string Name => MetricCatalogue.Find(Metric)?.Name ?? $"metric {Metric.Value}";
}
