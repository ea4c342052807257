using System.Collections.Concurrent;
using System.Security.Cryptography;
using VirtAgents.Collector.Sessions;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Collector.Witnesses;

/// <summary>Questions that agents were asked, until they are answered or nobody waits any more.</summary>
internal sealed class ProbeBoard
{
    private readonly ConcurrentDictionary<ulong, Waiting> _waiting = [];

    // Answers to a collector that ran before must not be taken for answers to this one.
    private ulong _last = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    /// <summary>Asks an agent; null when it has not answered in time.</summary>
    public async Task<ProbeResult?> AskAsync(AgentSession witness, HostId from, ProbeHost question, TimeSpan patience, TimeProvider time, CancellationToken stop)
    {
        question.ProbeId = Interlocked.Increment(ref _last);
        Waiting waiting = new(from, new(TaskCreationOptions.RunContinuationsAsynchronously));
        _waiting[question.ProbeId] = waiting;
        try
        {
            witness.Ask(question);
            return await waiting.Answer.Task.WaitAsync(patience, time, stop);
        }
        catch (TimeoutException)
        {
            return null;
        }
        finally
        {
            _waiting.TryRemove(question.ProbeId, out _);
        }
    }

    /// <summary>An agent answered; what it was not asked, or too late, is let go.</summary>
    public void Take(HostId from, ProbeResult result)
    {
        if (_waiting.TryGetValue(result.ProbeId, out Waiting? waiting) && waiting.From == from)
        {
            waiting.Answer.TrySetResult(result);
        }
    }

    private sealed record Waiting(HostId From, TaskCompletionSource<ProbeResult> Answer);
}
