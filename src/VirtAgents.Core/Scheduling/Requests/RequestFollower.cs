using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Live;

namespace VirtAgents.Core.Scheduling.Requests;

/// <summary>Takes requests further that were begun, by what is seen. Pure.</summary>
/// <remarks>
/// What is not seen is neither running nor off: a request stays as it is while the host that has its VM is out of sight. A VM that was
/// moved to another host still runs.
/// </remarks>
public static class RequestFollower
{
    /// <summary>The request as it stands now.</summary>
    /// <param name="request">One that was sent, or whose VM runs.</param>
    /// <param name="view">What is seen.</param>
    public static StartRequest Next(StartRequest request, RequestView view)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(view);
        return request.Stage switch
        {
            RequestStage.Sent => Sent(request, view),
            RequestStage.Running => Running(request, view),
            RequestStage.Moving => Moving(request, view),
            _ => request,
        };
    }

    private static StartRequest Sent(StartRequest request, RequestView view)
    {
        if (!view.Directives.TryGetValue(request.Directive, out DirectiveNow directive))
        {
            return request.End(RequestStage.Failed, "its directive is not known any more", view.NowUnixMs);
        }

        bool isEnded = DirectiveLife.IsEnded(directive.State);
        if (isEnded && directive.State != DirectiveState.Done)
        {
            return request.End(RequestStage.Failed, $"{directive.State.ToString().ToLowerInvariant()}: {directive.Detail}", view.NowUnixMs);
        }

        if (view.Sights[request.Vm].Any(s => s.State == VmState.Running && view.IsInSight(s.Host)))
        {
            return request with { Stage = RequestStage.Running, StartedUnixMs = view.NowUnixMs };
        }

        return isEnded && view.IsInSight(request.Host) && view.NowUnixMs - directive.UpdatedUnixMs > (long)PlanJudge.SightTime.TotalMilliseconds
            ? request.End(RequestStage.Failed, "its host says that it is done, and the VM was not seen running", view.NowUnixMs)
            : request;
    }

    // It waits again when it is seen where it was moved to, and there alone: then it may be started.
    private static StartRequest Moving(StartRequest request, RequestView view)
    {
        if (!view.Directives.TryGetValue(request.MoveDirective, out DirectiveNow directive))
        {
            return request.End(RequestStage.Failed, "the directive that moves its VM is not known any more", view.NowUnixMs);
        }

        if (!DirectiveLife.IsEnded(directive.State))
        {
            return request;
        }

        if (directive.State != DirectiveState.Done)
        {
            return request.End(RequestStage.Failed, $"its VM was not moved: {directive.State.ToString().ToLowerInvariant()}: {directive.Detail}", view.NowUnixMs);
        }

        bool isGone = view.IsInSight(request.Host) && view.SightOn(request.Host, request.Vm)?.State is null or VmState.Gone or VmState.MigratedAway;
        if (isGone && view.IsInSight(request.Target) && view.SightOn(request.Target, request.Vm) is not (null or { State: VmState.Unknown or VmState.Gone }))
        {
            return request with { Stage = RequestStage.Waiting, Host = request.Target };
        }

        return view.IsInSight(request.Host) && view.IsInSight(request.Target) && view.NowUnixMs - directive.UpdatedUnixMs > (long)PlanJudge.SightTime.TotalMilliseconds
            ? request.End(RequestStage.Failed, "its host says that its VM was moved, and it was not seen on the other one alone", view.NowUnixMs)
            : request;
    }

    private static StartRequest Running(StartRequest request, RequestView view)
    {
        if (view.Sights[request.Vm].Any(s => LiveCluster.Counts(s.State)))
        {
            return request;
        }

        // A host that it was moved away from tells of it as gone; that it is off where it is says more.
        VmSight? over = view.Sights[request.Vm].Where(s => s.State is VmState.ShutOff or VmState.Gone && view.IsInSight(s.Host)).MinBy(s => s.State == VmState.Gone);
        return over is null ? request
            : request.End(RequestStage.Ended, over.State == VmState.Gone ? "the VM is not defined any more" : "the VM was seen shut off", view.NowUnixMs);
    }
}
