using VirtAgents.Collector.Control;
using VirtAgents.Collector.Ingest;
using VirtAgents.Core.Detection;
using VirtAgents.Core.Model;

namespace VirtAgents.Collector.Fleet;

/// <summary>Never calls a host grain: those call it during their own turn.</summary>
[KeepAlive]
internal sealed class ClusterGrain(FleetMemory memory, BatchWriter writer, ClusterEpoch epoch, TimeProvider time) : Grain, IClusterGrain
{
    private readonly HashSet<Guid> _hosts = [];
    private readonly MigrationTracker _migrations = new();

    public override Task OnActivateAsync(CancellationToken cancellationToken) => epoch.AdvanceAsync(cancellationToken);

    public ValueTask StartAsync()
    {
        foreach (HostId host in memory.Hosts)
        {
            _hosts.Add(host.Value);
        }

        // Conclusions that were stored silence their halves; halves whose conclusion was lost with the process are concluded now.
        FleetEvent[] concluded = [.. memory.Migrations.Select(Observe).OfType<FleetEvent>()];
        foreach (FleetEvent line in concluded.Where(c => !memory.Migrations.Any(m => IsConclusion(m, c))))
        {
            Tell(line);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask KnowAsync(Guid hostId)
    {
        _hosts.Add(hostId);
        return ValueTask.CompletedTask;
    }

    public ValueTask<Guid[]> HostsAsync() => ValueTask.FromResult<Guid[]>([.. _hosts]);

    public ValueTask MigrationAsync(MigrationHalf half)
    {
        if (Observe(half.Line) is { } migrated)
        {
            Tell(migrated);
        }

        return ValueTask.CompletedTask;
    }

    private static bool IsConclusion(FleetEvent line, FleetEvent concluded) =>
        line.Event.Kind == HostEventKind.VmMigrated && line.Event.Vm == concluded.Event.Vm && line.Event.TimeUnixMs == concluded.Event.TimeUnixMs;

    private FleetEvent? Observe(FleetEvent line) => _migrations.Observe(line, time.GetUtcNow().ToUnixTimeMilliseconds());

    private void Tell(FleetEvent line) => writer.EnqueueOwn(new IngestItem { Events = [line] });
}
