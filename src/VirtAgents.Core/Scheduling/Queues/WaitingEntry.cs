namespace VirtAgents.Core.Scheduling.Queues;

/// <summary>A waiting request with its rank when that was last asked for.</summary>
internal record struct WaitingEntry(double Rank, QueuedRequest Request) : IComparable<WaitingEntry>
{
    public readonly int CompareTo(WaitingEntry other)
    {
        int order = Rank.CompareTo(other.Rank);
        order = order != 0 ? order : Request.SubmittedSeconds.CompareTo(other.Request.SubmittedSeconds);
        return order != 0 ? order : Request.Id.CompareTo(other.Request.Id);
    }
}
