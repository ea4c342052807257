using System.Collections.Frozen;
using System.Collections.Immutable;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Metrics;

/// <summary>The figures of which summaries are stored, each number once.</summary>
public static class FigureCatalogue
{
    private static readonly FrozenDictionary<SubjectKind, ImmutableArray<Figure>> ByKind = All()
        .GroupBy(f => f.Kind)
        .ToFrozenDictionary(g => g.Key, g => g.DistinctBy(f => f.Number).OrderBy(f => f.Number).ToImmutableArray());

    private static readonly FrozenDictionary<MetricId, ImmutableArray<Figure>> ByLead = ByKind.Values
        .SelectMany(f => f).GroupBy(f => f.Lead).ToFrozenDictionary(g => g.Key, g => g.OrderBy(f => f.Number).ToImmutableArray());

    /// <summary>The figures of one kind of subject, by number.</summary>
    public static ImmutableArray<Figure> Of(SubjectKind kind) => ByKind.GetValueOrDefault(kind, []);

    /// <summary>The figures whose times are those of a metric; each number once.</summary>
    public static ImmutableArray<Figure> LedBy(MetricId metric) => ByLead.GetValueOrDefault(metric, []);

    private static IEnumerable<Figure> All() =>
        MetricCatalogue.All.Select(m => m.Shape == MetricShape.Counter ? Figure.RateOf(m) : Figure.LevelOf(m))
            .Concat(DerivedCatalogue.All.Select(Figure.Of));
}
