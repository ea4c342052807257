using System.Globalization;

namespace VirtAgents.Core.Scheduling.Queues;

/// <summary>What was decided for a request, with the figures that led to it.</summary>
/// <param name="Request">The request.</param>
/// <param name="Verdict">What was decided.</param>
/// <param name="Free">What was free when it was decided.</param>
/// <param name="ReservationSeconds">Earliest start of the head by the estimates, on the clock of the queue; null = none was made.</param>
public readonly record struct QueueDecision(QueuedRequest Request, QueueVerdict Verdict, Resources Free, double? ReservationSeconds)
{
    /// <summary>Whether it starts now.</summary>
    public bool Starts => Verdict <= QueueVerdict.StartsBesideReservation;

    /// <summary>The reason in words, such as "waits: head of the queue, needs 8 processors, 3 are free, reservation at 1200 s".</summary>
    public string Describe() => Verdict switch
    {
        QueueVerdict.StartsAsHead => "starts: head of the queue",
        QueueVerdict.StartsBeforeReservation => $"starts: backfilled, ends before the reservation of the head at {Time(ReservationSeconds)}",
        QueueVerdict.StartsBesideReservation => $"starts: backfilled, leaves the head what it needs at {Time(ReservationSeconds)}",
        QueueVerdict.WaitsForRoom => ReservationSeconds is null
            ? $"waits: head of the queue, {Lack()}"
            : $"waits: head of the queue, {Lack()}, reservation at {Time(ReservationSeconds)}",
        QueueVerdict.WaitsBehindHead => "waits: the head of the queue does not fit",
        QueueVerdict.WaitsBehindHeadForRoom => $"waits: {Lack()}",
        QueueVerdict.WaitsNotToDelayHead => $"waits: would delay the head, which has a reservation at {Time(ReservationSeconds)}",
        QueueVerdict.WaitsForItsTime => $"waits: not before {Time(Request.NotBeforeSeconds)}",
        QueueVerdict.WaitsForQuota => $"waits: the quota of tenant '{Request.Tenant}' is used up",
        QueueVerdict.TooLate => $"never starts: its deadline was {Time(Request.DeadlineSeconds)}",
        _ => throw new InvalidOperationException($"a verdict without words: {Verdict}"),
    };

    private string Lack() => Request.Need.MemoryMib == 0
        ? $"needs {Text(Request.Need.Processors)} processors, {Text(Free.Processors)} are free"
        : $"needs {Text(Request.Need.Processors)} processors and {Text(Request.Need.MemoryMib)} MiB, {Text(Free.Processors)} and {Text(Free.MemoryMib)} MiB are free";

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Time(double? seconds) => seconds is { } at ? at.ToString("0.###", CultureInfo.InvariantCulture) + " s" : "no known time";
}
