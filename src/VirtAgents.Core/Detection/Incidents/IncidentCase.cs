using static VirtAgents.Core.Detection.Incidents.FindingKind;

namespace VirtAgents.Core.Detection.Incidents;

/// <summary>An incident that is kept, and what has to be known of it to go on with it.</summary>
/// <param name="incident">The incident.</param>
/// <param name="number">Grows with each; tells which of two that were opened at the same time is older.</param>
internal sealed class IncidentCase(Incident incident, long number)
{
    private const int Root = -1, LeftOut = -2;

    /// <summary>Findings that one incident may have had; those beyond are not taken.</summary>
    private const int MostFindings = 50_000;

    private readonly Dictionary<FindingKey, int> _places = [];
    private readonly Dictionary<FindingKind, int> _holding = [];
    private FlapDamping _flaps;

    public Incident Incident { get; set; } = incident;

    public long Number { get; } = number;

    /// <summary>When it was opened, or came back, by the clock of the collector.</summary>
    public long BeganMs { get; set; } = incident.OpenedUnixMs;

    /// <summary>When its root ceased to hold, by the clock of the collector.</summary>
    public long RootClearedMs { get; set; }

    /// <summary>When a symptom was added last, by the clock of the collector.</summary>
    public long GrewMs { get; set; } = incident.OpenedUnixMs;

    /// <summary>Since when an incident that flaps is quiet; null = it is not.</summary>
    public long? QuietSinceMs { get; set; }

    /// <summary>Element it is found by as that of its root; null = it is not active.</summary>
    public Element? RootedIn { get; set; }

    /// <summary>Elements it is found by as what it concerns or depends on.</summary>
    public HashSet<Element> Needed { get; } = [];

    public FindingKey RootKey => Incident.Root.Key;

    public bool IsInferred => Causes.IsInferred(RootKey.Kind);

    /// <summary>Findings that hold and were told; one that was concluded from others is not among them.</summary>
    public int Holding { get; private set; }

    public bool HasSymptoms => Holding > (Incident.Root.IsActive && !IsInferred ? 1 : 0);

    public bool IsFull => _places.Count >= MostFindings;

    public IReadOnlyCollection<FindingKey> Keys => _places.Keys;

    public bool Knows(FindingKey key) => _places.ContainsKey(key);

    public bool Reopen(long nowMs) => _flaps.Reopen(nowMs);

    public void ForgetFlaps() => _flaps = default;

    public int CountOf(FindingKind kind) => _holding.GetValueOrDefault(kind);

    /// <summary>What could be done as it stands.</summary>
    public Suggestion? Suggestion() =>
        Suggestions.For(Incident.Root, CountOf(VmPausedByIoError) + CountOf(VmPausedForSpace), CountOf(VmCrashed));

    /// <summary>Gives it a root; the one before becomes a symptom, unless it was only concluded or is the same.</summary>
    public void SetRoot(Finding root)
    {
        Finding before = Incident.Root;
        bool isKept = Knows(before.Key) && before.Key != root.Key && !Causes.IsInferred(before.Key.Kind);
        Count(before, Knows(before.Key) ? -1 : 0);
        _places.Remove(before.Key);
        RemoveSymptom(root.Key);
        _places[root.Key] = Root;
        Incident = Incident with { Root = root };
        Count(root, 1);
        if (isKept)
        {
            AddSymptom(before);
        }
    }

    /// <summary>Takes all findings of an incident that was kept over a restart.</summary>
    public void TakeUp()
    {
        _places[RootKey] = Root;
        Count(Incident.Root, 1);
        for (int i = 0; i < Incident.Symptoms.Length; i++)
        {
            if (_places.TryAdd(Incident.Symptoms[i].Key, i))
            {
                Count(Incident.Symptoms[i], 1);
            }
        }
    }

    /// <summary>Adds a symptom, or takes one that is known as it stands now.</summary>
    public void AddSymptom(Finding symptom)
    {
        if (_places.ContainsKey(symptom.Key))
        {
            Change(symptom);
            return;
        }

        bool isKept = Incident.Symptoms.Length < Incident.MostSymptoms;
        _places.Add(symptom.Key, isKept ? Incident.Symptoms.Length : LeftOut);
        Incident = isKept
            ? Incident with { Symptoms = Incident.Symptoms.Add(symptom) }
            : Incident with { SymptomsLeftOut = Incident.SymptomsLeftOut + 1 };
        Count(symptom, 1);
    }

    /// <summary>A known finding began to hold, or ceased to.</summary>
    public void Change(Finding finding)
    {
        bool held = FindKept(finding.Key) is { } before ? before.IsActive : !finding.IsActive;
        Refresh(finding);
        if (held != finding.IsActive)
        {
            Add(finding.Key.Kind, held ? -1 : 1);
        }
    }

    /// <summary>Takes a known finding as it is now, without any change in whether it holds.</summary>
    public void Refresh(Finding finding)
    {
        int place = _places[finding.Key];
        Incident = place == Root ? Incident with { Root = finding }
            : place >= 0 ? Incident with { Symptoms = Incident.Symptoms.SetItem(place, finding) }
            : Incident;
    }

    private Finding? FindKept(FindingKey key)
    {
        int place = _places[key];
        return place == Root ? Incident.Root : place >= 0 ? Incident.Symptoms[place] : null;
    }

    private void RemoveSymptom(FindingKey key)
    {
        if (!_places.Remove(key, out int place) || place < 0)
        {
            return;
        }

        Count(Incident.Symptoms[place], -1);
        Incident = Incident with { Symptoms = Incident.Symptoms.RemoveAt(place) };
        for (int i = place; i < Incident.Symptoms.Length; i++)
        {
            _places[Incident.Symptoms[i].Key] = i;
        }
    }

    private void Count(Finding finding, int by)
    {
        if (finding.IsActive)
        {
            Add(finding.Key.Kind, by);
        }
    }

    private void Add(FindingKind kind, int by)
    {
        if (!Causes.IsInferred(kind))
        {
            Holding += by;
            _holding[kind] = CountOf(kind) + by;
        }
    }
}
