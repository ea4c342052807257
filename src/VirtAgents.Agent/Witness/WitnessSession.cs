using Microsoft.Extensions.Logging;
using VirtAgents.Agent.Configuration;

namespace VirtAgents.Agent.Witness;

/// <summary>What one host tells of itself to other hosts, and sees of them.</summary>
internal sealed class WitnessSession : IDisposable
{
    private readonly WitnessPort? _port;
    private readonly HeartbeatWriter[] _writers;

    public WitnessSession(WitnessOptions options, WitnessLine line, TimeProvider time, ILoggerFactory loggers)
    {
        ILogger logger = loggers.CreateLogger("VirtAgents.Agent.Witness");
        _port = options.Listen is { } where ? new WitnessPort(where, line, time, logger) : null;
        HeartbeatDirectory[] directories = [.. options.HeartbeatDirectories.Select(path => new HeartbeatDirectory(path, time))];
        _writers = [.. directories.Select(directory => new HeartbeatWriter(directory, line, time, logger))];
        Desk = new ProbeDesk(_port, new HeartbeatReader(directories), time, logger);
    }

    public ProbeDesk Desk { get; }

    /// <summary>Starts its loops, which run until cancelled.</summary>
    public IReadOnlyList<Task> Run(CancellationToken stop) =>
        [.. _port is null ? [] : new[] { _port.RunAsync(stop) }, .. _writers.Select(writer => writer.RunAsync(stop))];

    public void Dispose() => Desk.Dispose();
}
