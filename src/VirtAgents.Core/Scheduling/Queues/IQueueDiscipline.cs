namespace VirtAgents.Core.Scheduling.Queues;

/// <summary>An order in which waiting requests are served. Without state: the same answer for the same arguments.</summary>
public interface IQueueDiscipline
{
    /// <summary>Name for options and output.</summary>
    string Name { get; }

    /// <summary>Whether the rank of a request never changes, so that it need not be asked for again.</summary>
    bool IsFixed { get; }

    /// <summary>Rank of a request: the smallest is served first, equal ones in order of submission and number.</summary>
    /// <param name="request">A request that was submitted at or before now.</param>
    /// <param name="nowSeconds">Now, on the clock of the queue.</param>
    double Rank(QueuedRequest request, double nowSeconds);
}
