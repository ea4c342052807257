using VirtAgents.Core.Scheduling.Clusters;

namespace VirtAgents.Core.Scheduling.Control;

/// <summary>Remembers since when rules want plans, and which looked for one in vain. Not thread-safe.</summary>
public sealed class WantedGoals
{
    /// <summary>How long a search that found nothing is not repeated, as it keeps a core busy, unless hosts, VMs or what is wanted are others.</summary>
    public static readonly TimeSpan PauseAfterNothing = TimeSpan.FromMinutes(1);

    private readonly Dictionary<(string Rule, string Cluster), long> _since = [];
    private readonly Dictionary<(string Rule, string Cluster), (long UnixMs, string Sight)> _nothing = [];

    /// <summary>Whether a plan is due: it was wanted for as long as the rule says, and was not just looked for in vain.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="cluster">Its cluster now.</param>
    /// <param name="why">Why it wants a plan now (<see cref="ScheduleJudge.Wants"/>); null = it wants none, and the time begins anew.</param>
    /// <param name="nowUnixMs">The moment, milliseconds since 1970 UTC.</param>
    public bool IsDue(ScheduleRule rule, ClusterSnapshot cluster, string? why, long nowUnixMs)
    {
        (string, string) key = KeyOf(rule, cluster);
        if (why is null)
        {
            _since.Remove(key);
            _nothing.Remove(key);
            return false;
        }

        _since.TryAdd(key, nowUnixMs);
        bool isVain = _nothing.TryGetValue(key, out (long UnixMs, string Sight) nothing) && nothing.Sight == SightOf(rule, cluster, why)
            && nowUnixMs - nothing.UnixMs < (long)PauseAfterNothing.TotalMilliseconds;
        return !isVain && nowUnixMs - _since[key] >= (long)rule.Hold.TotalMilliseconds;
    }

    /// <summary>Notes that nothing was found to move.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="cluster">Its cluster now.</param>
    /// <param name="why">Why it wanted a plan.</param>
    /// <param name="nowUnixMs">The moment, milliseconds since 1970 UTC.</param>
    public void FoundNothing(ScheduleRule rule, ClusterSnapshot cluster, string why, long nowUnixMs) =>
        _nothing[KeyOf(rule, cluster)] = (nowUnixMs, SightOf(rule, cluster, why));

    private static (string Rule, string Cluster) KeyOf(ScheduleRule rule, ClusterSnapshot cluster)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(cluster);
        return (rule.Name, cluster.Name);
    }

    // Loads change all the time and are not in it, also not by their figure in the reason.
    private static string SightOf(ScheduleRule rule, ClusterSnapshot cluster, string why) =>
        $"{cluster.Hosts.Count(h => h.Availability == HostAvailability.Online)} {cluster.Hosts.Count(h => h.Availability == HostAvailability.Closed)} {cluster.Vms.Count(v => !v.IsPinned)} {(ScheduleJudge.IsAboutLoad(rule) ? "" : why)}";
}
