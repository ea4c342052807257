using Grpc.Core;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Agent.Tests.Stream;

/// <summary>Calls that are welcomed, and whose first message after the hello fails in the words of a lower layer.</summary>
internal sealed class BreakingInvoker(Exception failure) : CallInvoker
{
    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var broken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return new(
            (IClientStreamWriter<TRequest>)(object)new Writer(failure, broken), (IAsyncStreamReader<TResponse>)(object)new Reader(broken.Task),
            Task.FromResult(new Metadata()), () => Status.DefaultSuccess, () => [], () => { });
    }

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        throw new NotSupportedException();

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        throw new NotSupportedException();

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException();

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();

    private sealed class Writer(Exception failure, TaskCompletionSource broken) : IClientStreamWriter<AgentMessage>
    {
        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(AgentMessage message)
        {
            if (message.MessageCase == AgentMessage.MessageOneofCase.Hello)
            {
                return Task.CompletedTask;
            }

            broken.TrySetResult();
            return Task.FromException(failure);
        }

        public Task WriteAsync(AgentMessage message, CancellationToken cancellationToken) => WriteAsync(message);

        public Task CompleteAsync() => Task.CompletedTask;
    }

    private sealed class Reader(Task broken) : IAsyncStreamReader<CollectorMessage>
    {
        private bool _welcomed;

        public CollectorMessage Current { get; } = new() { Welcome = new Welcome { ProtocolVersion = 1, SilenceLimitMs = 15_000 } };

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            if (!_welcomed)
            {
                return _welcomed = true;
            }

            await broken.WaitAsync(cancellationToken);
            throw new RpcException(new Status(StatusCode.Unavailable, "the connection is gone"));
        }
    }
}
