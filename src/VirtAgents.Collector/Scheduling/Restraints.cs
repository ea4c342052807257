using VirtAgents.Collector.Configuration;
using VirtAgents.Collector.Directives;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Sessions;
using AgentStatus = VirtAgents.Protocol.V1.AgentStatus;

namespace VirtAgents.Collector.Scheduling;

/// <summary>What keeps the collector from beginning anything by itself.</summary>
internal sealed class Restraints(FreezeSwitch freeze, MassSilenceState mass, CollectorOptions options, TimeProvider time)
{
    private readonly long _startedUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>
    /// Clusters whose hosts are not all heard of again since the collector started, and may be soon. Right after a start no agent is connected yet:
    /// what was to be done is neither wrong nor to be done by those hosts alone that happen to be there first.
    /// </summary>
    public HashSet<string> ComingBack(IReadOnlyList<HostView> hosts, long nowUnixMs) =>
        nowUnixMs - _startedUnixMs >= (long)options.Liveness.ReturnLimit.TotalMilliseconds
            ? []
            : [.. hosts.Where(h => h.Agent != AgentStatus.Connected || h.Acting is null).Select(h => h.Cluster)];

    /// <summary>Why nothing may be begun, for people; null = it may.</summary>
    public async Task<string?> WhyHeldAsync(CancellationToken cancellationToken) =>
        mass.Current is { Holds: true } silence ? silence.Reason
        : await freeze.ReadAsync(cancellationToken) is { IsFrozen: true } frozen ? $"acting is frozen by {frozen.Actor}: {frozen.Reason}"
        : null;
}
