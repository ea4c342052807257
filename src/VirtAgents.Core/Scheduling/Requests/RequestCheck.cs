using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Live;

namespace VirtAgents.Core.Scheduling.Requests;

/// <summary>Tells of a waiting request whether its VM can be started at all by what is seen, before anything is asked of room or order.</summary>
internal static class RequestCheck
{
    /// <summary>Why it must wait, or ends; null = its VM is off on a host that starts VMs.</summary>
    public static RequestDecision? WhyNot(StartRequest request, RequestView view)
    {
        if (request.DeadlineUnixMs < view.NowUnixMs)
        {
            return new(request, RequestAction.Expire, $"its deadline was {RequestWords.Time(request.DeadlineUnixMs.Value)}");
        }

        string? later = view.Policy is null ? "the policy has no queue (any more)"
            : (request.NotBeforeUnixMs > view.NowUnixMs ? $"not before {RequestWords.Time(request.NotBeforeUnixMs.Value)}" : null)
            ?? (request.MayMove ? WhyUnseen(request, view) : WhyHostDoesNot(request, view))
            ?? view.HeldBecause;
        return later is not null ? Wait(request, later) : WhyVmIsNot(request, view);
    }

    public static RequestDecision Wait(StartRequest request, string why) => new(request, RequestAction.Wait, $"waits: {why}");

    // A VM that may be moved is not bound to what its host can start.
    private static string? WhyUnseen(StartRequest request, RequestView view) =>
        !view.Hosts.TryGetValue(request.Host, out HostSight? host) ? "its host is not known"
        : host.OutOfSight is { } unseen ? $"host {host.Name}: {unseen}"
        : null;

    private static string? WhyHostDoesNot(StartRequest request, RequestView view) =>
        WhyUnseen(request, view) is { } unseen ? unseen
        : view.Hosts[request.Host] is not { } host ? null
        : host.IsDraining ? $"host {host.Name} is being drained"
        : host.Trouble is { } trouble ? $"host {host.Name} takes no VM: {trouble}"
        : host.CannotStart is { } unable ? $"host {host.Name} cannot start VMs: {unable}"
        : null;

    // The host is in sight here, so that what it says of the VM holds.
    private static RequestDecision? WhyVmIsNot(StartRequest request, RequestView view)
    {
        string host = view.Hosts[request.Host].Name;
        VmSight? own = view.SightOn(request.Host, request.Vm);
        if (view.Sights[request.Vm].FirstOrDefault(s => s.Host != request.Host && LiveCluster.Counts(s.State)) is { } elsewhere)
        {
            string other = view.Hosts.TryGetValue(elsewhere.Host, out HostSight? named) ? named.Name : elsewhere.Host.ToString();
            return elsewhere.State == VmState.Running && view.IsInSight(elsewhere.Host)
                ? new(request, RequestAction.Overtake, $"the VM runs on host {other}")
                : Wait(request, $"the VM may be on host {other}, where its state is {RequestWords.Of(elsewhere.State)}");
        }

        return own?.State switch
        {
            VmState.ShutOff when view.Busy.Contains(request.Vm) => Wait(request, "another directive about the VM has not ended"),
            VmState.ShutOff => own.Info is { VcpuCount: > 0, MemoryBytes: > 0 } ? null : Wait(request, "what the VM was promised is unknown"),
            null or VmState.Gone => new(request, RequestAction.Overtake, $"host {host} does not have the VM any more"),
            VmState.MigratedAway => new(request, RequestAction.Overtake, $"the VM has left host {host}"),
            VmState.Running or VmState.Paused or VmState.PmSuspended => new(request, RequestAction.Overtake, $"the VM is {RequestWords.Of(own.State)} already"),
            _ => Wait(request, $"the state of the VM is {RequestWords.Of(own.State)}, and only a VM that is off is started"),
        };
    }
}
