using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using VirtAgents.Agent.Witness;
using VirtAgents.Core.Model;

namespace VirtAgents.Agent.Tests.Witness;

/// <summary>A witness port on loopback.</summary>
internal sealed class WitnessScene : IAsyncDisposable
{
    public static readonly WitnessLine Line = new(new HostId(Guid.NewGuid()), new BootId(Guid.NewGuid()));

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    public WitnessScene(TimeProvider? time = null)
    {
        Port = new WitnessPort(new IPEndPoint(IPAddress.Loopback, 0), Line, time ?? TimeProvider.System, NullLogger.Instance);
        _running = Port.RunAsync(_stop.Token);
    }

    public WitnessPort Port { get; }

    public IPEndPoint Where => Port.Open ?? throw new InvalidOperationException("the port is not open");

    /// <summary>A listener that the test answers for; nobody else can be accepted while one connection waits.</summary>
    public static Socket Listen(int backlog)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(backlog);
        return listener;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _running.Soon());
        _stop.Dispose();
    }
}
