using VirtAgents.Core.Model;
using static VirtAgents.Core.Detection.Incidents.FindingKind;

namespace VirtAgents.Core.Detection.Incidents;

/// <summary>What ends, or begins, since time passes.</summary>
internal sealed partial class FindingRules
{
    /// <summary>An agent that is back tells the states of its VMs within some slow samples.</summary>
    private const long ReturnMs = 2 * 60_000L;

    /// <summary>
    /// Pools are read every minute, and an agent that starts tells what is wrong at its first reading, but not what is right:
    /// what nobody has repeated for so long after the agent went or came is taken to be over.
    /// </summary>
    private const long DoubtMs = 15 * 60_000L;

    /// <summary>An inventory may miss a pool for a moment while an agent starts.</summary>
    private const long UnlistedMs = 2 * 60_000L;

    private readonly Dictionary<HostId, long> _returns = [];

    /// <summary>Takes the time. The answer is valid until the next call.</summary>
    public IReadOnlyList<FindingStep> Tick(Topology topology, long nowMs)
    {
        _steps.Clear();
        RaiseFailedRequests(nowMs);
        foreach (Held held in table.Timed)
        {
            if (held.IsKept)
            {
                // While no collector ran nobody could tell it again.
                held.Tell(held.InstantMs, nowMs);
            }
            else if (nowMs - held.ToldMs >= FindingKinds.Of(held.Key.Kind).QuietMs)
            {
                Clear(held, nowMs, long.MaxValue);
            }
        }

        foreach (Held held in table.Conditions)
        {
            Doubt(held, topology, nowMs);
        }

        foreach ((HostId host, long due) in _returns.Where(r => r.Value <= nowMs).ToArray())
        {
            Return(host, due, nowMs);
        }

        return _steps;
    }

    private void RaiseFailedRequests(long nowMs)
    {
        foreach ((FindingKey key, (FindingStep step, long due)) in _failedRequests)
        {
            if (due <= nowMs)
            {
                _failedRequests.Remove(key);
                _steps.Add(step);
            }
        }
    }

    /// <summary>
    /// A host out of sight says nothing, so what it told neither ends at once nor holds for ever. What VMs still suffer
    /// from a pool speaks for it; without that it ends after a while. When another host tells the end, one that is long
    /// away does not keep it.
    /// </summary>
    private void Doubt(Held held, Topology topology, long nowMs)
    {
        int before = held.Witnesses.Count;
        bool isFelt = HostTelling.IsOfPool(held.Key.Kind) && held.Case is { HasSymptoms: true };
        held.Remove(w => (!isFelt && IsInDoubt(w) && nowMs - SightOf(w.Host).ChangedMs >= DoubtMs) || IsUnlisted(held, w, topology, nowMs));
        if (held.Witnesses.Count == 0 && before > 0)
        {
            Clear(held, nowMs, long.MaxValue);
        }
    }

    // A pool that was removed from the hypervisor is forgotten there, without a word.
    private static bool IsUnlisted(Held held, Witness witness, Topology topology, long nowMs)
    {
        string id = held.Key.Element.Id;
        return HostTelling.IsOfPool(held.Key.Kind) && nowMs - witness.ToldMs >= UnlistedMs
            && topology.IsGone(witness.Host, id[(id.LastIndexOf('/') + 1)..]);
    }

    private void Expect(HostId host, long nowMs)
    {
        if (_returns.Count < MostHosts)
        {
            _returns[host] = nowMs + ReturnMs;
        }
    }

    private void Return(HostId host, long dueMs, long nowMs)
    {
        HostSight sight = SightOf(host);
        if (!sight.IsAway && table.Find(HostTelling.KeyOf(HypervisorLost, host, "", Topology.Empty)) is not null)
        {
            _returns[host] = nowMs + ReturnMs;
            return;
        }

        _returns.Remove(host);
        if (!sight.IsAway)
        {
            SeeAgain(host, dueMs - ReturnMs, nowMs);
        }
    }

    private void SeeAgain(HostId host, long upToMs, long nowMs)
    {
        foreach (Held held in table.OfHost(host.ToString()))
        {
            if (held.Key.Kind == VmOutOfSight && held.InstantMs <= upToMs)
            {
                Clear(held, nowMs, long.MaxValue);
            }
        }
    }
}
