using System.Collections.Immutable;
using VirtAgents.Core.Detection;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;
using VirtAgents.Storage;

namespace VirtAgents.Collector.Fleet;

/// <summary>Turns what a host grain holds into what queries read.</summary>
internal static class HostViews
{
    public static HostView Build(
        HostState state, HostSnapshot? snapshot, SessionClaim? claim, IReadOnlyDictionary<VmId, VmInfo> vms, FigureTracker figures, long lastReportUnixMs)
    {
        var views = ImmutableArray.CreateBuilder<VmView>(state.Vms.Count);
        foreach (VmCondition vm in state.Vms.Values.OrderBy(v => v.Name, StringComparer.Ordinal).ThenBy(v => v.Id.Value))
        {
            VmInfo info = vms.TryGetValue(vm.Id, out VmInfo? known) ? known : new(-1, vm.Id, vm.Name, "", 0, 0, [], []);
            views.Add(new(info, vm.State, vm.Reason, vm.SinceUnixMs, vm.LastKnownState, vm.Evidence, figures.Vm(vm.Id, info.VcpuCount))
            {
                LastSeen = HostState.IsHeld(vm) ? vm.HeldState : vm.State,
            });
        }

        ImmutableArray<PoolInfo> pools = snapshot?.Inventory.Pools ?? [];
        return new(
            state.Host,
            claim?.Cluster ?? snapshot?.Cluster ?? "",
            claim?.AgentVersion ?? snapshot?.AgentVersion ?? "",
            StatusOf(state.Agent),
            StatusOf(state),
            figures.Host(),
            views.ToImmutable(),
            [.. pools.Select(p => new PoolView(p, figures.Pool(p.Name)))],
            lastReportUnixMs)
        {
            Volumes = snapshot?.Inventory.Volumes ?? [],
            Signs = new(state.Agent, state.Standing, state.Suspected),
        };
    }

    private static AgentStatus StatusOf(AgentPresence agent) => agent switch
    {
        AgentPresence.Connected => AgentStatus.Connected,
        AgentPresence.Stopped => AgentStatus.Stopped,
        AgentPresence.Lost => AgentStatus.Lost,
        AgentPresence.Silent => AgentStatus.Silent,
        _ => AgentStatus.NotYetSeen,
    };

    // Nobody can tell how a hypervisor is whose agent is away.
    private static HypervisorStatus StatusOf(HostState state) => (state.Agent, state.Hypervisor) switch
    {
        (AgentPresence.Connected, HypervisorPresence.Up) => HypervisorStatus.Up,
        (AgentPresence.Connected, HypervisorPresence.Lost) => HypervisorStatus.Lost,
        _ => HypervisorStatus.Unspecified,
    };
}
