using System.Collections.Concurrent;
using VirtAgents.Hypervisors.Libvirt.Native;

namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>What libvirt has told of VMs since orders for them were begun, as far as no state shows it later.</summary>
internal sealed class ControlEvents
{
    private const int Stopped = 5;
    private const int StoppedByMigration = 3;
    private readonly ConcurrentDictionary<Guid, Told> _told = new();

    /// <summary>Begins to listen for a VM. One order at a time works on a VM.</summary>
    public void Watch(Guid vm) => _told[vm] = new Told();

    /// <summary>Ends listening for a VM.</summary>
    public void Forget(Guid vm) => _told.TryRemove(vm, out _);

    /// <summary>Whether it was reset, by its guest or from outside.</summary>
    public bool WasReset(Guid vm) => _told.TryGetValue(vm, out Told? told) && told.Reset;

    /// <summary>Whether it ended here because it runs on another host.</summary>
    public bool HasMigrated(Guid vm) => _told.TryGetValue(vm, out Told? told) && told.Migrated;

    public void Add(RawEvent raw)
    {
        if (_told.TryGetValue(raw.Uuid, out Told? told))
        {
            told.Reset |= raw.Kind == RawEventKind.Reboot;
            told.Migrated |= raw is { Kind: RawEventKind.Lifecycle, Code: Stopped, Detail: StoppedByMigration };
        }
    }

    private sealed class Told
    {
        // Set on the thread of the events, read on others.
        public volatile bool Reset;
        public volatile bool Migrated;
    }
}
