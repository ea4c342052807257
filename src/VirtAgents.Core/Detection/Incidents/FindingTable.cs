namespace VirtAgents.Core.Detection.Incidents;

/// <summary>All findings that hold, by key, by element and by host.</summary>
internal sealed class FindingTable
{
    /// <summary>Findings that may hold at the same time.</summary>
    public const int MostFindings = 100_000;

    private readonly Dictionary<FindingKey, Held> _byKey = [];
    private readonly Dictionary<Element, List<Held>> _byElement = [];
    private readonly Dictionary<string, HashSet<Held>> _byHost = [];
    private readonly HashSet<Held> _timed = [];
    private readonly HashSet<Held> _conditions = [];

    public bool IsFull => _byKey.Count >= MostFindings;

    /// <summary>Those that clear by themselves when nobody tells them again.</summary>
    public IReadOnlyCollection<Held> Timed => _timed;

    /// <summary>Those that hold as long as an agent tells so.</summary>
    public IReadOnlyCollection<Held> Conditions => _conditions;

    public Held? Find(FindingKey key) => _byKey.GetValueOrDefault(key);

    public IReadOnlyList<Held> Of(Element element) => _byElement.TryGetValue(element, out List<Held>? held) ? held : [];

    /// <summary>Those found on a host; a list of its own, so that they may be cleared meanwhile.</summary>
    public IReadOnlyList<Held> OfHost(string hostId) => _byHost.TryGetValue(hostId, out HashSet<Held>? held) ? [.. held] : [];

    public void Add(Held held)
    {
        _byKey.Add(held.Key, held);
        ListOf(_byElement, held.Key.Element).Add(held);
        ListOf(_byHost, held.Finding.HostId).Add(held);
        if (FindingKinds.Of(held.Key.Kind).QuietMs > 0)
        {
            _timed.Add(held);
        }

        if (held.Witnesses.Count > 0)
        {
            _conditions.Add(held);
        }
    }

    public void Remove(Held held)
    {
        _byKey.Remove(held.Key);
        Drop(_byElement, held.Key.Element, held);
        Drop(_byHost, held.Finding.HostId, held);
        _timed.Remove(held);
        _conditions.Remove(held);
    }

    private static TList ListOf<TKey, TList>(Dictionary<TKey, TList> lists, TKey key)
        where TKey : notnull
        where TList : new()
    {
        if (!lists.TryGetValue(key, out TList? list))
        {
            lists.Add(key, list = new());
        }

        return list;
    }

    private static void Drop<TKey, TList>(Dictionary<TKey, TList> lists, TKey key, Held held)
        where TKey : notnull
        where TList : ICollection<Held>
    {
        if (lists.TryGetValue(key, out TList? list) && list.Remove(held) && list.Count == 0)
        {
            lists.Remove(key);
        }
    }
}
