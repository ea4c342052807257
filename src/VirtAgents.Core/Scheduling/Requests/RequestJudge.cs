using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Queues;

namespace VirtAgents.Core.Scheduling.Requests;

/// <summary>Decides which of the waiting requests start now, and says of every one why or why not. Pure.</summary>
/// <remarks>
/// What is not certain is not started and blocks nobody else: its host out of sight, its VM in an unknown state, or something that room
/// and order do not decide. The others are put into one order for the cluster, that of the discipline with tenants interleaved by their
/// weighted shares, and served from the front, each on its own host. A request that does not fit blocks its own host alone.
/// </remarks>
public static class RequestJudge
{
    /// <summary>Decides: first what is set aside, then the others in their order.</summary>
    /// <param name="waiting">Requests of a cluster that wait.</param>
    /// <param name="begun">Requests of the cluster that were sent or whose VM runs.</param>
    /// <param name="view">What is seen.</param>
    public static IReadOnlyList<RequestDecision> Decide(IReadOnlyList<StartRequest> waiting, IReadOnlyList<StartRequest> begun, RequestView view)
    {
        ArgumentNullException.ThrowIfNull(waiting);
        ArgumentNullException.ThrowIfNull(begun);
        ArgumentNullException.ThrowIfNull(view);
        List<RequestDecision> decisions = new(waiting.Count);
        List<StartRequest> ready = [];
        foreach (StartRequest request in waiting.OrderBy(r => r.Number))
        {
            if (RequestCheck.WhyNot(request, view) is { } set)
            {
                decisions.Add(set);
            }
            else
            {
                ready.Add(request);
            }
        }

        if (ready.Count > 0)
        {
            Serve(ready, new HostQueues(view, view.Policy!, begun), view, decisions);
        }

        return decisions;
    }

    /// <summary>Decides in its turn on its own host.</summary>
    internal static RequestDecision Here(StartRequest request, QueuedRequest queued, HostQueues hosts, RequestView view)
    {
        (QueueDecision decision, string? busy) = hosts.Decide(request, queued);
        return busy is null ? Told(request, decision, view) : RequestCheck.Wait(request, busy);
    }

    private static void Serve(List<StartRequest> ready, HostQueues hosts, RequestView view, List<RequestDecision> decisions)
    {
        double now = view.NowUnixMs / 1000.0;
        WaitingQueue queue = new(view.Policy!.Discipline);
        Dictionary<long, StartRequest> byNumber = [];
        HashSet<VmId> twice = [];
        foreach (StartRequest request in ready)
        {
            VmInfo vm = view.SightOn(request.Host, request.Vm)!.Info;
            string? aside = !twice.Add(request.Vm) ? "another request for the same VM waits" : request.MayMove ? null : hosts.WhyNever(request, vm);
            if (aside is not null)
            {
                decisions.Add(RequestCheck.Wait(request, aside));
                continue;
            }

            byNumber.Add(request.Number, request);
            queue.Add(Queued(request, vm), now);
        }

        foreach ((int place, WaitingEntry entry) in FairOrder.Arrange(queue.Arrange(now), hosts.Usage).Index())
        {
            StartRequest request = byNumber[entry.Request.Id];
            RequestDecision decision = request.MayMove ? new RequestMoves(hosts, view).Decide(request, entry.Request) : Here(request, entry.Request, hosts, view);
            decisions.Add(decision with { Place = place + 1 });
        }
    }

    private static RequestDecision Told(StartRequest request, QueueDecision decision, RequestView view)
    {
        bool isPromised = decision.ReservationSeconds is { } at && HostQueues.IsBelievable(at, view.NowUnixMs / 1000.0);
        long? reservation = isPromised ? (long)(decision.ReservationSeconds!.Value * 1000) : null;
        return new(request, decision.Starts ? RequestAction.Start : RequestAction.Wait, RequestWords.Of(decision, view.Hosts[request.Host].Name, reservation))
        {
            ReservationUnixMs = reservation,
        };
    }

    private static QueuedRequest Queued(StartRequest request, VmInfo vm) => new(
        request.Number, request.SubmittedUnixMs / 1000.0, HostQueues.NeedOf(vm), request.EstimateSeconds ?? HostQueues.UnknownSeconds, request.Priority,
        HostQueues.TenantOf(request, vm));
}
