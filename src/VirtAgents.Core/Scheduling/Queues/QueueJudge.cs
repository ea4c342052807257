namespace VirtAgents.Core.Scheduling.Queues;

/// <summary>Decides which requests of a queue start, and says of every one why or why not. Without state.</summary>
/// <remarks>
/// In this order: what is too late or too early is set aside; the rest is put into the order of the discipline, and tenants are
/// interleaved by their weighted shares; then it is started from the front. What its quota holds back does not block others.
/// </remarks>
/// <param name="discipline">Order of the requests of each tenant.</param>
/// <param name="backfilling">What may pass a head that does not fit.</param>
public sealed class QueueJudge(IQueueDiscipline discipline, Backfilling backfilling)
{
    /// <summary>Decides for every waiting request: first those set aside, then the others in the order in which they were served.</summary>
    public IReadOnlyList<QueueDecision> Decide(QueueSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        RunningSet running = new(snapshot.Free);
        TenantUsage tenants = new(CapacityOf(snapshot), snapshot.Tenants);
        foreach (RunningRequest runs in snapshot.Running)
        {
            running.Add(runs);
            tenants.Add(runs);
        }

        List<QueueDecision> decisions = new(snapshot.Waiting.Count);
        WaitingEntry[] waiting = FairOrder.Arrange(Ready(snapshot, decisions).Arrange(snapshot.NowSeconds), tenants);
        new DispatchRound(backfilling, running, tenants).Run(waiting, snapshot.NowSeconds, [], decisions);
        return decisions;
    }

    private static Resources CapacityOf(QueueSnapshot snapshot) =>
        snapshot.Running.Aggregate(snapshot.Free, (sum, running) => sum + running.Need);

    private WaitingQueue Ready(QueueSnapshot snapshot, List<QueueDecision> decisions)
    {
        WaitingQueue ready = new(discipline);
        foreach (QueuedRequest request in snapshot.Waiting)
        {
            if (request.DeadlineSeconds < snapshot.NowSeconds)
            {
                decisions.Add(new QueueDecision(request, QueueVerdict.TooLate, snapshot.Free, null));
            }
            else if (request.NotBeforeSeconds > snapshot.NowSeconds)
            {
                decisions.Add(new QueueDecision(request, QueueVerdict.WaitsForItsTime, snapshot.Free, null));
            }
            else
            {
                ready.Add(request, snapshot.NowSeconds);
            }
        }

        return ready;
    }
}
