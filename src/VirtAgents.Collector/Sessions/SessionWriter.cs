using System.Threading.Channels;
using Grpc.Core;
using VirtAgents.Collector.Ingest;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Collector.Sessions;

/// <summary>
/// The one writer of a stream. Acknowledgements are merged: an agent that reads slowly gets the newest one, and never
/// holds back the store.
/// </summary>
internal sealed class SessionWriter(IServerStreamWriter<CollectorMessage> stream, long acknowledged) : IAckTarget
{
    private const int QueueLength = 64;

    private readonly Channel<CollectorMessage?> _queue = Channel.CreateBounded<CollectorMessage?>(
        new BoundedChannelOptions(QueueLength) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private long _sent = acknowledged;
    private long _durable = acknowledged;
    private int _woken;

    /// <summary>Queues a message; what does not fit is dropped, since a peer that does not read is about to be cut.</summary>
    public void Send(CollectorMessage message) => _queue.Writer.TryWrite(message);

    /// <summary>Queues a message when there is room.</summary>
    /// <exception cref="ChannelClosedException">The stream ends.</exception>
    public ValueTask SendAsync(CollectorMessage message, CancellationToken cancellationToken) => _queue.Writer.WriteAsync(message, cancellationToken);

    public void Acknowledge(long sequence)
    {
        // Batches are acknowledged by one task in order, but after a reconnect an older one may still be on its way.
        InterlockedMax(ref _durable, sequence);
        if (Interlocked.Exchange(ref _woken, 1) == 0)
        {
            _queue.Writer.TryWrite(null);
        }
    }

    /// <summary>Nothing more is queued; <see cref="RunAsync"/> ends after what is.</summary>
    public void Complete() => _queue.Writer.TryComplete();

    public async Task RunAsync()
    {
        await foreach (CollectorMessage? message in _queue.Reader.ReadAllAsync())
        {
            if (message is not null)
            {
                await stream.WriteAsync(message);
            }

            await WriteAckAsync();
        }

        await WriteAckAsync();
    }

    private static void InterlockedMax(ref long target, long value)
    {
        for (long seen = Volatile.Read(ref target); seen < value;)
        {
            long before = Interlocked.CompareExchange(ref target, value, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }

    private async ValueTask WriteAckAsync()
    {
        Volatile.Write(ref _woken, 0);
        long durable = Volatile.Read(ref _durable);
        if (durable > _sent)
        {
            _sent = durable;
            await stream.WriteAsync(new CollectorMessage { Ack = new Ack { Sequence = (ulong)durable } });
        }
    }
}
