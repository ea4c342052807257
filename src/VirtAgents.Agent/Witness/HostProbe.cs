using System.Net;
using System.Net.Sockets;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Agent.Witness;

/// <summary>What was seen of a host.</summary>
/// <param name="Outcome">What was seen.</param>
/// <param name="Line">Who answered; null = nobody said who it is.</param>
/// <param name="Detail">What went wrong, for people; empty = nothing to add.</param>
internal sealed record ProbeSight(ProbeOutcome Outcome, WitnessLine? Line, string Detail);

/// <summary>Looks at the witness port of another host. Sends nothing, and reads at most one line.</summary>
internal static class HostProbe
{
    /// <summary>A look that took so many times longer than it may was that of an agent that is late itself.</summary>
    private const double LateFactor = 1.5;

    /// <summary>Looks once. Never throws but when stopped.</summary>
    public static async Task<ProbeSight> LookAsync(IPEndPoint where, HostId host, TimeSpan timeout, TimeProvider time, CancellationToken stop)
    {
        long since = time.GetTimestamp();
        using var limit = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        using var socket = new Socket(where.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(where, either.Token);
        }
        catch (SocketException e)
        {
            return Understand(e);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return time.GetElapsedTime(since) > timeout * LateFactor
                ? new(ProbeOutcome.Unspecified, null, "this agent was late itself")
                : new(ProbeOutcome.TimedOut, null, "");
        }

        return await ListenAsync(socket, host, either.Token, stop);
    }

    // A connection that was accepted shows that the kernel lives, whatever follows.
    private static async Task<ProbeSight> ListenAsync(Socket socket, HostId host, CancellationToken either, CancellationToken stop)
    {
        byte[] heard = new byte[WitnessLine.Longest];
        int length = 0;
        try
        {
            for (int read = 1; read > 0 && length < heard.Length && !heard.AsSpan(0, length).Contains((byte)'\n'); length += read)
            {
                read = await socket.ReceiveAsync(heard.AsMemory(length), either);
            }
        }
        catch (SocketException e)
        {
            return new(ProbeOutcome.Mute, null, e.Message);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return new(ProbeOutcome.Mute, null, "it said nothing in time");
        }

        if (!WitnessLine.TryRead(heard.AsSpan(0, length), out WitnessLine? line))
        {
            return new(ProbeOutcome.Mute, null, length == 0 ? "it said nothing" : "what it said is not the line of a witness port");
        }

        return new(line.Host == host ? ProbeOutcome.Answered : ProbeOutcome.OtherHost, line, "");
    }

    private static ProbeSight Understand(SocketException problem) => problem.SocketErrorCode switch
    {
        SocketError.ConnectionRefused or SocketError.ConnectionReset => new(ProbeOutcome.Refused, null, ""),
        SocketError.HostUnreachable or SocketError.HostDown => new(ProbeOutcome.Unreachable, null, problem.Message),
        SocketError.TimedOut => new(ProbeOutcome.TimedOut, null, ""),

        // No way to that network, no right, no descriptors: that is about this host.
        _ => new(ProbeOutcome.Unspecified, null, problem.Message),
    };
}
