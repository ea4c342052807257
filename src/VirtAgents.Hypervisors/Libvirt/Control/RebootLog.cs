using System.Collections.Concurrent;

namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>How often libvirt has told that a VM was reset, by its guest or from outside: the one thing that no state shows later.</summary>
internal sealed class RebootLog
{
    private readonly ConcurrentDictionary<Guid, long> _counts = new();

    /// <summary>Begins to count for a VM. One order at a time works on a VM.</summary>
    public void Watch(Guid vm) => _counts[vm] = 0;

    /// <summary>Ends counting for a VM.</summary>
    public void Forget(Guid vm) => _counts.TryRemove(vm, out _);

    /// <summary>Resets since counting began.</summary>
    /// <returns>Null when nobody has been counting.</returns>
    public long? CountOf(Guid vm) => _counts.TryGetValue(vm, out long count) ? count : null;

    public void Add(Guid vm)
    {
        while (_counts.TryGetValue(vm, out long count) && !_counts.TryUpdate(vm, count + 1, count))
        {
        }
    }
}
