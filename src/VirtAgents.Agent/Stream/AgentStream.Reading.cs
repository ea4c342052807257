using Grpc.Core;
using Microsoft.Extensions.Logging;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Agent.Stream;

internal sealed partial class AgentStream
{
    /// <summary>Reads until the end of the stream; the answer is how it failed, or null when it ended well.</summary>
    private async Task<RpcException?> ReadAsync(IAsyncStreamReader<CollectorMessage> reader, CancellationToken cancellationToken)
    {
        try
        {
            while (await reader.MoveNext(cancellationToken))
            {
                Take(reader.Current);
            }

            return null;
        }
        catch (RpcException e)
        {
            return e;
        }
        catch (OperationCanceledException)
        {
            return new RpcException(new Status(StatusCode.Cancelled, "this agent ended the stream"));
        }
        finally
        {
            _readerEnded = true;
            _wake.Set();
        }
    }

    private void Take(CollectorMessage message)
    {
        switch (message.MessageCase)
        {
            case CollectorMessage.MessageOneofCase.Welcome:
                // Plans count in the order in which they come, so this one is taken over here and not by the writer.
                _link.Plan(message.Welcome.SamplingPlan ?? new SamplingPlan());
                _welcome.TrySetResult(message.Welcome);
                break;
            case CollectorMessage.MessageOneofCase.Ack:
                Acknowledge(message.Ack.Sequence);
                break;
            case CollectorMessage.MessageOneofCase.SamplingPlan:
                _link.Plan(message.SamplingPlan);
                break;
            case CollectorMessage.MessageOneofCase.Directive:
                _link.Directives.Offer(message.Directive);
                break;
            case CollectorMessage.MessageOneofCase.CancelDirective:
                _link.Directives.Cancel(message.CancelDirective);
                break;
            case CollectorMessage.MessageOneofCase.ProbeHost:
                _link.Probes.Offer(message.ProbeHost);
                break;
            case CollectorMessage.MessageOneofCase.Drain:
                _drain = message.Drain;
                _wake.Set();
                break;
            default:
                // A message of a newer collector; there is nothing this version could do about it.
                LogUnknownMessage();
                break;
        }
    }

    private void Acknowledge(ulong sequence)
    {
        if (sequence > long.MaxValue || !_link.Spool.TryAcknowledge((long)sequence))
        {
            LogWrongAck(sequence, _link.Spool.LastSequence);
        }
    }

    [LoggerMessage(1311, LogLevel.Warning, "The collector acknowledged sequence {Sequence}, but the newest one is {Last}; ignored.")]
    private partial void LogWrongAck(ulong sequence, long last);

    [LoggerMessage(1312, LogLevel.Debug, "A message of an unknown kind came from the collector; ignored.")]
    private partial void LogUnknownMessage();

    [LoggerMessage(1313, LogLevel.Warning, "The collector did not say farewell in time; {Count} messages stay in the spool without an acknowledgement.")]
    private partial void LogNoFarewell(long count);
}
