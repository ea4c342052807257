using System.Collections.Frozen;
using System.Collections.Immutable;

namespace VirtAgents.Core.Model;

public static partial class MetricCatalogue
{
    private static readonly MetricDefinition[] Definitions = Define();
    private static readonly FrozenDictionary<MetricId, MetricDefinition> ById = Definitions.ToFrozenDictionary(d => d.Id);
    private static readonly FrozenDictionary<string, MetricDefinition> ByName = Definitions.ToFrozenDictionary(d => d.Name);
    private static readonly FrozenDictionary<(SubjectKind, SampleTier), ImmutableArray<MetricId>> Columns =
        Definitions.GroupBy(d => (d.Kind, d.Tier)).ToFrozenDictionary(g => g.Key, g => g.Select(d => d.Id).ToImmutableArray());

    /// <summary>All metrics, by number.</summary>
    public static IReadOnlyList<MetricDefinition> All => Definitions;

    /// <summary>The metric of that number, or null when there is none (a newer peer may know more).</summary>
    public static MetricDefinition? Find(MetricId id) => ById.GetValueOrDefault(id);

    /// <summary>The metric of that public name, or null when there is none.</summary>
    public static MetricDefinition? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>The metrics of one kind of subject in one tier, by number; empty when there are none.</summary>
    public static ImmutableArray<MetricId> ColumnsOf(SubjectKind kind, SampleTier tier) => Columns.GetValueOrDefault((kind, tier), []);
}
