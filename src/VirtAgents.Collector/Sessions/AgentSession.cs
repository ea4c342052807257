using Google.Protobuf;
using Grpc.Core;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Hosting;
using VirtAgents.Collector.Ingest;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Collector.Sessions;

/// <summary>
/// One agent stream from hello to end. Whatever the peer does wrong ends this stream alone, with a status that says why.
/// </summary>
internal sealed partial class AgentSession(
    SessionParts parts, IAsyncStreamReader<AgentMessage> requests, IServerStreamWriter<CollectorMessage> responses, ServerCallContext context)
    : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
    private readonly MessageRate _rate = new(parts.Options.Limits.MessagesPerSecond, parts.Time);
    private SessionWriter? _writer;
    private Introduction? _agent;
    private IHostGrain? _grain;
    private StreamRefusal? _end;
    private volatile bool _heldBack;
    private volatile bool _suspected;
    private long _heard = parts.Time.GetTimestamp();

    public string Id { get; } = Guid.NewGuid().ToString("N");

    /// <summary>How long nothing was heard; zero while it is the collector that does not listen.</summary>
    public TimeSpan Silence => _heldBack || _agent is null ? TimeSpan.Zero : parts.Time.GetElapsedTime(Volatile.Read(ref _heard));

    /// <summary>Ends the stream with a reason.</summary>
    public void End(StreamRefusal reason)
    {
        Interlocked.CompareExchange(ref _end, reason, null);
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended by itself meanwhile.
        }
    }

    /// <summary>Tells the agent that the collector is about to stop.</summary>
    public void Drain(string reason, TimeSpan reconnectAfter) =>
        _writer?.Send(new() { Drain = new() { Reason = reason, ReconnectAfterMs = (uint)reconnectAfter.TotalMilliseconds } });

    /// <summary>Silence is counted from a later moment: the collector itself was not awake to listen.</summary>
    public void Excuse(long untilTimestamp) => Volatile.Write(ref _heard, untilTimestamp);

    /// <summary>Tells the host that its stream is silent; once for each silence.</summary>
    public async ValueTask SuspectAsync(TimeSpan silence)
    {
        if (_grain is not null && !_suspected)
        {
            _suspected = true;
            await _grain.SilentAsync(Id, silence);
        }
    }

    public async Task RunAsync()
    {
        if (parts.Registry.Enter(this) is { } refusal)
        {
            throw Refuse(refusal);
        }

        StreamEnd end = StreamEnd.Broken;
        string evidence = "the stream broke";
        try
        {
            await ConverseAsync();
            (end, evidence) = (StreamEnd.OnPurpose, "the agent closed its stream");
        }
        catch (Exception problem)
        {
            // The edge of the stream: nothing that goes wrong in one may reach another.
            StreamRefusal reason = Understand(problem);
            (end, evidence) = (reason.Cause == "stopping" ? StreamEnd.CollectorStops : StreamEnd.Broken, reason.Message);
            throw Refuse(reason);
        }
        finally
        {
            await LeaveAsync(parts.Registry.Draining ? StreamEnd.CollectorStops : end, evidence);
        }
    }

    public ValueTask DisposeAsync()
    {
        _stop.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task ConverseAsync()
    {
        Introduction agent = await ReadHelloAsync();
        SequenceSpace space = await OpenSpaceAsync(agent);
        IHostGrain grain = parts.Grains.GetGrain<IHostGrain>(agent.Host.Id.Value);

        // Numbers that an earlier store had and this one has not will never come: they break the history.
        bool lost = agent.Acknowledged > space.DurableContiguous;
        await ClaimAsync(grain, agent.Claim(Id, space.Known && !lost, context.Peer));
        (_agent, _grain) = (agent, grain);
        SessionWriter writer = new(responses, space.DurableContiguous);
        _writer = writer;
        writer.Send(new() { Welcome = Welcome(agent, space) });
        Task writing = writer.RunAsync();
        space.Attach(writer);
        try
        {
            if (lost)
            {
                await AdoptAsync(grain, space, agent.Acknowledged);
            }

            await ReceiveAsync(new MessageReceiver(parts, agent.Host.Id, space, grain));
            await SettleAsync(space);
        }
        finally
        {
            if (_end?.Cause == "stopping")
            {
                await SettleAsync(space);
            }

            space.Detach(writer);
            writer.Complete();
            await EndWritingAsync(writing);
        }
    }

    private async ValueTask<Introduction> ReadHelloAsync()
    {
        using CancellationTokenSource patience = new(parts.Options.Liveness.HelloLimit, parts.Time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _stop.Token);
        try
        {
            if (!await requests.MoveNext(either.Token))
            {
                throw StreamRefusal.Violation("the stream ended without a hello");
            }
        }
        catch (Exception problem) when (patience.IsCancellationRequested && !_stop.IsCancellationRequested && problem is not StreamRefusal)
        {
            throw new StreamRefusal(
                StatusCode.DeadlineExceeded, "hello", $"no hello within {parts.Options.Liveness.HelloLimit.TotalSeconds:0.###} s");
        }

        return requests.Current.MessageCase == AgentMessage.MessageOneofCase.Hello
            ? HelloReader.Read(requests.Current.Hello)
            : throw StreamRefusal.Violation($"the first message is {requests.Current.MessageCase}, not hello");
    }

    private async ValueTask<SequenceSpace> OpenSpaceAsync(Introduction agent)
    {
        try
        {
            return await parts.Ledger.OpenAsync(agent.Host.Id, agent.Boot, _stop.Token);
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

    private Welcome Welcome(Introduction agent, SequenceSpace space) => new()
    {
        ProtocolVersion = agent.Version,
        SessionId = Id,
        SamplingPlan = new()
        {
            FastIntervalMs = (uint)parts.Options.Ingest.FastInterval.TotalMilliseconds,
            SlowIntervalMs = (uint)parts.Options.Ingest.SlowInterval.TotalMilliseconds,
        },
        AckedSequence = (ulong)space.DurableContiguous,
        SilenceLimitMs = (uint)parts.Options.Liveness.SilenceLimit.TotalMilliseconds,
        CollectorVersion = CollectorProgram.Version,
    };

    private async ValueTask AdoptAsync(IHostGrain grain, SequenceSpace space, long acknowledged)
    {
        long first = space.DurableContiguous + 1;
        if (space.Receive(first, acknowledged) == Arrival.New)
        {
            LogAcknowledgedElsewhere(space.Host, first, acknowledged);
            parts.Metrics.Missing(acknowledged - first + 1);
            parts.Writer.Budget.Force(0);
            await grain.GapAsync(new(space, first, acknowledged, "they were acknowledged, but this store does not have them", 0));
        }
    }

    private async Task ReceiveAsync(MessageReceiver receiver)
    {
        while (await requests.MoveNext(_stop.Token))
        {
            Volatile.Write(ref _heard, parts.Time.GetTimestamp());
            if (_suspected && _grain is not null)
            {
                _suspected = false;
                await _grain.HeardAsync(Id);
            }

            _heldBack = true;
            await receiver.TakeAsync(requests.Current, _stop.Token);
            TimeSpan wait = _rate.Take();
            if (wait > TimeSpan.Zero)
            {
                parts.Metrics.Throttled("rate", wait);
                await Task.Delay(wait, parts.Time, _stop.Token);
            }

            Volatile.Write(ref _heard, parts.Time.GetTimestamp());
            _heldBack = false;
        }
    }

    // An agent that stops, and one that is told to, want to know how much of what they sent is durable.
    private async ValueTask SettleAsync(SequenceSpace space)
    {
        TimeSpan step = TimeSpan.FromMilliseconds(20);
        for (TimeSpan left = parts.Options.Liveness.StopBudget / 2; left > TimeSpan.Zero && !space.Settled && !context.CancellationToken.IsCancellationRequested; left -= step)
        {
            await Task.Delay(step, parts.Time, CancellationToken.None);
        }
    }

    private async ValueTask EndWritingAsync(Task writing)
    {
        try
        {
            await writing;
        }
        catch (Exception problem) when (problem is IOException or InvalidOperationException or OperationCanceledException or RpcException)
        {
            // The peer is gone; what it was not told it learns at its next hello.
            LogPeerGone(Id);
        }
    }

    private async ValueTask LeaveAsync(StreamEnd end, string evidence)
    {
        try
        {
            if (_agent is not null && _grain is not null)
            {
                LogEnded(_agent.Host.Name, _agent.Host.Id, evidence);
                await _grain.CloseAsync(Id, end, evidence);
            }
        }
        finally
        {
            parts.Registry.Leave(this);
        }
    }

    /// <summary>What an exception says about the stream.</summary>
    private StreamRefusal Understand(Exception problem) => problem switch
    {
        StreamRefusal refusal => refusal,
        _ when _end is not null => _end,
        RpcException { StatusCode: StatusCode.ResourceExhausted } =>
            new(StatusCode.ResourceExhausted, "message_size", $"a message is larger than {parts.Options.Limits.MessageBytes} bytes (Limits:MessageBytes)"),
        RpcException rpc => new(rpc.StatusCode, "transport", rpc.Status.Detail),
        InvalidProtocolBufferException => StreamRefusal.Violation("a message is not well-formed protobuf"),
        OperationCanceledException or IOException => new(StatusCode.Cancelled, "transport", "the connection broke"),
        InvalidOperationException when context.CancellationToken.IsCancellationRequested => new(StatusCode.Cancelled, "transport", "the connection broke"),
        _ => Fail(problem),
    };

    private StreamRefusal Fail(Exception problem)
    {
        LogFailed(problem, _agent?.Host.Name ?? "");
        return new(StatusCode.Internal, "internal", "the collector failed; its log says more");
    }

    private RpcException Refuse(StreamRefusal reason)
    {
        parts.Metrics.Refused(reason.Cause);
        if (reason.Cause is not ("transport" or "stopping"))
        {
            LogRefused(_agent?.Host.Name ?? "", context.Peer, reason.Message);
        }

        return new RpcException(new Status(reason.Status, reason.Message));
    }
}
