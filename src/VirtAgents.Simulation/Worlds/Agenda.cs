namespace VirtAgents.Simulation.Worlds;

/// <summary>What is planned, by time; things planned for the same millisecond happen in the order of planning.</summary>
internal sealed class Agenda
{
    private readonly PriorityQueue<Action, (long TimeMs, long Order)> _queue = new();
    private long _order;

    /// <summary>Time of the next thing; null when nothing is planned.</summary>
    public long? NextMs => _queue.TryPeek(out _, out (long TimeMs, long Order) next) ? next.TimeMs : null;

    public void Add(long timeMs, Action action) => _queue.Enqueue(action, (timeMs, _order++));

    public Action Take() => _queue.Dequeue();
}
