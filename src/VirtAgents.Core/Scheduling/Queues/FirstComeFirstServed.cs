namespace VirtAgents.Core.Scheduling.Queues;

/// <summary>In order of submission.</summary>
public sealed class FirstComeFirstServed : IQueueDiscipline
{
    /// <inheritdoc/>
    public string Name => "fcfs";

    /// <inheritdoc/>
    public bool IsFixed => true;

    /// <inheritdoc/>
    public double Rank(QueuedRequest request, double nowSeconds)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.SubmittedSeconds;
    }
}
