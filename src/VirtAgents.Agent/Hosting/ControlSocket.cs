using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using VirtAgents.Simulation.Faults;

namespace VirtAgents.Agent.Hosting;

/// <summary>
/// Where a running simulation takes steps: a Unix socket that only the owner may open. A step is one line of JSON as in a
/// scenario file but without <c>at</c>, and is answered by one line.
/// </summary>
internal sealed partial class ControlSocket : IAsyncDisposable
{
    /// <summary>Longest path of a Unix socket that the kernel takes, in bytes.</summary>
    public const int LongestPath = 107;

    /// <summary>Most connections at a time; more are told so and closed.</summary>
    public const int MostConnections = 4;

    private static readonly TimeSpan RestAfterFailure = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly Socket _listener;
    private readonly Func<string, Injection> _inject;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly List<Task> _serving = [];
    private Task _accepting = Task.CompletedTask;

    private ControlSocket(Socket listener, Func<string, Injection> inject, TimeProvider time, ILogger logger) =>
        (_listener, _inject, _time, _logger) = (listener, inject, time, logger);

    /// <summary>Opens the socket and serves it until it is disposed, which removes the file.</summary>
    /// <exception cref="SimulationUnusableException">There cannot be a socket at the path.</exception>
    public static ControlSocket Open(string path, Func<string, Injection> inject, TimeProvider time, ILogger logger)
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            RemoveStale(path);
            listener.Bind(new UnixDomainSocketEndPoint(path));

            // Nobody can connect before Listen, so nobody gets in before the mode is right.
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            listener.Listen(MostConnections);
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException)
        {
            listener.Dispose();
            throw new SimulationUnusableException($"Simulation:ControlSocket {path} cannot be opened: {e.Message}", e);
        }

        var socket = new ControlSocket(listener, inject, time, logger);
        socket._accepting = socket.AcceptAsync(socket._stop.Token);
        socket.LogOpen(path);
        return socket;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        await Task.WhenAll(_serving);
        _listener.Dispose();
        _stop.Dispose();
    }

    /// <summary>A killed agent leaves its socket behind. Nothing else is ever removed.</summary>
    private static void RemoveStale(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        if (IsFile(path))
        {
            throw new IOException("there is a file of that name");
        }

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(path);
            return;
        }

        throw new IOException("another agent listens there");
    }

    private static bool IsFile(string path)
    {
        try
        {
            using var file = File.OpenHandle(path);
            return true;
        }
        catch (IOException)
        {
            // A socket cannot be opened as a file.
            return false;
        }
    }

    private async Task AcceptAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                if (await TryAcceptAsync(stop) is { } client)
                {
                    Serve(client, stop);
                }
                else
                {
                    await Task.Delay(RestAfterFailure, _time, stop);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The agent stops.
        }
    }

    /// <summary>Null when it failed, such as for want of file descriptors.</summary>
    private async ValueTask<Socket?> TryAcceptAsync(CancellationToken stop)
    {
        try
        {
            return await _listener.AcceptAsync(stop);
        }
        catch (SocketException e)
        {
            LogNotAccepted(e.Message);
            return null;
        }
    }

    private void Serve(Socket client, CancellationToken stop)
    {
        _serving.RemoveAll(task => task.IsCompleted);
        var connection = new ControlConnection(client, _inject, _time, LogInjected);
        _serving.Add(GuardAsync(_serving.Count < MostConnections ? connection.ServeAsync(stop) : connection.TurnAwayAsync(stop)));
    }

    private async Task GuardAsync(Task serving)
    {
        try
        {
            await serving;
        }
        catch (Exception e)
        {
            // The edge of the connection: a step that the simulator fails over must not end the agent, nor stay unknown.
            LogFailed(e);
        }
    }

    [LoggerMessage(1421, LogLevel.Information, "Faults are taken at {Path}.")]
    private partial void LogOpen(string path);

    [LoggerMessage(1422, LogLevel.Information, "Asked for the step {Step}: {Verdict}.")]
    private partial void LogInjected(string step, InjectionVerdict verdict);

    [LoggerMessage(1424, LogLevel.Error, "A connection to the control socket ended, since its step failed in the simulator.")]
    private partial void LogFailed(Exception problem);

    [LoggerMessage(1423, LogLevel.Warning, "A connection to the control socket could not be accepted: {Problem}")]
    private partial void LogNotAccepted(string problem);
}
