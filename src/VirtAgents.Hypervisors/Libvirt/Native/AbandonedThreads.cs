namespace VirtAgents.Hypervisors.Libvirt.Native;

/// <summary>How many threads are blocked for good in libvirt, with a limit so that a bad host cannot eat the agent.</summary>
internal sealed class AbandonedThreads(int limit)
{
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Whether a call that may block can be risked.</summary>
    public bool HasRoom => Count < limit;

    public void Add() => Interlocked.Increment(ref _count);

    public void Remove() => Interlocked.Decrement(ref _count);
}
