namespace VirtAgents.Hypervisors.Libvirt;

/// <summary>Counts the calls made to the daemon, over all connections.</summary>
internal sealed class CallCounter
{
    private long _count;

    public long Count => Interlocked.Read(ref _count);

    public void Add() => Interlocked.Increment(ref _count);
}
