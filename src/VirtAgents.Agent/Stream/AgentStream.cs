using Grpc.Core;
using Microsoft.Extensions.Logging;
using VirtAgents.Agent.Sampling;
using VirtAgents.Protocol;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Agent.Stream;

/// <summary>One stream from hello to its end: one reader, one writer. A blocked write is never cancelled on its own.</summary>
internal sealed partial class AgentStream : IDisposable
{
    /// <summary>Time for the collector to answer a hello.</summary>
    private static readonly TimeSpan WelcomeBudget = TimeSpan.FromSeconds(10);

    /// <summary>Time for the last acknowledgement after this side has said everything.</summary>
    private static readonly TimeSpan FarewellBudget = TimeSpan.FromSeconds(5);

    /// <summary>Time for the reader to notice what a failed write has noticed.</summary>
    private static readonly TimeSpan LastWordBudget = TimeSpan.FromSeconds(1);

    private readonly LinkSettings _link;
    private readonly Guid _instance;
    private readonly Action _welcomed;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly WakeSignal _wake;
    private readonly TaskCompletionSource<Welcome> _welcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _stopping;
    private volatile bool _readerEnded;
    private volatile Drain? _drain;
    private TimeSpan _heartbeat;

    public AgentStream(LinkSettings link, Guid instance, Action welcomed, TimeProvider time, ILogger logger)
    {
        (_link, _instance, _welcomed, _time, _logger) = (link, instance, welcomed, time, logger);
        _wake = new WakeSignal(time);
    }

    /// <summary>There may be something new to say, or a condition has changed.</summary>
    public void Wake() => _wake.Set();

    /// <summary>Says what there still is and then ends the stream on purpose.</summary>
    public void Stop()
    {
        _stopping = true;
        _wake.Set();
    }

    /// <summary>Lives one stream. Cancelling ends it at once.</summary>
    public async Task<StreamEnd> RunAsync(AgentGateway.AgentGatewayClient client, CancellationToken cancellationToken)
    {
        using AsyncDuplexStreamingCall<AgentMessage, CollectorMessage> call = client.Connect(cancellationToken: cancellationToken);
        Task<RpcException?> reading = ReadAsync(call.ResponseStream, cancellationToken);
        try
        {
            return await TalkAsync(call, reading, cancellationToken);
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException)
        {
            // The write only tells that the call is over; the reader knows why and is about to end.
            await Task.WhenAny(reading, Task.Delay(LastWordBudget, _time, cancellationToken));
            RpcException? why = (reading.IsCompleted ? await reading : null) ?? e as RpcException;
            return Lost(why?.Status ?? new Status(StatusCode.Unavailable, "the collector ended the stream"));
        }
        finally
        {
            call.Dispose();
            await reading;
        }
    }

    public void Dispose() => _wake.Dispose();

    private async Task<StreamEnd> TalkAsync(
        AsyncDuplexStreamingCall<AgentMessage, CollectorMessage> call, Task<RpcException?> reading, CancellationToken cancellationToken)
    {
        // The first write waits for the connection, and a peer that is no collector may never let it come to be.
        Hello introduction = _link.Identity.Hello(_link.Spool, _instance);
        _link.Directives.Describe(introduction);
        _link.Probes.Describe(introduction);
        Task hello = SayAsync(call.RequestStream, new AgentMessage { Hello = introduction }, cancellationToken);
        _ = hello.ContinueWith(t => t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        Welcome? welcome = await AwaitWelcomeAsync(reading, cancellationToken);
        if (welcome is null)
        {
            return Lost(reading.IsCompleted && await reading is { } refused
                ? refused.Status
                : new Status(StatusCode.DeadlineExceeded, $"no welcome within {WelcomeBudget.TotalSeconds} s"));
        }

        await hello;
        if (!ProtocolVersion.TryNegotiate(welcome.ProtocolVersion, welcome.ProtocolVersion, out _) || welcome.AckedSequence > long.MaxValue)
        {
            return Lost(new Status(StatusCode.FailedPrecondition, $"the collector chose protocol version {welcome.ProtocolVersion}"));
        }

        if (!Adopt(welcome))
        {
            await CloseAsync(call.RequestStream, reading, cancellationToken);
            return new StreamEnd(StreamEndReason.Renewed, StatusCode.OK, "", TimeSpan.Zero, WasWelcome: true);
        }

        using var content = new StreamContent(_link.Spool, (long)welcome.AckedSequence, _link.Repeat, _time, _logger);
        await WriteAllAsync(call.RequestStream, content, cancellationToken);
        return await FarewellAsync(call.RequestStream, reading, cancellationToken);
    }

    private async Task<Welcome?> AwaitWelcomeAsync(Task<RpcException?> reading, CancellationToken cancellationToken)
    {
        try
        {
            Task first = await Task.WhenAny(_welcome.Task, reading).WaitAsync(WelcomeBudget, _time, cancellationToken);
            return first == _welcome.Task ? await _welcome.Task : null;
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <summary>Takes over what the collector says; false when hello must be said anew.</summary>
    private bool Adopt(Welcome welcome)
    {
        if (!_link.Spool.TryReconcile((long)welcome.AckedSequence))
        {
            return false;
        }

        _heartbeat = welcome.SilenceLimitMs == 0 ? TimeSpan.FromSeconds(5) : TimeSpan.FromMilliseconds(welcome.SilenceLimitMs / 3.0);
        Acknowledge(welcome.AckedSequence);
        _welcomed();
        return true;
    }

    private async Task<StreamEnd> FarewellAsync(
        IClientStreamWriter<AgentMessage> writer, Task<RpcException?> reading, CancellationToken cancellationToken)
    {
        if (_link.Reach() != Reach.Open)
        {
            return new StreamEnd(StreamEndReason.Cut, StatusCode.OK, "a simulated fault", TimeSpan.Zero, WasWelcome: true);
        }

        RpcException? why = _readerEnded ? await reading : await CloseAsync(writer, reading, cancellationToken);
        return _drain is { } drain
            ? new StreamEnd(StreamEndReason.Drained, StatusCode.OK, drain.Reason, TimeSpan.FromMilliseconds(drain.ReconnectAfterMs), WasWelcome: true)
            : _stopping && why is null
                ? new StreamEnd(StreamEndReason.Stopped, StatusCode.OK, "", TimeSpan.Zero, WasWelcome: true)
                : Lost(why?.Status ?? new Status(StatusCode.Unavailable, "the collector ended the stream"));
    }

    /// <summary>Closes this side and waits for what the collector still has to say.</summary>
    private async Task<RpcException?> CloseAsync(
        IClientStreamWriter<AgentMessage> writer, Task<RpcException?> reading, CancellationToken cancellationToken)
    {
        await writer.CompleteAsync();
        try
        {
            return await reading.WaitAsync(FarewellBudget, _time, cancellationToken);
        }
        catch (TimeoutException)
        {
            LogNoFarewell(_link.Spool.LastSequence - _link.Spool.Acked);
            return null;
        }
    }

    private StreamEnd Lost(Status status) => new(StreamEndReason.Lost, status.StatusCode, "", TimeSpan.Zero, _welcome.Task.IsCompleted) { Cause = status };
}
