using System.Runtime.InteropServices;

namespace VirtAgents.Core.Metrics;

/// <summary>
/// Merges summaries of parts into those of groups, step by step: VMs into hosts, hosts into clusters, VMs into tenants, disks into pools.
/// Parts may come in any order and in any grouping of their own, the result is the same (but for the rounding of floating point).
/// Parts of unknown membership make a group of their own. Not thread-safe.
/// </summary>
/// <typeparam name="TKey">What names a group.</typeparam>
public sealed class SummaryGroups<TKey>
    where TKey : notnull
{
    private readonly Dictionary<(Membership<TKey> Group, long StepUnixMs), Summary> _groups = [];
    private readonly int? _exactLimit;

    /// <summary>Makes groups without values.</summary>
    /// <param name="exactLimit">
    /// Most values of a group and step that are kept as they are for percentiles (<see cref="Distribution"/>); null = no percentile will be asked for.
    /// </param>
    public SummaryGroups(int? exactLimit = null) => _exactLimit = exactLimit;

    /// <summary>Number of groups and steps that have values.</summary>
    public int Count => _groups.Count;

    /// <summary>Every group and step that has values, in no order that could be relied on.</summary>
    public IEnumerable<SummaryGroup<TKey>> All() =>
        _groups.Select(g => new SummaryGroup<TKey>(g.Key.Group, g.Key.StepUnixMs, g.Value));

    /// <summary>What is known of one group in one step; null when it has no values.</summary>
    public Summary? Find(Membership<TKey> group, long stepUnixMs) => _groups.GetValueOrDefault((group, stepUnixMs));

    /// <summary>Adds what is known of a part; it is copied, so the part may change afterwards.</summary>
    /// <param name="group">Where it belongs.</param>
    /// <param name="stepUnixMs">Start of the step; milliseconds since 1970 UTC.</param>
    /// <param name="part">The part; one without values is passed over.</param>
    /// <exception cref="ArgumentException">Percentiles are wanted and the part does not have what they need.</exception>
    public void Add(Membership<TKey> group, long stepUnixMs, Summary part)
    {
        ArgumentNullException.ThrowIfNull(part);
        if (part.Count == 0)
        {
            return;
        }

        if (_exactLimit is not null && part.Values is null)
        {
            // Told before a group is begun, which would stay behind without values.
            throw new ArgumentException("its percentiles cannot be told", nameof(part));
        }

        ref Summary? summary = ref CollectionsMarshal.GetValueRefOrAddDefault(_groups, (group, stepUnixMs), out _);
        summary ??= new Summary(_exactLimit is { } limit ? new Distribution(limit) : null);
        summary.Merge(part);
    }

    /// <summary>Adds everything that other groups have.</summary>
    public void Merge(SummaryGroups<TKey> other)
    {
        ArgumentNullException.ThrowIfNull(other);
        foreach (((Membership<TKey> group, long step), Summary summary) in other._groups)
        {
            Add(group, step, summary);
        }
    }

    /// <summary>One level up: the groups that these groups belong to. What is unknown here is unknown there.</summary>
    /// <param name="parent">Tells where a known group belongs.</param>
    public SummaryGroups<TParent> RollUp<TParent>(Func<TKey, Membership<TParent>> parent)
        where TParent : notnull
    {
        SummaryGroups<TParent> above = new(_exactLimit);
        foreach (((Membership<TKey> group, long step), Summary summary) in _groups)
        {
            above.Add(group.Up(parent), step, summary);
        }

        return above;
    }
}
