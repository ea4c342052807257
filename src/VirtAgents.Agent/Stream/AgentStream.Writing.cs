using Grpc.Core;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Agent.Stream;

internal sealed partial class AgentStream
{
    private async Task WriteAllAsync(IClientStreamWriter<AgentMessage> writer, StreamContent content, CancellationToken cancellationToken)
    {
        long wrote = _time.GetTimestamp();
        while (!_readerEnded && _drain is null)
        {
            Reach reach = _link.Reach();
            if (reach == Reach.Cut)
            {
                return;
            }

            bool due = _time.GetElapsedTime(wrote) >= _heartbeat;
            AgentMessage? message = reach == Reach.Silent ? null : NextMessage(content) ?? (due && !_stopping ? Heartbeat() : null);
            if (message is not null)
            {
                await SayAsync(writer, message, cancellationToken);
                wrote = _time.GetTimestamp();
            }
            else if (_stopping)
            {
                return;
            }
            else
            {
                TimeSpan left = _heartbeat - _time.GetElapsedTime(wrote);
                await _wake.WaitAsync(left > TimeSpan.Zero ? left : _heartbeat, cancellationToken);
            }
        }
    }

    private AgentMessage? NextMessage(StreamContent content) =>
        _link.Directives.TryTake(out DirectiveUpdate? update) ? new AgentMessage { DirectiveUpdate = update }
        : _link.Probes.TryTake(out ProbeResult? result) ? new AgentMessage { ProbeResult = result }
        : content.Next();

    private AgentMessage Heartbeat() => new() { Heartbeat = new Heartbeat { TimeUnixMs = _time.GetUtcNow().ToUnixTimeMilliseconds() } };

    /// <summary>Writes one message.</summary>
    /// <exception cref="RpcException">The stream is broken.</exception>
    /// <remarks>A write that meets the break of its connection fails as whatever layer noticed it, and not always as a call that failed.</remarks>
    private static async Task SayAsync(IClientStreamWriter<AgentMessage> writer, AgentMessage message, CancellationToken cancellationToken)
    {
        try
        {
            await writer.WriteAsync(message, cancellationToken);
        }
        catch (Exception e) when (e is IOException or HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new RpcException(new Status(StatusCode.Unavailable, e.Message, e), e.Message);
        }
    }
}
