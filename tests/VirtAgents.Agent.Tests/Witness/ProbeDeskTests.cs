using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using VirtAgents.Agent.Tests.Stream;
using VirtAgents.Agent.Witness;
using VirtAgents.Protocol;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Agent.Tests.Witness;

public sealed class ProbeDeskTests
{
    [Fact]
    public async Task Offer_OnAStream_IsAnsweredOnIt()
    {
        await using var scene = new WitnessScene();
        await using FakeGateway gateway = await FakeGateway.StartAsync();
        await using var bench = new LinkBench([gateway.Endpoint]);
        bench.Start();
        GatewayCall call = await gateway.WelcomeAsync();
        Assert.True(call.Hello.CanProbe);
        Assert.Equal(0u, call.Hello.WitnessPort);

        await call.SendAsync(new CollectorMessage { ProbeHost = Question(7, scene.Where) });

        ProbeResult result = (await call.ReadContentAsync()).ProbeResult;
        Assert.Equal((7ul, ProbeOutcome.Answered), (result.ProbeId, result.Outcome));
        Assert.Equal(WireGuid.ToWire(WitnessScene.Line.Host.Value), result.HostId);
        Assert.Equal(WireGuid.ToWire(WitnessScene.Line.Boot.Value), result.BootId);
    }

    [Fact]
    public async Task Offer_AskedForTheHeartbeat_TellsTheNewestOfAllDirectories()
    {
        await using var scene = new WitnessScene();
        string path = Directory.CreateTempSubdirectory("virtagents-heartbeat-").FullName;
        try
        {
            var directory = new HeartbeatDirectory(path, TimeProvider.System);
            await directory.WriteAsync(new Agent.Witness.Heartbeat(WitnessScene.Line, 42), Patience.Limit, TestContext.Current.CancellationToken);
            var none = new HeartbeatDirectory(Path.Combine(path, "none"), TimeProvider.System);
            using var desk = new ProbeDesk(null, new HeartbeatReader([none, directory]), TimeProvider.System, NullLogger.Instance);
            ProbeHost question = Question(1, scene.Where);
            question.ReadHeartbeat = true;
            desk.Offer(question);
            desk.Offer(Question(2, scene.Where));
            List<ProbeResult> results = await TakeAsync(desk, 2);
            Assert.Equal([(1ul, 42ul), (2ul, 0ul)], results.OrderBy(r => r.ProbeId).Select(r => (r.ProbeId, r.HeartbeatSequence)));
        }
        finally
        {
            Directory.Delete(path, recursive: true);
        }
    }

    [Theory]
    [InlineData("host.example", 1u, 1_000u, "address is not an IP address")]
    [InlineData("127.0.0.1", 0u, 1_000u, "port 0 (1 to 65535) or timeout_ms 1000 (100 to 60000) is out of range")]
    [InlineData("127.0.0.1", 65_536u, 1_000u, "port 65536 (1 to 65535) or timeout_ms 1000 (100 to 60000) is out of range")]
    [InlineData("127.0.0.1", 1u, 60_001u, "port 1 (1 to 65535) or timeout_ms 60001 (100 to 60000) is out of range")]
    public void Offer_WhatCannotBeLookedAt_IsAnsweredWithTheReason(string address, uint port, uint timeoutMs, string expected)
    {
        using var desk = new ProbeDesk(null, new HeartbeatReader([]), TimeProvider.System, NullLogger.Instance);
        desk.Offer(new ProbeHost { ProbeId = 1, HostId = WireGuid.ToWire(Guid.NewGuid()), Address = address, Port = port, TimeoutMs = timeoutMs });
        Assert.True(desk.TryTake(out ProbeResult? result));
        Assert.Equal((ProbeOutcome.Unspecified, expected), (result.Outcome, result.Detail));
    }

    [Fact]
    public void Offer_WithoutAHost_IsAnsweredWithTheReason()
    {
        using var desk = new ProbeDesk(null, new HeartbeatReader([]), TimeProvider.System, NullLogger.Instance);
        desk.Offer(new ProbeHost { HostId = ByteString.CopyFrom(1, 2), Address = "127.0.0.1", Port = 1, TimeoutMs = 1_000 });
        Assert.True(desk.TryTake(out ProbeResult? result));
        Assert.Equal("host_id is not a UUID of 16 bytes", result.Detail);
    }

    [Fact]
    public async Task Offer_MoreThanMayRun_TellsThatItIsBusyAndRunsAgainLater()
    {
        var time = new FakeTimeProvider();
        using Socket full = WitnessScene.Listen(0);
        using var first = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await first.ConnectAsync(full.LocalEndPoint!, TestContext.Current.CancellationToken);
        using var desk = new ProbeDesk(null, new HeartbeatReader([]), time, NullLogger.Instance);
        for (uint i = 0; i <= ProbeDesk.MostAtOnce; i++)
        {
            desk.Offer(Question(i, (IPEndPoint)full.LocalEndPoint!));
        }

        Assert.True(desk.TryTake(out ProbeResult? refused));
        Assert.Equal(((ulong)ProbeDesk.MostAtOnce, $"{ProbeDesk.MostAtOnce} looks run already"), (refused.ProbeId, refused.Detail));
        time.Advance(TimeSpan.FromSeconds(1));
        List<ProbeResult> results = await TakeAsync(desk, ProbeDesk.MostAtOnce);
        Assert.All(results, r => Assert.Equal(ProbeOutcome.TimedOut, r.Outcome));
    }

    [Fact]
    public void Offer_NobodyTakesTheAnswers_KeepsTheNewest()
    {
        using var desk = new ProbeDesk(null, new HeartbeatReader([]), TimeProvider.System, NullLogger.Instance);
        for (uint i = 0; i < ProbeDesk.MostWaiting + 10; i++)
        {
            desk.Offer(new ProbeHost { ProbeId = i });
        }

        Assert.True(desk.TryTake(out ProbeResult? oldest));
        Assert.Equal(10ul, oldest.ProbeId);
    }

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("0.0.0.0", "")]
    public async Task Describe_OpenPort_TellsWhereUnlessItIsEverywhere(string listens, string told)
    {
        using var stop = new CancellationTokenSource();
        var port = new WitnessPort(new IPEndPoint(IPAddress.Parse(listens), 0), WitnessScene.Line, TimeProvider.System, NullLogger.Instance);
        Task running = port.RunAsync(stop.Token);
        using var desk = new ProbeDesk(port, new HeartbeatReader([]), TimeProvider.System, NullLogger.Instance);

        var hello = new Hello();
        desk.Describe(hello);

        Assert.Equal((told, (uint)port.Open!.Port, true), (hello.WitnessAddress, hello.WitnessPort, hello.CanProbe));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.Soon());
    }

    private static async Task<List<ProbeResult>> TakeAsync(ProbeDesk desk, int count)
    {
        List<ProbeResult> results = [];
        await Patience.UntilAsync(() =>
        {
            while (desk.TryTake(out ProbeResult? result))
            {
                results.Add(result);
            }

            return results.Count == count;
        });
        return results;
    }

    private static ProbeHost Question(ulong id, IPEndPoint where) => new()
    {
        ProbeId = id,
        HostId = WireGuid.ToWire(WitnessScene.Line.Host.Value),
        Address = where.Address.ToString(),
        Port = (uint)where.Port,
        TimeoutMs = 1_000,
    };
}
