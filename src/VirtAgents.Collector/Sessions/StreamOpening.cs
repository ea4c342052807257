using Grpc.Core;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Hosting;
using VirtAgents.Collector.Ingest;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Collector.Sessions;

/// <summary>The beginning of a stream: who the agent is, what of it is durable, and whether it gets the host.</summary>
internal sealed partial class StreamOpening(SessionParts parts, string sessionId, string peer)
{
    private readonly ILogger _log = parts.Log;

    /// <summary>Reads the hello and claims the host.</summary>
    /// <exception cref="StreamRefusal">The agent cannot be let in.</exception>
    public async Task<OpenedStream> OpenAsync(IAsyncStreamReader<AgentMessage> requests, CancellationToken stop)
    {
        Introduction agent = await ReadHelloAsync(requests, stop);
        if (!parts.Admission.TryAdmit(agent.Host.Id))
        {
            throw new StreamRefusal(
                StatusCode.ResourceExhausted, "hosts", $"{parts.Options.Limits.Hosts} hosts are known already, and this is another (Limits:Hosts)");
        }

        SequenceSpace space = await OpenSpaceAsync(agent, stop);
        IHostGrain grain = parts.Grains.GetGrain<IHostGrain>(agent.Host.Id.Value);

        // Numbers that an earlier store had and this one has not will never come: they break the history.
        bool lost = agent.Acknowledged > space.DurableContiguous;
        await ClaimAsync(grain, agent.Claim(sessionId, space.Known && !lost, peer));
        return new(agent, grain, space, lost);
    }

    public Welcome Welcome(OpenedStream stream) => new()
    {
        ProtocolVersion = stream.Agent.Version,
        SessionId = sessionId,
        Epoch = (ulong)parts.Epoch.Current,
        SamplingPlan = new()
        {
            FastIntervalMs = (uint)parts.Options.Ingest.FastInterval.TotalMilliseconds,
            SlowIntervalMs = (uint)parts.Options.Ingest.SlowInterval.TotalMilliseconds,
        },
        AckedSequence = (ulong)stream.Space.DurableContiguous,
        SilenceLimitMs = (uint)parts.Options.Liveness.SilenceLimit.TotalMilliseconds,
        CollectorVersion = CollectorProgram.Version,
    };

    /// <summary>Closes the hole that another store leaves, when there is one.</summary>
    public async ValueTask AdoptAsync(OpenedStream stream)
    {
        (SequenceSpace space, long acknowledged) = (stream.Space, stream.Agent.Acknowledged);
        long first = space.DurableContiguous + 1;
        if (stream.Lost && space.Receive(first, acknowledged) == Arrival.New)
        {
            LogAcknowledgedElsewhere(space.Host, first, acknowledged);
            parts.Metrics.Missing(acknowledged - first + 1);
            parts.Writer.Budget.Force(0);
            await stream.Grain.GapAsync(new(space, first, acknowledged, "they were acknowledged, but this store does not have them", 0));
        }
    }

    private async ValueTask<Introduction> ReadHelloAsync(IAsyncStreamReader<AgentMessage> requests, CancellationToken stop)
    {
        using CancellationTokenSource patience = new(parts.Options.Liveness.HelloLimit, parts.Time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stop);
        try
        {
            if (!await requests.MoveNext(either.Token))
            {
                throw StreamRefusal.Violation("the stream ended without a hello");
            }
        }
        catch (Exception problem) when (patience.IsCancellationRequested && !stop.IsCancellationRequested && problem is not StreamRefusal)
        {
            throw new StreamRefusal(
                StatusCode.DeadlineExceeded, "hello", $"no hello within {parts.Options.Liveness.HelloLimit.TotalSeconds:0.###} s");
        }

        return requests.Current.MessageCase == AgentMessage.MessageOneofCase.Hello
            ? HelloReader.Read(requests.Current.Hello)
            : throw StreamRefusal.Violation($"the first message is {requests.Current.MessageCase}, not hello");
    }

    private async ValueTask<SequenceSpace> OpenSpaceAsync(Introduction agent, CancellationToken stop)
    {
        try
        {
            return await parts.Ledger.OpenAsync(agent.Host.Id, agent.Boot, stop);
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            // The edge of the stream: without the store nobody knows what this agent has sent already.
            LogPositionsUnreadable(problem, agent.Host.Id);
            throw new StreamRefusal(StatusCode.Unavailable, "store", "the store cannot be read; come back later");
        }
    }

    private async ValueTask ClaimAsync(IHostGrain grain, SessionClaim claim)
    {
        ClaimAnswer answer = await grain.ClaimAsync(claim);
        if (answer.Refusal is not null)
        {
            throw new StreamRefusal(StatusCode.AlreadyExists, "host_held", answer.Refusal);
        }

        if (answer.Superseded is not null)
        {
            parts.Registry.Supersede(answer.Superseded);
        }
    }

    [LoggerMessage(2022, LogLevel.Error, "The store cannot tell what host {HostId} has sent already.")]
    private partial void LogPositionsUnreadable(Exception problem, HostId hostId);

    [LoggerMessage(2023, LogLevel.Warning, "Host {HostId} had messages {First} to {Last} acknowledged, but this store does not have them.")]
    private partial void LogAcknowledgedElsewhere(HostId hostId, long first, long last);
}
