using Grpc.Core;
using Grpc.Net.Client;
using VirtAgents.Core.Model;
using VirtAgents.Protocol;
using VirtAgents.Protocol.V1;
using Inventory = VirtAgents.Core.Model.Inventory;

namespace VirtAgents.Benchmarks;

/// <summary>Streams of agents that send made-up reports and count what the collector acknowledges as durable.</summary>
internal sealed class StreamLoad : IDisposable
{
    public const int Vms = 50, ValuesPerReport = Vms * CounterWorld.Metrics;
    private const int MostUnacknowledged = 32, StreamsPerConnection = 50;

    private readonly TimeSpan _interval;
    private readonly List<GrpcChannel> _channels = [];
    private readonly List<Stream> _streams = [];

    public StreamLoad(string endpoint, int streams, TimeSpan interval)
    {
        _interval = interval;
        for (int i = 0; i < streams; i++)
        {
            if (i % StreamsPerConnection == 0)
            {
                _channels.Add(GrpcChannel.ForAddress(endpoint));
            }

            _streams.Add(new Stream(new AgentGateway.AgentGatewayClient(_channels[^1]), i));
        }
    }

    /// <summary>Reports that are durable, over all streams.</summary>
    public long AckedReports => _streams.Sum(s => s.Acked);

    public void Dispose()
    {
        _streams.ForEach(s => s.Dispose());
        _channels.ForEach(c => c.Dispose());
    }

    public async Task RunAsync(TimeSpan length)
    {
        using var end = new CancellationTokenSource(length);
        await Task.WhenAll(_streams.Select((s, i) => s.SendAsync(_interval, _interval * ((double)i / _streams.Count), end.Token)));
    }

    private sealed class Stream(AgentGateway.AgentGatewayClient client, int number) : IDisposable
    {
        private readonly CounterWorld _world = new(Vms, number);
        private readonly ReportEncoder _encoder = new();
        private readonly SampleSet _set = new();
        private AsyncDuplexStreamingCall<AgentMessage, CollectorMessage>? _call;
        private long _sequence;
        private long _acked;

        public long Acked => Interlocked.Read(ref _acked);

        public void Dispose() => _call?.Dispose();

        public async Task SendAsync(TimeSpan interval, TimeSpan phase, CancellationToken end)
        {
            try
            {
                await OpenAsync();
                await Task.Delay(phase, end);
                using PeriodicTimer ticks = new(interval > TimeSpan.Zero ? interval : TimeSpan.FromMilliseconds(1));
                while (!end.IsCancellationRequested)
                {
                    if (interval > TimeSpan.Zero || _sequence - Acked >= MostUnacknowledged)
                    {
                        await ticks.WaitForNextTickAsync(end);
                    }

                    if (_sequence - Acked < MostUnacknowledged)
                    {
                        _sequence++;
                        await _call!.RequestStream.WriteAsync(new AgentMessage { Report = _encoder.Encode(_world.Next(_set), _sequence, _sequence == 1) }, CancellationToken.None);
                    }
                }
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested)
            {
                // The measured time is over.
            }
        }

        private async Task OpenAsync()
        {
            if (_call is not null)
            {
                return;
            }

            var random = new Random(number);
            var host = new HostInfo(new HostId(NewGuid(random)), $"load{number}", "none", 8, 1L << 36, "");
            _call = client.Connect();
            await _call.RequestStream.WriteAsync(new AgentMessage
            {
                Hello = new Hello
                {
                    ProtocolMin = ProtocolVersion.Lowest, ProtocolMax = ProtocolVersion.Highest, Host = InventoryMapping.ToWire(host),
                    AgentVersion = "bench", BootId = WireGuid.ToWire(NewGuid(random)), InstanceId = WireGuid.ToWire(NewGuid(random)),
                },
            });
            if (!await _call.ResponseStream.MoveNext(CancellationToken.None) || _call.ResponseStream.Current.Welcome is null)
            {
                throw new InvalidOperationException("the collector did not welcome the stream");
            }

            VmInfo[] vms = [.. Enumerable.Range(2, Vms).Select(i => new VmInfo(i, new VmId(NewGuid(random)), $"vm{number}-{i}", "", 2, 1L << 32, [], []))];
            await _call.RequestStream.WriteAsync(new AgentMessage
            {
                Inventory = InventoryMapping.ToWire(InventoryChange.Whole(new Inventory(1, host, [.. vms], [], []))),
            });
            _ = ReadAcksAsync(_call.ResponseStream);
        }

        private async Task ReadAcksAsync(IAsyncStreamReader<CollectorMessage> answers)
        {
            try
            {
                while (await answers.MoveNext(CancellationToken.None))
                {
                    if (answers.Current.Ack is { } ack)
                    {
                        Interlocked.Exchange(ref _acked, (long)ack.Sequence);
                    }
                }
            }
            catch (RpcException e) when (e.StatusCode is StatusCode.Cancelled)
            {
                // We disposed the call.
            }
            catch (RpcException e)
            {
                Console.Error.WriteLine($"stream {number} ended: {e.Status}");
            }
        }

        private static Guid NewGuid(Random random)
        {
            Span<byte> bytes = stackalloc byte[16];
            random.NextBytes(bytes);
            return new Guid(bytes);
        }
    }
}
