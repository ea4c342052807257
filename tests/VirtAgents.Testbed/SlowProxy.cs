using System.Net;
using System.Net.Sockets;

namespace VirtAgents.Testbed;

/// <summary>A way to a server on which only so many bytes a second pass towards it; answers come back at once.</summary>
public sealed class SlowProxy : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly int _port;
    private readonly Task _work;
    private long _passed;

    /// <summary>Makes a way to a server on the loopback interface.</summary>
    public SlowProxy(Uri server, int bytesPerSecond)
    {
        ArgumentNullException.ThrowIfNull(server);
        (_port, BytesPerSecond) = (server.Port, bytesPerSecond);
        _listener.Start();
        _work = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>How many bytes pass in a second.</summary>
    public int BytesPerSecond { get; set; }

    /// <summary>How many bytes passed so far.</summary>
    public long Passed => Interlocked.Read(ref _passed);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _work;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient accepted)
    {
        using TcpClient client = accepted;
        using var server = new TcpClient();

        // Small buffers, so that what waits on the way is not taken for what has passed.
        (client.ReceiveBufferSize, server.SendBufferSize) = (4096, 4096);
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _port, _stop.Token);
            await Task.WhenAny(SlowlyAsync(client.GetStream(), server.GetStream()), server.GetStream().CopyToAsync(client.GetStream(), _stop.Token));
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // One of the two sides went away, or the test ended.
        }
    }

    private async Task SlowlyAsync(NetworkStream from, NetworkStream to)
    {
        byte[] buffer = new byte[64 << 10];
        while (true)
        {
            int most = Math.Clamp((int)(BytesPerSecond * Pause.TotalSeconds), 1, buffer.Length);
            int read = await from.ReadAsync(buffer.AsMemory(0, most), _stop.Token);
            if (read == 0)
            {
                return;
            }

            await to.WriteAsync(buffer.AsMemory(0, read), _stop.Token);
            Interlocked.Add(ref _passed, read);
            await Task.Delay(Pause, TimeProvider.System, _stop.Token);
        }
    }
}
