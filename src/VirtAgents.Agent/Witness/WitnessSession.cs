using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using VirtAgents.Agent.Configuration;
using VirtAgents.Core.Model;
using VirtAgents.Hypervisors;

namespace VirtAgents.Agent.Witness;

/// <summary>What one host tells of itself to other hosts, and sees of them.</summary>
internal sealed class WitnessSession : IDisposable
{
    private readonly WitnessPort? _port;
    private readonly HeartbeatWriter[] _writers;
    private readonly DefinitionKeeper[] _keepers;
    private (Inventory Seen, long Changes, Inventory Whole)? _completed;

    /// <param name="options">Settings.</param>
    /// <param name="line">What it says of itself.</param>
    /// <param name="definitions">Definitions of its VMs; null = there are none to keep.</param>
    /// <param name="time">Clock.</param>
    /// <param name="loggers">Logs.</param>
    public WitnessSession(WitnessOptions options, WitnessLine line, IDefinitionSource? definitions, TimeProvider time, ILoggerFactory loggers)
    {
        ILogger logger = loggers.CreateLogger("VirtAgents.Agent.Witness");
        _port = options.Listen is { } where ? new WitnessPort(where, line, time, logger) : null;
        HeartbeatDirectory[] directories = [.. options.HeartbeatDirectories.Select(path => new HeartbeatDirectory(path, time))];
        _writers = [.. directories.Select(directory => new HeartbeatWriter(directory, line, time, logger))];
        _keepers = definitions is null ? []
            : [.. options.HeartbeatDirectories.Select(path => new DefinitionKeeper(new DefinitionDirectory(path, time), line.Host, definitions, time, logger))];
        Desk = new ProbeDesk(_port, new HeartbeatReader(directories), time, logger);
    }

    public ProbeDesk Desk { get; }

    /// <summary>Starts its loops, which run until cancelled.</summary>
    public IReadOnlyList<Task> Run(CancellationToken stop) =>
        [.. _port is null ? [] : new[] { _port.RunAsync(stop) }, .. _writers.Select(writer => writer.RunAsync(stop)), .. _keepers.Select(keeper => keeper.RunAsync(stop))];

    /// <summary>An inventory with what is kept of its VMs. Its version grows with either. Asked with each sample, so that it is put together only when something has changed; not thread-safe.</summary>
    public Inventory Complete(Inventory inventory)
    {
        if (_keepers.Length == 0)
        {
            return inventory;
        }

        // Counted first: what changes meanwhile makes the next version.
        long changes = _keepers.Sum(keeper => keeper.Changes);
        if (_completed is { } last && ReferenceEquals(last.Seen, inventory) && last.Changes == changes)
        {
            return last.Whole;
        }

        ImmutableDictionary<VmId, string>[] kept = [.. _keepers.Select(keeper => keeper.Kept)];
        Inventory whole = inventory with
        {
            Version = inventory.Version + changes,
            Vms = [.. inventory.Vms.Select(vm => vm with { DefinitionDigest = kept.Select(k => k.GetValueOrDefault(vm.Id)).FirstOrDefault(digest => digest is not null) })],
        };
        _completed = (inventory, changes, whole);
        return whole;
    }

    public void Dispose() => Desk.Dispose();
}
