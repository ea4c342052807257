namespace VirtAgents.Core.Scheduling.Queues;

/// <summary>
/// Dynamic priority: the one first whose waiting and estimate together are the largest multiple of its estimate. Short ones
/// gain quickly, long ones in the end too.
/// </summary>
/// <remarks>Highest response ratio next: Brinch Hansen, "An analysis of response ratio scheduling", IFIP Congress 1971.</remarks>
public sealed class HighestResponseRatio : IQueueDiscipline
{
    /// <inheritdoc/>
    public string Name => "hrrn";

    /// <inheritdoc/>
    public bool IsFixed => false;

    /// <inheritdoc/>
    public double Rank(QueuedRequest request, double nowSeconds)
    {
        ArgumentNullException.ThrowIfNull(request);
        return -(nowSeconds - request.SubmittedSeconds + request.EstimateSeconds) / request.EstimateSeconds;
    }
}
