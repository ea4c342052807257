namespace VirtAgents.Core.Scheduling.Queues;

/// <summary>
/// Dynamic priority: the shortest first, but each second of waiting counts as so many seconds less. Nothing waits for ever: a
/// request is overtaken only by those that came at most its own estimate divided by the factor later.
/// </summary>
/// <remarks>
/// Requests gain at the same pace, so two of them never change places and their order is that of estimate + factor * submission.
/// It is still reckoned with the waiting time, since the rounding of equal ranks decides between them.
/// </remarks>
/// <param name="factor">Seconds of estimate that a second of waiting makes up for; 0 or more, where 0 is the shortest first.</param>
public sealed class Aging(double factor = Aging.DefaultFactor) : IQueueDiscipline
{
    /// <summary>Used where nothing else is asked for.</summary>
    public const double DefaultFactor = 1;

    /// <inheritdoc/>
    public string Name => "aging";

    /// <inheritdoc/>
    public bool IsFixed => false;

    /// <summary>Seconds of estimate that a second of waiting makes up for.</summary>
    public double Factor => factor;

    /// <inheritdoc/>
    public double Rank(QueuedRequest request, double nowSeconds)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.EstimateSeconds - (factor * (nowSeconds - request.SubmittedSeconds));
    }
}
