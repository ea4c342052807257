namespace VirtAgents.Core.Detection.Incidents;

/// <summary>The incidents that are kept: those that are active, and those that may come back.</summary>
internal sealed class IncidentBook
{
    /// <summary>Incidents that are kept at the same time.</summary>
    public const int MostIncidents = 10_000;

    private static readonly HashSet<IncidentCase> None = [];
    private readonly Dictionary<Guid, IncidentCase> _byId = [];
    private readonly Dictionary<FindingKey, IncidentCase> _active = [];
    private readonly Dictionary<FindingKey, IncidentCase> _resolved = [];
    private readonly Dictionary<Element, HashSet<IncidentCase>> _byRoot = [];
    private readonly Dictionary<Element, HashSet<IncidentCase>> _byNeed = [];
    private readonly Queue<(IncidentCase Case, long ResolvedMs)> _order = [];
    private long _number;

    public IReadOnlyCollection<IncidentCase> Cases => _byId.Values;

    public IncidentCase? Find(Guid id) => _byId.GetValueOrDefault(id);

    /// <summary>Active incident that has, or had, a finding.</summary>
    public IncidentCase? Knowing(FindingKey key) => _active.GetValueOrDefault(key);

    /// <summary>Resolved incident with that root.</summary>
    public IncidentCase? Resolved(FindingKey root) => _resolved.GetValueOrDefault(root);

    /// <summary>Active incidents whose root concerns an element.</summary>
    public IReadOnlyCollection<IncidentCase> RootedIn(Element element) => _byRoot.GetValueOrDefault(element, None);

    /// <summary>Active incidents whose root, or symptoms where the root was concluded from them, concern or depend on an element.</summary>
    public IReadOnlyCollection<IncidentCase> Needing(Element element) => _byNeed.GetValueOrDefault(element, None);

    /// <summary>Makes room for one more; false when all that are kept are active.</summary>
    public bool MakeRoom()
    {
        while (_byId.Count >= MostIncidents && _order.TryDequeue(out (IncidentCase Case, long ResolvedMs) oldest))
        {
            Forget(oldest);
        }

        return _byId.Count < MostIncidents;
    }

    /// <summary>Keeps a new incident.</summary>
    public IncidentCase Open(Incident incident)
    {
        IncidentCase opened = new(incident, _number++);
        _byId.Add(incident.Id, opened);
        return opened;
    }

    /// <summary>Finds an active incident by its root from now on, and by what that needs.</summary>
    public void Place(IncidentCase one, IReadOnlyList<Element> needs)
    {
        Unplace(one);
        one.RootedIn = one.RootKey.Element;
        Add(_byRoot, one.RootKey.Element, one);
        PlaceSymptom(one, one.RootKey, needs);
    }

    /// <summary>Finds an active incident also by a finding of it, and by what that needs.</summary>
    public void PlaceSymptom(IncidentCase one, FindingKey key, IReadOnlyList<Element> needs)
    {
        _active[key] = one;
        AddNeed(one, key.Element);
        foreach (Element need in needs)
        {
            AddNeed(one, need);
        }
    }

    /// <summary>Recognises a finding of an active incident.</summary>
    public void Know(IncidentCase one, FindingKey key) => _active[key] = one;

    /// <summary>It is not active any more, but may come back.</summary>
    public void Retire(IncidentCase one, long nowMs)
    {
        TakeOut(one);
        _resolved[one.RootKey] = one;
        _order.Enqueue((one, nowMs));
    }

    /// <summary>It is active again.</summary>
    public void Return(IncidentCase one)
    {
        _resolved.Remove(one.RootKey);
        foreach (FindingKey key in one.Keys)
        {
            _active.TryAdd(key, one);
        }
    }

    /// <summary>It is part of another one from now on.</summary>
    public void Remove(IncidentCase one)
    {
        TakeOut(one);
        _byId.Remove(one.Incident.Id);
    }

    /// <summary>Forgets those that were resolved so long ago that they cannot come back.</summary>
    public void Prune(long nowMs)
    {
        while (_order.TryPeek(out (IncidentCase Case, long ResolvedMs) oldest) && nowMs - oldest.ResolvedMs > FlapDamping.ReopenMs)
        {
            Forget(_order.Dequeue());
        }
    }

    private void Unplace(IncidentCase one)
    {
        if (one.RootedIn is { } rooted)
        {
            Drop(_byRoot, rooted, one);
            one.RootedIn = null;
        }

        foreach (Element need in one.Needed)
        {
            Drop(_byNeed, need, one);
        }

        one.Needed.Clear();
    }

    private void TakeOut(IncidentCase one)
    {
        Unplace(one);
        foreach (FindingKey key in one.Keys)
        {
            if (_active.TryGetValue(key, out IncidentCase? knowing) && knowing == one)
            {
                _active.Remove(key);
            }
        }
    }

    // One that came back meanwhile, and perhaps was resolved again, has another entry.
    private void Forget((IncidentCase Case, long ResolvedMs) oldest)
    {
        Incident incident = oldest.Case.Incident;
        if (incident.ResolvedUnixMs != oldest.ResolvedMs)
        {
            return;
        }

        _byId.Remove(incident.Id);
        if (_resolved.TryGetValue(oldest.Case.RootKey, out IncidentCase? known) && known == oldest.Case)
        {
            _resolved.Remove(oldest.Case.RootKey);
        }
    }

    private void AddNeed(IncidentCase one, Element need)
    {
        if (one.Needed.Add(need))
        {
            Add(_byNeed, need, one);
        }
    }

    private static void Add(Dictionary<Element, HashSet<IncidentCase>> index, Element element, IncidentCase one)
    {
        if (!index.TryGetValue(element, out HashSet<IncidentCase>? cases))
        {
            index.Add(element, cases = []);
        }

        cases.Add(one);
    }

    private static void Drop(Dictionary<Element, HashSet<IncidentCase>> index, Element element, IncidentCase one)
    {
        if (index.TryGetValue(element, out HashSet<IncidentCase>? cases) && cases.Remove(one) && cases.Count == 0)
        {
            index.Remove(element);
        }
    }
}
