using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Live;
using VirtAgents.Core.Scheduling.Queues;

namespace VirtAgents.Core.Scheduling.Requests;

/// <summary>Decides where a VM starts that may be on any host of its cluster.</summary>
/// <remarks>
/// On its own host where it can start there at once: nothing is moved then. Else on the host that leaves the load most even, of those that can start it at once and
/// reach its disks. Where there is none it waits on its own host in its turn, so that it is not overtaken there for ever; and where that never takes it, it blocks nobody.
/// </remarks>
internal sealed class RequestMoves(HostQueues hosts, RequestView view)
{
    /// <summary>Decides in its turn.</summary>
    public RequestDecision Decide(StartRequest request, QueuedRequest queued)
    {
        VmInfo vm = view.SightOn(request.Host, request.Vm)!.Info;
        HostSight home = view.Hosts[request.Host];
        string? here = home.WhyNoStarts ?? hosts.WhyNotNow(vm, queued, request.Host);
        if (here is null)
        {
            return RequestJudge.Here(request, queued, hosts, view);
        }

        string? bound = WhyBound(home, vm);
        (HostId Id, string Name, string? WhyNot)[] others = [.. view.Cluster.HostNames.Keys.Select(id => new HostId(id)).Where(id => id != request.Host && view.Hosts.ContainsKey(id))
            .Select(id => (id, view.Hosts[id].Name, bound ?? WhyNot(id, vm, queued))).OrderBy(h => h.Name, StringComparer.Ordinal)];
        if (hosts.Choose(vm, [.. others.Where(h => h.WhyNot is null).Select(h => h.Id)]) is { } chosen)
        {
            (QueueDecision decision, string? busy) = hosts.Decide(request, queued, chosen.Host);
            string name = view.Hosts[chosen.Host].Name;
            return busy is null && decision.Starts
                ? new(request, RequestAction.Move, $"moves to host {name} first: {chosen.Why}; its own host {home.Name}: {here}") { Target = chosen.Host }
                : RequestCheck.Wait(request, busy ?? RequestWords.Of(decision, name, null));
        }

        string told = bound ?? (others.Length == 0 ? "there is none" : string.Join("; ", others.Select(h => $"{h.Name}: {h.WhyNot}")));
        RequestDecision own = home.WhyNoStarts is { } never || (never = hosts.WhyNever(request, vm)) is not null
            ? RequestCheck.Wait(request, $"host {home.Name}: {never}")
            : RequestJudge.Here(request, queued, hosts, view);
        return own with { Reason = $"{own.Reason}; it cannot go to another host now: {told}" };
    }

    private string? WhyNot(HostId id, VmInfo vm, QueuedRequest queued)
    {
        HostSight host = view.Hosts[id];
        return host.WhyNoStarts
            ?? (host.CannotMove is { } unable ? $"no VM can be moved there: {unable}"
                : view.SightOn(id, vm.Id) is { State: not VmState.Gone } ? "it tells of the VM too"
                : host.Live is not { } live ? "what pools it has is unknown"
                : LiveStorage.WhyOutOfReach(live, vm) ?? hosts.WhyNotNow(vm, queued, id));
    }

    // What its own host says of it, which keeps it from all others alike.
    private string? WhyBound(HostSight own, VmInfo vm) =>
        view.Cluster.IsPinned(vm) ? "the policy pins it"
        : own.CannotMove is { } unable ? $"host {own.Name} cannot move VMs: {unable}"
        : vm.HasAutostart is null ? "whether it starts with its host (autostart) is unknown"
        : vm.HasAutostart == true ? "it starts with its host (autostart), which is lost on the way"
        : own.Live is not { } live ? $"what pools host {own.Name} has is unknown"
        : LiveStorage.WhyBound(live, new LiveVm(vm, VmState.ShutOff, Metrics.VmFigures.None));
}
