using Grpc.Core;
using VirtAgents.Collector.Configuration;
using VirtAgents.Collector.Directives;
using VirtAgents.Collector.Incidents;
using VirtAgents.Collector.Ingest;
using VirtAgents.Collector.Sessions;

namespace VirtAgents.Collector.Hosting;

/// <summary>
/// Stops in two stages: first agents are asked to leave and new ones are sent away; those that stay are ended once
/// what they sent is durable. Runs before anything else stops.
/// </summary>
internal sealed class DrainCoordinator(
    SessionRegistry registry, AgentConnections connections, EventFeed feed, DirectiveFeed directives, IncidentFeed incidents,
    CollectorOptions options, TimeProvider time) : IHostedLifecycleService
{
    private static readonly TimeSpan ReconnectAfter = TimeSpan.FromSeconds(2);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        Task empty = registry.Drain();
        foreach (AgentSession session in registry.All)
        {
            session.Drain("the collector stops", ReconnectAfter);
        }

        await Task.WhenAny(empty, Task.Delay(options.Liveness.StopBudget / 2, time, cancellationToken));
        foreach (AgentSession session in registry.All)
        {
            session.End(new StreamRefusal(StatusCode.Unavailable, "stopping", "the collector stops"));
        }

        await Task.WhenAny(empty, Task.Delay(options.Liveness.StopBudget, time, cancellationToken));
        await connections.CloseAsync(cancellationToken);
        feed.End();
        directives.End();
        incidents.End();
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
