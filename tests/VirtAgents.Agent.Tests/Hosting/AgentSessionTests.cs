using Microsoft.Extensions.Logging.Abstractions;
using VirtAgents.Agent.Configuration;
using VirtAgents.Agent.Hosting;
using VirtAgents.Agent.Stream;
using VirtAgents.Agent.Tests.Stream;
using VirtAgents.Core.Model;
using VirtAgents.Protocol;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Agent.Tests.Hosting;

/// <summary>Whole sessions: a simulated host, a spool on disk, a collector on a real port.</summary>
public sealed class AgentSessionTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("virtagents-session-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Run_SimulatedHost_DeliversEveryVmStateAndBothTiers()
    {
        await using FakeGateway gateway = await FakeGateway.StartAsync();
        await using var agent = await RunningAgent.StartAsync(gateway, _directory);
        GatewayCall call = await gateway.WelcomeAsync();
        Assert.Equal("sim", call.Hello.Cluster);

        // Which of the two looks is first due differs from start to start.
        HashSet<Protocol.V1.SampleTier> missing = [Protocol.V1.SampleTier.Fast, Protocol.V1.SampleTier.Slow];
        List<AgentMessage> all = await ReadAsync(call, m => m.Report is { } report && missing.Remove(report.Tier) && missing.Count == 0);
        Assert.Equal(AgentMessage.MessageOneofCase.Inventory, all[0].MessageCase);
        Assert.Equal(5, all[0].Inventory.Vms.Count);
        Assert.Equal(5, all.Count(m => m.Event?.Kind == EventKind.VmObserved));
        SampleSet slow = DecodeAll(all).Last(s => s.Tier == Core.Model.SampleTier.Slow);
        Assert.NotEmpty(all[0].Inventory.Volumes);
        Assert.Equal(all[0].Inventory.Volumes.Select(v => (int)v.Index), slow.Find(Core.Model.SubjectKind.Volume)!.Subjects.ToArray());
        SampleTable own = slow.Find(Core.Model.SubjectKind.Agent)!;
        Assert.InRange(own.Get(0, Metric.AgentRss)!.Value, 1 << 20, 1L << 40);
        Assert.Equal(0, own.Get(0, Metric.AgentSpoolDropped));
        call.End();
        await agent.StopAsync();
    }

    [Fact]
    public async Task Run_StoppedAndStartedAgain_EverySequenceComesExactlyOnce()
    {
        await using FakeGateway gateway = await FakeGateway.StartAsync();
        var sequences = new List<ulong>();
        Google.Protobuf.ByteString? boot = null;
        for (int life = 0; life < 3; life++)
        {
            await using var agent = await RunningAgent.StartAsync(gateway, _directory);
            GatewayCall call = await gateway.WelcomeAsync(acked: (ulong)sequences.Count);
            Assert.Equal(boot ?? call.Hello.BootId, call.Hello.BootId);
            boot = call.Hello.BootId;
            List<AgentMessage> all = await ReadAsync(call, m => m.Report?.Tier == Protocol.V1.SampleTier.Fast);
            Assert.Equal(AgentMessage.MessageOneofCase.Inventory, all[0].MessageCase);
            Task stopping = agent.StopAsync();
            all.AddRange(await ReadToEndAsync(call));
            sequences.AddRange(all.Select(GatewayCall.SequenceOf).Where(s => s > 0));
            await call.AckAsync((ulong)sequences.Count);
            call.End();
            await stopping.Soon();
        }

        Assert.Equal(Enumerable.Range(1, sequences.Count).Select(i => (ulong)i), sequences.Order());
    }

    [Fact]
    public async Task Run_CollectorComesLate_EverythingSinceTheStartIsDelivered()
    {
        FakeGateway early = await FakeGateway.StartAsync();
        Uri endpoint = early.Endpoint;
        await early.DisposeAsync();
        await using FakeGateway gateway = await FakeGateway.StartAsync();
        await using var agent = await RunningAgent.StartAsync(gateway, _directory, endpoint);
        GatewayCall call = await gateway.WelcomeAsync();
        List<AgentMessage> all = await ReadAsync(call, m => m.Report?.Tier == Protocol.V1.SampleTier.Slow);
        ulong[] sequences = [.. all.Select(GatewayCall.SequenceOf).Where(s => s > 0).Order()];
        Assert.Equal(Enumerable.Range(1, sequences.Length).Select(i => (ulong)i), sequences);
        call.End();
        await agent.StopAsync();
    }

    [Fact]
    public async Task Run_Directives_AreCarriedOutAndKnownAfterARestart()
    {
        await using FakeGateway gateway = await FakeGateway.StartAsync();
        var destroy = new Directive { Id = WireGuid.ToWire(Guid.NewGuid()), Kind = "destroy", Epoch = 1 };
        var drain = new Directive { Id = WireGuid.ToWire(Guid.NewGuid()), Kind = "set_drain", Epoch = 1, Parameters = { ["drain"] = "true" } };
        DirectiveUpdate? destroyed = null;
        for (int life = 0; life < 2; life++)
        {
            await using var agent = await RunningAgent.StartAsync(gateway, _directory);
            GatewayCall call = await gateway.WelcomeAsync();
            Assert.Contains("destroy", call.Hello.Capabilities);
            Assert.Contains("set_drain", call.Hello.Capabilities);
            destroy.VmId = (await ReadAsync(call, m => m.Inventory is not null))[^1].Inventory.Vms[0].Id;
            DirectiveUpdate told = await CarryOutAsync(call, destroy);
            Assert.Equal((DirectiveState.Done, 100u), (told.State, told.ProgressPercent));
            Assert.Equal(destroyed ??= told, told);
            Assert.Equal("the host is marked as being drained", (await CarryOutAsync(call, drain)).Detail);
            call.End();
            await agent.StopAsync();
        }
    }

    private static async Task<DirectiveUpdate> CarryOutAsync(GatewayCall call, Directive directive)
    {
        await call.SendAsync(new CollectorMessage { Directive = directive });
        return (await ReadAsync(call, m => m.DirectiveUpdate?.DirectiveId.Equals(directive.Id) == true && m.DirectiveUpdate.State > DirectiveState.Running))[^1].DirectiveUpdate;
    }

    [Fact]
    public async Task Run_RecordGivenUp_TellsTheGapAndThenEveryVmOnceMore()
    {
        await using FakeGateway gateway = await FakeGateway.StartAsync();
        await using var agent = await RunningAgent.StartAsync(gateway, _directory);
        for (int i = 0; i < 3; i++)
        {
            GatewayCall refused = await gateway.WelcomeAsync();
            await refused.ReadUntilAsync(1);
            refused.End(Grpc.Core.StatusCode.InvalidArgument, "event 1 is poison");
        }

        GatewayCall call = await gateway.WelcomeAsync();
        List<AgentMessage> all = await ReadAsync(call, m => m.Event?.Kind == EventKind.HypervisorRestored);
        int gap = all.FindIndex(m => m.Gap is not null);
        Assert.Equal((1ul, 1ul), (all[gap].Gap.FromSequence, all[gap].Gap.ToSequence));
        Event[] told = [.. all.Skip(gap).Select(m => m.Event).Where(e => e?.Evidence == "simulated repetition of what is known")];
        Assert.Equal(all[0].Inventory.Vms.Select(vm => vm.Id), told.Select(e => e.VmId));
        Assert.All(told, e => Assert.Equal((EventKind.VmObserved, VirtAgents.Protocol.V1.VmState.Running), (e.Kind, e.State)));
        call.End();
        await agent.StopAsync();
    }

    private static async Task<List<AgentMessage>> ReadAsync(GatewayCall call, Func<AgentMessage, bool> last)
    {
        var all = new List<AgentMessage>();
        do
        {
            all.Add(await call.ReadContentAsync());
        }
        while (!last(all[^1]));

        return all;
    }

    private static async Task<List<AgentMessage>> ReadToEndAsync(GatewayCall call)
    {
        var all = new List<AgentMessage>();
        while (await call.TryReadAsync() is { } message)
        {
            all.Add(message);
        }

        return all;
    }

    private static List<SampleSet> DecodeAll(IEnumerable<AgentMessage> messages)
    {
        var decoder = new ReportDecoder(ProtocolLimits.Default);
        var all = new List<SampleSet>();
        foreach (AgentMessage message in messages.Where(m => m.Report is not null))
        {
            var samples = new SampleSet();
            Assert.True(decoder.TryDecode(message.Report, samples, out string? problem), problem);
            all.Add(samples);
        }

        return all;
    }

    private sealed class RunningAgent(AgentSession session, SimulatedHosts hosts, ChannelSource channels) : IAsyncDisposable
    {
        public static async Task<RunningAgent> StartAsync(FakeGateway gateway, string directory, params Uri[] before)
        {
            var errors = new List<ConfigurationError>();
            AgentOptions options = ConfigurationReader.Apply(ConfigurationReader.FromCommandLine(
                [
                    "Hypervisor=Simulated", "Simulation:Hosts=1", "Simulation:VmsPerHost=5", $"Spool:Path={directory}",
                    "Sampling:FastInterval=200ms", "Sampling:FastMin=100ms", "Sampling:SlowInterval=1s", "Sampling:SlowMin=1s",
                    "Collector:Endpoints=" + string.Join(',', before.Append(gateway.Endpoint)),
                ], errors), errors);
            Assert.Empty(errors);
            var hosts = new SimulatedHosts(options, TimeProvider.System);
            var channels = new ChannelSource(options.Collector, shared: true);
            var parts = new SessionParts(channels, new ReadyFile(null), TimeProvider.System, NullLoggerFactory.Instance, () => Assert.Fail("a loop failed"));
            var session = new AgentSession(hosts.Hosts[0], options, parts);
            await session.StartAsync(TestContext.Current.CancellationToken).Soon();
            return new RunningAgent(session, hosts, channels);
        }

        public Task StopAsync() => session.StopAsync().Soon();

        public async ValueTask DisposeAsync()
        {
            await session.DisposeAsync().AsTask().Soon();
            hosts.Dispose();
            channels.Dispose();
        }
    }
}
