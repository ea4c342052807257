using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using VirtAgents.Agent.Configuration;
using VirtAgents.Agent.Stream;

namespace VirtAgents.Agent.Hosting;

/// <summary>Runs the sessions of this process. It has started when all of them sample.</summary>
internal sealed partial class AgentService(
    AgentOptions options, ReadyFile ready, TimeProvider time, ILoggerFactory loggers, IHostApplicationLifetime lifetime) : IHostedService, IDisposable
{
    private readonly ILogger _logger = loggers.CreateLogger("VirtAgents.Agent");
    private readonly HostSource _source = new(options, time, loggers);
    private readonly ChannelSource _channels = new(options.Collector, shared: options.Hypervisor == HypervisorChoice.Simulated);
    private readonly List<AgentSession> _sessions = [];
    private ControlSocket? _control;

    /// <summary>A part of the agent failed beyond repair.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Every session makes progress with its fast samples.</summary>
    public bool IsSampling => _sessions.TrueForAll(s => s.IsSampling);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        ready.Clear();
        var parts = new SessionParts(_channels, ready, time, loggers, Fail);
        foreach (ObservedHost host in _source.Open())
        {
            var session = new AgentSession(host, options, parts);
            _sessions.Add(session);
            await session.StartAsync(cancellationToken);
        }

        if (options.Simulation.ControlSocket is { Length: > 0 } path && _source.Inject is { } inject)
        {
            _control = ControlSocket.Open(path, inject, time, loggers.CreateLogger("VirtAgents.Agent.Control"));
        }

        LogStarted(AgentVersion.Text, _sessions.Count, options.Hypervisor);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_control is not null)
        {
            await _control.DisposeAsync();
        }

        await Task.WhenAll(_sessions.Select(s => s.StopAsync()));
        foreach (AgentSession session in _sessions)
        {
            await session.DisposeAsync();
        }

        LogStopped();
    }

    public void Dispose()
    {
        _channels.Dispose();
        _source.Dispose();
    }

    private void Fail()
    {
        HasFailed = true;
        lifetime.StopApplication();
    }

    [LoggerMessage(1001, LogLevel.Information, "virtagent {Version} samples {Hosts} host(s), hypervisor {Hypervisor}.")]
    private partial void LogStarted(string version, int hosts, HypervisorChoice hypervisor);

    [LoggerMessage(1002, LogLevel.Information, "virtagent has stopped.")]
    private partial void LogStopped();
}
