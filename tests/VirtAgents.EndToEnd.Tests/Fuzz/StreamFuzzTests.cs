using System.Text.Json;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using VirtAgents.Core.Model;
using VirtAgents.EndToEnd.Tests.Product;
using VirtAgents.Protocol;
using VirtAgents.Protocol.V1;
using Inventory = VirtAgents.Core.Model.Inventory;
using SampleTier = VirtAgents.Core.Model.SampleTier;
using SubjectKind = VirtAgents.Core.Model.SubjectKind;

namespace VirtAgents.EndToEnd.Tests.Fuzz;

/// <summary>Hostile agents: damaged messages end their own stream and nothing else.</summary>
public sealed class StreamFuzzTests
{
    private const int LeastStreams = 20;
    private const long MemoryLimitBytes = 700L << 20;
    private static readonly Marshaller<byte[]> Raw = Marshallers.Create(b => b, b => b);
    private static readonly Method<byte[], byte[]> Connect =
        new(MethodType.DuplexStreaming, "virtagents.v1.AgentGateway", "Connect", Raw, Raw);

    [Fact]
    public async Task Collector_UnderDamagedStreams_ServesOthersInBoundedMemory()
    {
        await using var installation = new Installation();
        RunningProgram collector = await installation.StartCollectorAsync();
        await installation.StartSimulatedAgentAsync(2);
        var budget = new FuzzBudget(); // how long a busy machine takes to start both is not its affair
        using GrpcChannel channel = GrpcChannel.ForAddress(installation.Endpoint);
        var random = new Random(budget.Seed);
        int streams = 0;
        while (streams < LeastStreams || budget.IsLeft)
        {
            await OneStreamAsync(channel.CreateCallInvoker(), random);
            streams++;
        }

        Assert.False(collector.HasExited, $"the collector ended (seed {budget.Seed}):\n{collector.Output}");
        long resident = ResidentBytes(collector.Pid);
        Assert.True(resident < MemoryLimitBytes, $"the collector holds {resident >> 20} MiB (seed {budget.Seed})");
        JsonElement hosts = await installation.VirtctlAsync("hosts");
        Assert.Equal(2, hosts.EnumerateArray().Count(h => h.GetProperty("agent_status").GetString() == "connected"));
    }

    private static async Task OneStreamAsync(CallInvoker invoker, Random random)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using AsyncDuplexStreamingCall<byte[], byte[]> call =
            invoker.AsyncDuplexStreamingCall(Connect, null, new CallOptions(cancellationToken: deadline.Token));
        await SendAsync(call.RequestStream, random);
        try
        {
            while (await call.ResponseStream.MoveNext(deadline.Token))
            {
            }
        }
        catch (RpcException refused) when (refused.StatusCode != StatusCode.DeadlineExceeded && !deadline.IsCancellationRequested)
        {
            // A refusal must say why; that it is one is what this test expects.
            Assert.NotEqual(StatusCode.Unavailable, refused.StatusCode);
            Assert.NotEqual(StatusCode.Internal, refused.StatusCode);
            Assert.False(string.IsNullOrWhiteSpace(refused.Status.Detail), $"{refused.StatusCode} without a reason");
        }
    }

    private static async Task SendAsync(IClientStreamWriter<byte[]> target, Random random)
    {
        try
        {
            foreach (byte[] message in Conversation(random))
            {
                await target.WriteAsync(random.Next(3) == 0 ? Mutation.Of(message, random) : message);
            }

            await target.CompleteAsync();
        }
        catch (Exception ended) when (ended is RpcException or InvalidOperationException)
        {
            // The collector ended the stream while we wrote; its answer, read next, says why.
            Assert.NotEmpty(ended.Message);
        }
    }

    private static IEnumerable<byte[]> Conversation(Random random)
    {
        var host = new HostInfo(new HostId(NewGuid(random)), "fuzz", "", 4, 1 << 30, "");
        yield return new AgentMessage
        {
            Hello = new Hello
            {
                ProtocolMin = 1, ProtocolMax = 1, Host = InventoryMapping.ToWire(host), AgentVersion = "0",
                BootId = WireGuid.ToWire(NewGuid(random)), InstanceId = WireGuid.ToWire(NewGuid(random)),
            },
        }.ToByteArray();
        var vm = new VmInfo(2, new VmId(NewGuid(random)), "vm", "", 1, 1 << 20, [new VmDiskInfo(3, "vda", "", "")], []);
        var inventory = new Inventory(1, host, [vm], [], []);
        yield return new AgentMessage { Inventory = InventoryMapping.ToWire(InventoryChange.Whole(inventory)) }.ToByteArray();
        var encoder = new ReportEncoder();
        var set = new SampleSet();
        for (int i = 1; i < 10; i++)
        {
            set.Reset();
            set.Tier = SampleTier.Fast;
            set.InventoryVersion = 1;
            set.TimeUnixMs = 1_800_000_000_000 + (i * 2000);
            SampleTable table = set.Add(SubjectKind.Vm, [Metric.VmCpuTime, Metric.VmMemoryRss]);
            table.Set(table.AddRow(2), 0, random.NextInt64());
            yield return random.Next(8) == 0
                ? new AgentMessage { Event = new Event { Sequence = (ulong)i, Kind = (EventKind)random.Next(1, 42), TimeUnixMs = 1 } }.ToByteArray()
                : new AgentMessage { Report = encoder.Encode(set, i, i == 1) }.ToByteArray();
        }
    }

    private static Guid NewGuid(Random random)
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }

    private static long ResidentBytes(int pid) =>
        long.Parse(File.ReadAllText($"/proc/{pid}/statm").Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture) * Environment.SystemPageSize;
}
