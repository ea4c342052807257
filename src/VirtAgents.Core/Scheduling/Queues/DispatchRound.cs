namespace VirtAgents.Core.Scheduling.Queues;

/// <summary>Decides at one instant which of the waiting requests start, in their order.</summary>
/// <remarks>
/// EASY backfilling (Lifka, "The ANL/IBM SP scheduling system", JSSPP 1995): the first request that does not fit gets a
/// reservation at the earliest time that the estimated ends allow. A later one starts now if it fits and either ends before
/// that time or takes only what is left over then. Only the head has a reservation.
/// </remarks>
internal sealed class DispatchRound(Backfilling backfilling, RunningSet running, TenantUsage? tenants = null)
{
    private bool _isBlocked;
    private Reservation? _reservation;

    // Each request takes at least one processor, so that without one nothing more can start.
    private bool IsOver => _isBlocked && (backfilling == Backfilling.None || running.Free.Processors <= 0);

    /// <summary>Decides, and takes what starts from what is free.</summary>
    /// <param name="waiting">Those that may start, in the order of the queue.</param>
    /// <param name="nowSeconds">Now, on the clock of the queue.</param>
    /// <param name="started">Gets the places of those that start, ascending.</param>
    /// <param name="told">Gets a decision for each; null = not wanted.</param>
    public void Run(ReadOnlySpan<WaitingEntry> waiting, double nowSeconds, List<int> started, List<QueueDecision>? told)
    {
        (_isBlocked, _reservation) = (false, null);
        for (int i = 0; i < waiting.Length && (told is not null || !IsOver); i++)
        {
            QueueDecision decision = Decide(waiting[i].Request, nowSeconds);
            told?.Add(decision);
            if (decision.Starts)
            {
                started.Add(i);
            }
        }
    }

    /// <summary>Whether nothing but the order may keep a request from starting.</summary>
    public bool HasRoomFor(QueuedRequest request) => !IsOver && tenants?.WouldExceedQuota(request) is not true && request.Need.FitsIn(running.Free);

    /// <summary>Decides for the request whose turn it is, by what was decided for those before it, and takes what it needs if it starts.</summary>
    public QueueDecision Decide(QueuedRequest request, double nowSeconds)
    {
        QueueVerdict verdict = Judge(request, nowSeconds);
        QueueDecision decision = new(request, verdict, running.Free, ReservedSeconds());
        if (decision.Starts)
        {
            running.Start(request, nowSeconds);
            tenants?.Start(request);
        }

        return decision;
    }

    private QueueVerdict Judge(QueuedRequest request, double nowSeconds)
    {
        if (tenants?.WouldExceedQuota(request) is true)
        {
            return QueueVerdict.WaitsForQuota;
        }

        bool fits = request.Need.FitsIn(running.Free);
        if (_isBlocked)
        {
            return backfilling == Backfilling.None ? QueueVerdict.WaitsBehindHead
                : !fits ? QueueVerdict.WaitsBehindHeadForRoom
                : Backfill(request, nowSeconds);
        }

        if (fits)
        {
            return QueueVerdict.StartsAsHead;
        }

        _isBlocked = true;
        _reservation = backfilling == Backfilling.Easy ? running.Reserve(request.Need) : null;
        return QueueVerdict.WaitsForRoom;
    }

    private QueueVerdict Backfill(QueuedRequest request, double nowSeconds)
    {
        Reservation kept = _reservation!.Value;
        if (nowSeconds + request.EstimateSeconds <= kept.AtSeconds)
        {
            return QueueVerdict.StartsBeforeReservation;
        }

        if (!request.Need.FitsIn(kept.Extra))
        {
            return QueueVerdict.WaitsNotToDelayHead;
        }

        _reservation = kept with { Extra = kept.Extra - request.Need };
        return QueueVerdict.StartsBesideReservation;
    }

    private double? ReservedSeconds() => _reservation is { } kept && double.IsFinite(kept.AtSeconds) ? kept.AtSeconds : null;
}
