using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.Extensions.Logging;
using VirtAgents.Core.Model;
using VirtAgents.Protocol;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Agent.Witness;

/// <summary>
/// Looks at other hosts when the collector asks, and at nothing else. Never holds back the stream or the samples: looks run
/// beside them, few at a time, and a question too many is answered with that.
/// </summary>
internal sealed partial class ProbeDesk(WitnessPort? port, HeartbeatReader heartbeats, TimeProvider time, ILogger logger) : IDisposable
{
    /// <summary>Looks that run at the same time.</summary>
    public const int MostAtOnce = 16;

    /// <summary>Answers that wait for the stream; beyond it the oldest is dropped, since the collector has stopped waiting for it.</summary>
    public const int MostWaiting = 64;

    private const int LeastTimeoutMs = 100, MostTimeoutMs = 60_000, LongestDetail = 256;

    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly Queue<ProbeResult> _answers = new();
    private int _running;

    /// <summary>Called when there is something new to tell.</summary>
    public event Action? Changed;

    /// <summary>Adds where this host can be asked after, and that it can ask after others.</summary>
    public void Describe(Hello hello)
    {
        hello.CanProbe = true;
        if (port?.Open is { } open)
        {
            bool isAnywhere = open.Address.Equals(IPAddress.Any) || open.Address.Equals(IPAddress.IPv6Any);
            (hello.WitnessAddress, hello.WitnessPort) = (isAnywhere ? "" : open.Address.ToString(), (uint)open.Port);
        }
    }

    /// <summary>Takes a question; never waits.</summary>
    public void Offer(ProbeHost question)
    {
        if (ProblemOf(question, out IPEndPoint? where, out HostId host) is { } problem)
        {
            Answer(question, new(ProbeOutcome.Unspecified, null, problem), TimeSpan.Zero);
        }
        else if (Interlocked.Increment(ref _running) > MostAtOnce)
        {
            Interlocked.Decrement(ref _running);
            Answer(question, new(ProbeOutcome.Unspecified, null, $"{MostAtOnce} looks run already"), TimeSpan.Zero);
        }
        else
        {
            LogAsked(host, where!);
            _ = LookAsync(question, where!, host);
        }
    }

    /// <summary>The next answer.</summary>
    public bool TryTake([NotNullWhen(true)] out ProbeResult? result)
    {
        lock (_lock)
        {
            return _answers.TryDequeue(out result);
        }
    }

    public void Dispose()
    {
        // Looks that still run end by it, and may look at the token while they do: it is left to the collector of garbage.
        _stop.Cancel();
    }

    private static string? ProblemOf(ProbeHost question, out IPEndPoint? where, out HostId host)
    {
        (where, host) = (null, default);
        if (!WireGuid.TryRead(question.HostId, out Guid id))
        {
            return "host_id is not a UUID of 16 bytes";
        }

        if (!IPAddress.TryParse(question.Address, out IPAddress? address))
        {
            return "address is not an IP address";
        }

        if (question.Port is 0 or > ushort.MaxValue || question.TimeoutMs is < LeastTimeoutMs or > MostTimeoutMs)
        {
            return $"port {question.Port} (1 to {ushort.MaxValue}) or timeout_ms {question.TimeoutMs} ({LeastTimeoutMs} to {MostTimeoutMs}) is out of range";
        }

        (where, host) = (new(address, (int)question.Port), new HostId(id));
        return null;
    }

    private async Task LookAsync(ProbeHost question, IPEndPoint where, HostId host)
    {
        long since = time.GetTimestamp();
        try
        {
            TimeSpan timeout = TimeSpan.FromMilliseconds(question.TimeoutMs);
            Task<long> beat = question.ReadHeartbeat ? heartbeats.ReadAsync(host, timeout, _stop.Token) : Task.FromResult(0L);
            ProbeSight sight = await HostProbe.LookAsync(where, host, timeout, time, _stop.Token);
            TimeSpan elapsed = time.GetElapsedTime(since);
            Answer(question, sight, elapsed, await beat);
        }
        catch (OperationCanceledException)
        {
            // The agent stops.
        }
        catch (Exception e)
        {
            // The edge of the look: whatever went wrong, it says nothing about the host, and nothing else may suffer.
            Answer(question, new(ProbeOutcome.Unspecified, null, e.Message), time.GetElapsedTime(since));
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    private void Answer(ProbeHost question, ProbeSight sight, TimeSpan elapsed, long beat = 0)
    {
        var result = new ProbeResult
        {
            ProbeId = question.ProbeId,
            Outcome = sight.Outcome,
            ElapsedMs = (uint)elapsed.TotalMilliseconds,
            HeartbeatSequence = (ulong)beat,
            Detail = sight.Detail.Length > LongestDetail ? sight.Detail[..LongestDetail] : sight.Detail,
        };
        if (sight.Line is { } line)
        {
            (result.HostId, result.BootId) = (WireGuid.ToWire(line.Host.Value), WireGuid.ToWire(line.Boot.Value));
        }

        lock (_lock)
        {
            _answers.Enqueue(result);
            if (_answers.Count > MostWaiting)
            {
                _answers.Dequeue();
            }
        }

        Changed?.Invoke();
    }

    [LoggerMessage(1433, LogLevel.Information, "The collector does not hear host {HostId}; looking at {Address}.")]
    private partial void LogAsked(HostId hostId, IPEndPoint address);
}
