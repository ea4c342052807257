using System.Collections.Concurrent;
using VirtAgents.Core.Directives;
using VirtAgents.Hypervisors.Libvirt.Native;

namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>What libvirt has told of VMs since orders for them were begun, as far as no state shows it later.</summary>
internal sealed class ControlEvents
{
    private const int Stopped = 5;
    private const int StoppedByMigration = 3;
    private const long MigrationOut = 5;
    private readonly ConcurrentDictionary<Guid, Told> _told = new();

    /// <summary>Begins to listen for a VM. One order at a time works on a VM.</summary>
    public void Watch(Guid vm) => _told[vm] = new Told();

    /// <summary>Ends listening for a VM.</summary>
    public void Forget(Guid vm) => _told.TryRemove(vm, out _);

    /// <summary>Whether it was reset, by its guest or from outside.</summary>
    public bool WasReset(Guid vm) => _told.TryGetValue(vm, out Told? told) && told.Reset;

    /// <summary>Whether it ended here because it runs on another host.</summary>
    public bool HasMigrated(Guid vm) => _told.TryGetValue(vm, out Told? told) && told.Migrated;

    /// <summary>What was measured of its way to another host, once that is told. It comes by the same way as <see cref="HasMigrated"/>, and before it.</summary>
    public MigrationFigures FiguresOf(Guid vm) => _told.TryGetValue(vm, out Told? told) && told.Job is { } job
        ? new MigrationFigures(Figure(job, "downtime"), Figure(job, "data_processed"))
        : default;

    /// <summary>Ends once a migration of the VM was told, and its figures with it; at once when nobody listens for the VM.</summary>
    public Task MigratedAsync(Guid vm) => _told.TryGetValue(vm, out Told? told) ? told.Departure.Task : Task.CompletedTask;

    public void Add(RawEvent raw)
    {
        if (!_told.TryGetValue(raw.Uuid, out Told? told))
        {
            return;
        }

        told.Reset |= raw.Kind == RawEventKind.Reboot;
        if (raw is { Kind: RawEventKind.JobCompleted, Job: { } job } && job.GetValueOrDefault("operation") == MigrationOut)
        {
            told.Job = job;
        }

        if (raw is { Kind: RawEventKind.Lifecycle, Code: Stopped, Detail: StoppedByMigration })
        {
            told.Migrated = true;
            told.Departure.TrySetResult();
        }
    }

    private static long? Figure(IReadOnlyDictionary<string, long> job, string name) => job.TryGetValue(name, out long value) && value >= 0 ? value : null;

    private sealed class Told
    {
        // Set on the thread of the events, read on others.
        public volatile bool Reset;
        public volatile bool Migrated;
        public volatile IReadOnlyDictionary<string, long>? Job;

        public TaskCompletionSource Departure { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
