using Microsoft.Extensions.Logging;
using VirtAgents.Agent.Configuration;

namespace VirtAgents.Agent.Witness;

/// <summary>What one host tells of itself to other hosts, and sees of them.</summary>
internal sealed class WitnessSession : IDisposable
{
    private readonly WitnessPort? _port;

    public WitnessSession(WitnessOptions options, WitnessLine line, TimeProvider time, ILoggerFactory loggers)
    {
        ILogger logger = loggers.CreateLogger("VirtAgents.Agent.Witness");
        _port = options.Listen is { } where ? new WitnessPort(where, line, time, logger) : null;
        Desk = new ProbeDesk(_port, time, logger);
    }

    public ProbeDesk Desk { get; }

    /// <summary>Runs until cancelled.</summary>
    public Task RunAsync(CancellationToken stop) => _port?.RunAsync(stop) ?? Task.CompletedTask;

    public void Dispose() => Desk.Dispose();
}
