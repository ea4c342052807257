using System.Collections.Immutable;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Incidents;

/// <summary>A finding that holds, and who tells so.</summary>
internal sealed class Held(Finding finding, long instantMs, long nowMs)
{
    private readonly List<Witness> _witnesses = [];

    public Finding Finding { get; private set; } = finding;

    public FindingKey Key => Finding.Key;

    /// <summary>When it began, as far as lines can be compared by it; <see cref="long.MinValue"/> = not at all.</summary>
    public long InstantMs { get; private set; } = instantMs;

    /// <summary>When it was found, by the clock of the collector.</summary>
    public long RaisedMs { get; } = nowMs;

    /// <summary>When it was told last, by the clock of the collector.</summary>
    public long ToldMs { get; private set; } = nowMs;

    /// <summary>Whether it was kept over a restart, and nobody has told it since.</summary>
    public bool IsKept { get; private set; }

    /// <summary>Incident it is part of.</summary>
    public IncidentCase? Case { get; set; }

    public IReadOnlyList<Witness> Witnesses => _witnesses;

    /// <summary>It was told again.</summary>
    public void Tell(long instantMs, long nowMs) => (InstantMs, ToldMs, IsKept) = (Math.Max(InstantMs, instantMs), nowMs, false);

    /// <summary>A host tells it, for the first time or again.</summary>
    public void Add(Witness witness)
    {
        int known = _witnesses.FindIndex(w => w.Host == witness.Host);
        if (known >= 0)
        {
            _witnesses[known] = witness with { InstantMs = Math.Max(witness.InstantMs, _witnesses[known].InstantMs) };
        }
        else if (_witnesses.Count < Finding.MostWitnesses)
        {
            _witnesses.Add(witness);
            Name(Finding.Witnesses.Add(witness.Host.ToString()));
        }
    }

    /// <summary>These hosts do not tell it any more.</summary>
    public void Remove(Predicate<Witness> which)
    {
        if (_witnesses.RemoveAll(which) > 0)
        {
            Name([.. _witnesses.Select(w => w.Host.ToString())]);
        }
    }

    /// <summary>The clock of a host jumped: what it told before cannot be compared with what it tells now.</summary>
    public void ForgetTimes(HostId host)
    {
        InstantMs = Finding.HostId == host.ToString() ? long.MinValue : InstantMs;
        for (int i = 0; i < _witnesses.Count; i++)
        {
            _witnesses[i] = _witnesses[i].Host == host ? _witnesses[i] with { InstantMs = long.MinValue } : _witnesses[i];
        }
    }

    /// <summary>Takes up the witnesses of a finding that was kept over a restart.</summary>
    public static Held Restored(Finding finding, long updatedMs)
    {
        Held held = new(finding with { Witnesses = [] }, Math.Min(finding.SinceUnixMs, updatedMs), updatedMs) { IsKept = true };
        ImmutableArray<string> witnesses = finding.Witnesses;
        foreach (string host in witnesses)
        {
            if (Guid.TryParseExact(host, "D", out Guid id))
            {
                held.Add(new(new HostId(id), held.InstantMs, updatedMs));
            }
        }

        return held;
    }

    /// <summary>It after it is over; it is not held from then on.</summary>
    public Finding Ended(long atMs) => Finding with { ClearedUnixMs = atMs, Witnesses = [] };

    private void Name(ImmutableArray<string> witnesses)
    {
        Finding = Finding with { Witnesses = witnesses };
        Case?.Refresh(Finding);
    }
}
