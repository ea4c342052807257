using VirtAgents.Core.Scheduling.Clusters;

namespace VirtAgents.Core.Scheduling.Control;

/// <summary>Remembers since when rules want plans, and which looked for one in vain. Not thread-safe.</summary>
public sealed class WantedGoals
{
    /// <summary>
    /// How long a search that found nothing is not repeated, as it keeps a core busy, unless hosts, VMs or what is wanted are others. Where load does not count, and for fewer
    /// hosts, which is never urgent and costs the longest search, it doubles each time up to <see cref="LongestPause"/>.
    /// </summary>
    public static readonly TimeSpan PauseAfterNothing = TimeSpan.FromMinutes(1);

    /// <summary>Longest time that a search is not repeated.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    private readonly Dictionary<(string Rule, string Cluster), long> _since = [];
    private readonly Dictionary<(string Rule, string Cluster), (long UntilUnixMs, TimeSpan Pause, string Sight)> _nothing = [];

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
        bool isVain = _nothing.TryGetValue(key, out (long UntilUnixMs, TimeSpan Pause, string Sight) nothing) && nothing.Sight == SightOf(rule, cluster, why) && nowUnixMs < nothing.UntilUnixMs;
        return !isVain && nowUnixMs - _since[key] >= (long)rule.Hold.TotalMilliseconds;
    }

    /// <summary>Notes that nothing was found to move.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="cluster">Its cluster now.</param>
    /// <param name="why">Why it wanted a plan.</param>
    /// <param name="nowUnixMs">The moment, milliseconds since 1970 UTC.</param>
    public void FoundNothing(ScheduleRule rule, ClusterSnapshot cluster, string why, long nowUnixMs)
    {
        ((string, string) key, string sight) = (KeyOf(rule, cluster), SightOf(rule, cluster, why));
        bool isAgain = Doubles(rule) && _nothing.TryGetValue(key, out (long UntilUnixMs, TimeSpan Pause, string Sight) before) && before.Sight == sight;
        TimeSpan pause = isAgain ? TimeSpan.FromTicks(Math.Min(2 * _nothing[key].Pause.Ticks, LongestPause.Ticks)) : PauseAfterNothing;
        _nothing[key] = (nowUnixMs + (long)pause.TotalMilliseconds, pause, sight);
    }

    private static bool Doubles(ScheduleRule rule) => rule.Goal == Planning.PlanGoal.Consolidate || !ScheduleJudge.IsAboutLoad(rule);

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
