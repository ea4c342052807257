namespace VirtAgents.Core.Scheduling.Queues;

/// <summary>By a priority that never changes: the highest first, those without one last. A low one may wait for ever.</summary>
public sealed class HighestPriority : IQueueDiscipline
{
    /// <inheritdoc/>
    public string Name => "priority";

    /// <inheritdoc/>
    public bool IsFixed => true;

    /// <inheritdoc/>
    public double Rank(QueuedRequest request, double nowSeconds)
    {
        ArgumentNullException.ThrowIfNull(request);
        return -(double?)request.Priority ?? double.PositiveInfinity;
    }
}
