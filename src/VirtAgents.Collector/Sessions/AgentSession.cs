using Google.Protobuf;
using Grpc.Core;
using VirtAgents.Collector.Directives;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Ingest;
using VirtAgents.Core.Detection.Liveness;
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
    private readonly StreamSilence _silence = new(parts.Time, parts.Options.Liveness.SilenceLimit);
    private SessionWriter? _writer;
    private OpenedStream? _opened;
    private StreamRefusal? _end;

    public string Id { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Who it speaks for; null = nobody yet.</summary>
    public Introduction? Agent => _opened?.Agent;

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

    /// <summary>Has the agent look at another host. One that does not read is not asked, and so does not answer.</summary>
    public void Ask(ProbeHost question) => _writer?.Send(new() { ProbeHost = question });

    /// <summary>Silence is counted from a later moment: the collector itself was not awake to listen.</summary>
    public void Excuse(long untilMs) => _silence.Excuse(untilMs);

    /// <summary>What was heard until now.</summary>
    public StreamHearing Hearing(long nowMs) => _silence.Hearing(nowMs);

    /// <summary>Tells the host that its stream is silent; once for each silence.</summary>
    public async ValueTask SuspectAsync(SilenceVerdict verdict, StreamHearing heard)
    {
        if (_opened is { } opened && _silence.TrySuspect())
        {
            await opened.Grain.SilentAsync(Id, verdict.Explain(heard));
            Miss(opened, TimeSpan.Zero);
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
        StreamOpening opening = new(parts, Id, context.Peer);
        OpenedStream opened = await opening.OpenAsync(requests, _stop.Token);
        _opened = opened;
        parts.Witnesses.Book.Opened(
            Id, opened.Agent.Host.Id, opened.Agent.Cluster, opened.Agent.Place?.Seen(context.GetHttpContext().Connection.RemoteIpAddress));
        SequenceSpace space = opened.Space;
        SessionWriter writer = new(responses, space.DurableContiguous);
        _writer = writer;
        writer.Send(new() { Welcome = opening.Welcome(opened) });
        Task writing = writer.RunAsync();
        space.Attach(writer);
        try
        {
            await opening.AdoptAsync(opened);
            await using DirectiveLink directives = parts.Directives.Open(opened.Agent.Host.Id, writer);
            await ReceiveAsync(opened, new MessageReceiver(parts, opened.Agent.Host.Id, space, opened.Grain, directives));
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

    private async Task ReceiveAsync(OpenedStream opened, MessageReceiver receiver)
    {
        while (await requests.MoveNext(_stop.Token))
        {
            if (_silence.TryClear())
            {
                parts.Witnesses.Book.Settled(Id, opened.Agent.Host.Id);
                await opened.Grain.HeardAsync(Id);
            }

            _silence.HoldBack();
            await receiver.TakeAsync(requests.Current, _stop.Token);
            TimeSpan wait = _rate.Take();
            if (wait > TimeSpan.Zero)
            {
                parts.Metrics.Throttled("rate", wait);
                await Task.Delay(wait, parts.Time, _stop.Token);
            }

            _silence.Listen();
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
            if (_opened is { } opened)
            {
                LogEnded(opened.Agent.Host.Name, opened.Agent.Host.Id, evidence);
                if (end == StreamEnd.Broken)
                {
                    Miss(opened, parts.Options.Liveness.SilenceLimit);
                }
                else
                {
                    parts.Witnesses.Book.Settled(Id, opened.Agent.Host.Id);
                }

                await opened.Grain.CloseAsync(Id, end, evidence);
            }
        }
        finally
        {
            parts.Registry.Leave(this);
        }
    }

    // An agent whose stream broke may be back within the time that it may be silent.
    private void Miss(OpenedStream opened, TimeSpan patience) => parts.Witnesses.Book.Absent(
        Id, opened.Agent.Host.Id, StreamSilence.Milliseconds(parts.Time, parts.Time.GetTimestamp()) + (long)patience.TotalMilliseconds);

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
        LogFailed(problem, _opened?.Agent.Host.Name ?? "");
        return new(StatusCode.Internal, "internal", "the collector failed; its log says more");
    }

    private RpcException Refuse(StreamRefusal reason)
    {
        parts.Metrics.Refused(reason.Cause);
        if (reason.Cause is not ("transport" or "stopping"))
        {
            LogRefused(_opened?.Agent.Host.Name ?? "", context.Peer, reason.Message);
        }

        return new RpcException(new Status(reason.Status, reason.Message));
    }
}
