using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace VirtAgents.Collector.Sessions;

/// <summary>The connections on which agents came. They are closed within a time when the collector stops.</summary>
/// <remarks>
/// A web server that begins to close a connection just as its last stream ends may cut off the last words of the stream, or
/// miss its end; then it waits for the client as long as a stop may take in all, and what is stopped later has no time left.
/// </remarks>
internal sealed class AgentConnections(TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Connection> _open = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _calls = new();

    /// <summary>Remembers a call until its last words are sent, and its connection until it is closed.</summary>
    public void Add(HttpContext call)
    {
        TaskCompletionSource answered = NewSignal();
        _calls[call.TraceIdentifier] = answered;
        call.Response.OnCompleted(() =>
        {
            _calls.TryRemove(call.TraceIdentifier, out _);
            answered.SetResult();
            return Task.CompletedTask;
        });

        string id = call.Connection.Id;
        Connection connection = new(call.Features.GetRequiredFeature<IConnectionLifetimeFeature>(), call.Features.GetRequiredFeature<IConnectionLifetimeNotificationFeature>());
        if (_open.TryAdd(id, connection))
        {
            connection.Lifetime.ConnectionClosed.UnsafeRegister(_ => _open.TryRemove(id, out Connection _), null);
        }
    }

    /// <summary>Has the last words sent, asks all connections to close, and ends those that do not; each within a second.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        await SoonAsync(_calls.Values.Select(c => c.Task), cancellationToken);
        Connection[] open = [.. _open.Values];
        foreach (Connection connection in open)
        {
            connection.Notification.RequestClose();
        }

        await SoonAsync(open.Select(c => Closed(c.Lifetime)), cancellationToken);
        foreach (Connection connection in _open.Values)
        {
            connection.Lifetime.Abort();
        }
    }

    private static Task Closed(IConnectionLifetimeFeature connection)
    {
        TaskCompletionSource closed = NewSignal();
        connection.ConnectionClosed.UnsafeRegister(_ => closed.TrySetResult(), null);
        return closed.Task;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task SoonAsync(IEnumerable<Task> all, CancellationToken cancellationToken) =>
        await Task.WhenAny(Task.WhenAll(all), Task.Delay(Patience, time, cancellationToken));

    private readonly record struct Connection(IConnectionLifetimeFeature Lifetime, IConnectionLifetimeNotificationFeature Notification);
}
