using Grpc.Core;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Agent.Tests.Stream;

/// <summary>One stream at the fake collector.</summary>
internal sealed class GatewayCall(IAsyncStreamReader<AgentMessage> reader, IServerStreamWriter<CollectorMessage> writer, ServerCallContext context)
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Ended => _ended.Task;

    public Hello Hello { get; set; } = new();

    /// <summary>The next message; fails when the agent has closed its side.</summary>
    public async Task<AgentMessage> ReadAsync()
    {
        Assert.True(await reader.MoveNext(CancellationToken.None).Soon(), "the agent closed its side");
        return reader.Current;
    }

    /// <summary>The next message; null when the agent has closed its side.</summary>
    public async Task<AgentMessage?> TryReadAsync() => await reader.MoveNext(CancellationToken.None).Soon() ? reader.Current : null;

    /// <summary>The next message that is no heartbeat.</summary>
    public async Task<AgentMessage> ReadContentAsync()
    {
        AgentMessage message;
        do
        {
            message = await ReadAsync();
        }
        while (message.MessageCase == AgentMessage.MessageOneofCase.Heartbeat);

        return message;
    }

    /// <summary>Reads content until there is a report or event of this sequence.</summary>
    public async Task<List<AgentMessage>> ReadUntilAsync(ulong sequence)
    {
        var all = new List<AgentMessage>();
        do
        {
            all.Add(await ReadContentAsync());
        }
        while (SequenceOf(all[^1]) != sequence);

        return all;
    }

    /// <summary>Whether the agent closes its side next.</summary>
    public async Task<bool> IsClosedAsync()
    {
        while (await reader.MoveNext(CancellationToken.None).Soon())
        {
            if (reader.Current.MessageCase != AgentMessage.MessageOneofCase.Heartbeat)
            {
                return false;
            }
        }

        return true;
    }

    public Task SendAsync(CollectorMessage message) => writer.WriteAsync(message).Soon();

    public Task AckAsync(ulong sequence) => SendAsync(new CollectorMessage { Ack = new Ack { Sequence = sequence } });

    public void End() => _ended.TrySetResult();

    public void End(StatusCode status, string detail) => _ended.TrySetException(new RpcException(new Status(status, detail)));

    /// <summary>Breaks the stream without a word.</summary>
    public void Abort() => context.GetHttpContext().Abort();

    public static ulong SequenceOf(AgentMessage message) => message.Report?.Sequence ?? message.Event?.Sequence ?? 0;
}
