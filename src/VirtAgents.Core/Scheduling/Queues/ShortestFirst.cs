namespace VirtAgents.Core.Scheduling.Queues;

/// <summary>The one that is expected to run shortest first. The least waiting in the mean, but a long one may wait for ever.</summary>
public sealed class ShortestFirst : IQueueDiscipline
{
    /// <inheritdoc/>
    public string Name => "sjf";

    /// <inheritdoc/>
    public bool IsFixed => true;

    /// <inheritdoc/>
    public double Rank(QueuedRequest request, double nowSeconds)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.EstimateSeconds;
    }
}
