using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace VirtAgents.Agent.Witness;

/// <summary>
/// Where agents of other hosts see that this one is there: each connection is told one line and closed. Nothing is read, so
/// there is nothing to be attacked but the accepting itself, which is limited.
/// </summary>
internal sealed partial class WitnessPort(IPEndPoint where, WitnessLine line, TimeProvider time, ILogger logger)
{
    /// <summary>Connections that are answered in a second; more wait in the kernel, which drops what it cannot hold.</summary>
    public const int MostPerSecond = 100;

    private const int Backlog = 64;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RestAfterFailure = TimeSpan.FromSeconds(10);

    private readonly ReadOnlyMemory<byte> _line = line.ToBytes();
    private volatile IPEndPoint? _open;
    private bool _failed;

    /// <summary>Where it listens now; null = nowhere.</summary>
    public IPEndPoint? Open => _open;

    /// <summary>Listens until cancelled. An address that cannot be had is tried again: the host is sampled all the same.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (true)
        {
            try
            {
                using var listener = new Socket(where.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                listener.Bind(where);
                listener.Listen(Backlog);
                _open = (IPEndPoint)listener.LocalEndPoint!;
                LogOpen(_open);
                _failed = false;
                await AnswerAsync(listener, stop);
            }
            catch (SocketException e)
            {
                Tell(e);
            }
            finally
            {
                _open = null;
            }

            await Task.Delay(RestAfterFailure, time, stop);
        }
    }

    private async Task AnswerAsync(Socket listener, CancellationToken stop)
    {
        long since = time.GetTimestamp();
        for (int answered = 0; ; answered++)
        {
            TimeSpan elapsed = time.GetElapsedTime(since);
            if (elapsed >= Second)
            {
                (since, answered) = (time.GetTimestamp(), 0);
            }
            else if (answered >= MostPerSecond)
            {
                await Task.Delay(Second - elapsed, time, stop);
            }

            using Socket client = await listener.AcceptAsync(stop);
            Answer(client);
        }
    }

    // The line fits into the buffer of any new connection, so this does not wait.
    private void Answer(Socket client)
    {
        try
        {
            client.Send(_line.Span);
            client.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // Whoever asked is gone.
        }
    }

    private void Tell(SocketException problem)
    {
        if (!_failed)
        {
            LogNotOpen(where, problem.Message);
        }

        _failed = true;
    }

    [LoggerMessage(1431, LogLevel.Information, "Other agents can ask after this host at {Address}.")]
    private partial void LogOpen(IPEndPoint address);

    [LoggerMessage(1432, LogLevel.Error, "Witness:Listen {Address} cannot be used, it is tried again: {Problem}")]
    private partial void LogNotOpen(IPEndPoint address, string problem);
}
