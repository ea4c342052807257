namespace VirtAgents.Core.Metrics;

/// <summary>Which group something belongs to, or that this is not known (the default). Unknown is a group of its own, never one of the known ones.</summary>
/// <typeparam name="TKey">What names a group: a host, a cluster, a tenant, a pool.</typeparam>
public readonly record struct Membership<TKey>
    where TKey : notnull
{
    /// <summary>A known group.</summary>
    public Membership(TKey key)
    {
        Key = key;
        IsKnown = true;
    }

    /// <summary>Whether the group is known.</summary>
    public bool IsKnown { get; }

    /// <summary>The group; default when it is not known.</summary>
    public TKey? Key { get; }

    /// <summary>The group that the group belongs to; of an unknown one it is unknown as well.</summary>
    /// <param name="parent">Tells it of a known group.</param>
    public Membership<TParent> Up<TParent>(Func<TKey, Membership<TParent>> parent)
        where TParent : notnull
    {
        ArgumentNullException.ThrowIfNull(parent);
        return IsKnown ? parent(Key!) : default;
    }
}
