using System.Collections.Immutable;
using VirtAgents.Collector.Control;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Incidents;
using VirtAgents.Collector.Planning;
using VirtAgents.Collector.Query;
using VirtAgents.Collector.Scheduling;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Live;
using VirtAgents.Core.Scheduling.Recovery;
using DirectiveState = VirtAgents.Core.Directives.DirectiveState;
using RecoveryDecision = VirtAgents.Core.Scheduling.Recovery.RecoveryDecision;

namespace VirtAgents.Collector.Recovery;

/// <summary>What is decided about the VMs of a host, and what was begun for them.</summary>
internal sealed record RecoverySight(IReadOnlyList<RecoveryDecision> Decisions, IReadOnlyList<RecoveryRow> Tries);

/// <summary>Reads what recovery goes by, and has it judged.</summary>
internal sealed class RecoveryScene(RecoveryStore store, PromiseStore promises, ScheduleFile file, Restraints restraints, IActiveIncidents incidents, TimeProvider time)
{
    private static readonly string Recover = DirectiveCatalogue.Find(DirectiveKind.Recover)!.Name;

    /// <summary>Decides about one host.</summary>
    /// <param name="lost">The host.</param>
    /// <param name="hosts">All hosts.</param>
    /// <param name="confirmed">Hosts that are confirmed to be off.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<RecoverySight> JudgeAsync(HostView lost, IReadOnlyList<HostView> hosts, IReadOnlySet<Guid> confirmed, CancellationToken cancellationToken)
    {
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        SchedulePolicy policy = file.Current();
        IReadOnlyList<RecoveryRow> tries = await store.TriesAsync(lost.Host.Id.Value, cancellationToken);
        HashSet<VmId> busy = await promises.BusyAsync(cancellationToken);
        HostView[] others = [.. hosts.Where(h => h.Cluster == lost.Cluster && h.Host.Id != lost.Host.Id && !confirmed.Contains(h.Host.Id.Value))];
        string? held = await restraints.WhyHeldAsync(cancellationToken)
            ?? (restraints.ComingBack(others, now).Count > 0 ? "not all hosts of the cluster are heard of again since the collector started" : null);
        HostTroubles troubles = HostTroubles.Of(incidents.Active);
        RecoveryView view = new(
            [.. others.Select(h => LiveEstate.Plain(h) with { Trouble = troubles.WhyClosed(h.Host.Id) })], policy.Limits, others.Where(h => LiveEstate.WhyUnable(h, Recover) is not null).ToDictionary(h => h.Host.Id, h => LiveEstate.WhyUnable(h, Recover)!),
            await promises.ReadAsync(hosts, cancellationToken), policy.Recovery, held)
        {
            Rules = policy.Placement,
        };
        ImmutableArray<LostVm> vms = [.. lost.Vms.Where(v => !FleetDirectory.HasLeft(v)).Select(v => VmOf(v, lost, hosts, tries, busy))];
        bool isConfirmed = confirmed.Contains(lost.Host.Id.Value) && lost.Signs.WhyAlive is null;
        return new(RecoveryJudge.Decide(new LostHost(LiveEstate.Plain(lost), vms, isConfirmed), view), tries);
    }

    private static LostVm VmOf(VmView vm, HostView lost, IReadOnlyList<HostView> hosts, IReadOnlyList<RecoveryRow> tries, HashSet<VmId> busy) => new(vm.Info, vm.LastSeen)
    {
        ToldBy = hosts.FirstOrDefault(h => h.Host.Id != lost.Host.Id && h.Vms.Any(v => v.Info.Id == vm.Info.Id && !FleetDirectory.HasLeft(v)))?.Host.Name,
        Tried = tries.LastOrDefault(t => t.VmId == vm.Info.Id.Value) is { } row ? new(row.HostName, row.EndedUnixMs > 0 ? row.Outcome : DirectiveState.Sent, row.Detail) : null,
        IsBusy = busy.Contains(vm.Info.Id),
    };
}
