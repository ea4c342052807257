using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using VirtAgents.Collector.Control;
using VirtAgents.Collector.Fleet;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Live;

namespace VirtAgents.Collector.Scheduling;

/// <summary>What is on its way to hosts, whoever ordered it, by the control database.</summary>
internal sealed class PromiseStore(PlanStore plans, IDbContextFactory<ControlContext> contexts)
{
    /// <summary>
    /// Recoveries, moves of plans and starts of requests until they are seen to be over, since a directive ends before anybody sees what became of it; other starts and moves until their directive has
    /// ended. A move to an unknown host is not among them.
    /// </summary>
    public async Task<ImmutableArray<Promise>> ReadAsync(IReadOnlyList<HostView> hosts, CancellationToken cancellationToken)
    {
        IEnumerable<(Guid Vm, Guid Host, PromiseKind Kind)> recoveries = await RecoveriesAsync(cancellationToken);
        IReadOnlyList<(Guid Vm, Guid Host)> starting = await plans.StartingAsync(cancellationToken);
        IEnumerable<(Guid Vm, Guid Host)> moves = (await plans.UnderWayAsync(cancellationToken)).Where(m => m.To != default).Select(m => (m.Vm.Value, m.To.Value));
        IReadOnlyList<(Guid Vm, Guid Host)> unseen = await plans.UnseenMovesAsync(cancellationToken);
        ILookup<Guid, VmInfo> vms = hosts.SelectMany(h => h.Vms).ToLookup(v => v.Info.Id.Value, v => v.Info);
        return
        [
            .. recoveries.Concat(starting.Select(s => (s.Vm, s.Host, Kind: PromiseKind.Start)))
                .Concat(moves.Concat(unseen).Select(m => (m.Vm, m.Host, Kind: PromiseKind.Move)))
                .DistinctBy(p => (p.Vm, p.Host))
                .SelectMany(p => vms[p.Vm].Take(1).Select(v => new Promise(new HostId(p.Host), v, p.Kind))),
        ];
    }

    /// <summary>VMs about which a directive has not ended, by whomever.</summary>
    public async Task<HashSet<VmId>> BusyAsync(CancellationToken cancellationToken)
    {
        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        return [.. (await context.Directives.Where(d => d.IsOpen && !d.IsDryRun && d.VmId != Guid.Empty).Select(d => d.VmId).Distinct().ToArrayAsync(cancellationToken)).Select(id => new VmId(id))];
    }

    private async Task<IEnumerable<(Guid Vm, Guid Host, PromiseKind Kind)>> RecoveriesAsync(CancellationToken cancellationToken)
    {
        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        var open = await context.Recoveries.Where(r => r.EndedUnixMs == 0).Select(r => new { r.VmId, r.HostId }).ToArrayAsync(cancellationToken);
        return open.Select(r => (r.VmId, r.HostId, PromiseKind.Recovery));
    }
}
