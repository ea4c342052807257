using System.Net;
using System.Net.Sockets;
using System.Text;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using VirtAgents.Agent.Witness;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Agent.Tests.Witness;

/// <summary>What a look shows, over real sockets.</summary>
public sealed class HostProbeTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Look_AtItsAgent_IsAnsweredWithWhoItIs()
    {
        await using var scene = new WitnessScene();

        ProbeSight sight = await LookAsync(scene.Where);

        Assert.Equal(new ProbeSight(ProbeOutcome.Answered, WitnessScene.Line, ""), sight);
    }

    [Fact]
    public async Task Look_AnotherHostHasTheAddress_SaysSo()
    {
        await using var scene = new WitnessScene();

        ProbeSight sight = await LookAsync(scene.Where, new HostId(Guid.NewGuid()));

        Assert.Equal(new ProbeSight(ProbeOutcome.OtherHost, WitnessScene.Line, ""), sight);
    }

    [Fact]
    public async Task Look_NobodyListens_IsRefused()
    {
        IPEndPoint where;
        using (Socket closed = WitnessScene.Listen(1))
        {
            where = (IPEndPoint)closed.LocalEndPoint!;
        }

        Assert.Equal(ProbeOutcome.Refused, (await LookAsync(where)).Outcome);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n")]
    [InlineData("VIRTAGENTS-WITNESS/2 a b\n")]
    [InlineData("no end of line")]
    public async Task Look_SomethingElseAccepts_IsMute(string said)
    {
        using Socket listener = WitnessScene.Listen(1);
        Task<ProbeSight> look = LookAsync((IPEndPoint)listener.LocalEndPoint!);
        using (Socket accepted = await listener.AcceptAsync(TestContext.Current.CancellationToken).AsTask().Soon())
        {
            await accepted.SendAsync(Encoding.ASCII.GetBytes(said), TestContext.Current.CancellationToken);
        }

        Assert.Equal(ProbeOutcome.Mute, (await look.Soon()).Outcome);
    }

    [Fact]
    public async Task Look_EndlessAnswer_IsReadNoFurtherThanALine()
    {
        using Socket listener = WitnessScene.Listen(1);
        Task<ProbeSight> look = LookAsync((IPEndPoint)listener.LocalEndPoint!);
        using Socket accepted = await listener.AcceptAsync(TestContext.Current.CancellationToken).AsTask().Soon();
        await accepted.SendAsync(new byte[WitnessLine.Longest], TestContext.Current.CancellationToken);

        Assert.Equal(ProbeOutcome.Mute, (await look.Soon()).Outcome);
    }

    [Theory]
    [InlineData(3.0, ProbeOutcome.TimedOut)]
    [InlineData(6.0, ProbeOutcome.Unspecified)]
    public async Task Look_NothingComesBack_TimesOutUnlessThisAgentWasLateItself(double seconds, ProbeOutcome expected)
    {
        // The kernel lets one connection wait and drops the next ones.
        using Socket full = WitnessScene.Listen(0);
        using var first = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await first.ConnectAsync(full.LocalEndPoint!, TestContext.Current.CancellationToken);
        Task<ProbeSight> look = LookAsync((IPEndPoint)full.LocalEndPoint!);

        _time.Advance(TimeSpan.FromSeconds(seconds));

        Assert.Equal(expected, (await look.Soon()).Outcome);
    }

    [Fact]
    public void TryRead_WhatToBytesWrote_GivesTheSame() =>
        Gen.Select(Gen.Guid, Gen.Guid).Sample((host, boot) =>
        {
            var line = new WitnessLine(new HostId(host), new BootId(boot));
            byte[] bytes = line.ToBytes();
            return bytes.Length <= WitnessLine.Longest && WitnessLine.TryRead(bytes, out WitnessLine? read) && read == line;
        });

    [Fact]
    public void TryRead_AnyBytes_NeverThrows() =>
        Gen.Byte.Array[0, WitnessLine.Longest].Sample(bytes => !WitnessLine.TryRead(bytes, out WitnessLine? line) || line.Host != default);

    private Task<ProbeSight> LookAsync(IPEndPoint where, HostId? host = null) =>
        HostProbe.LookAsync(where, host ?? WitnessScene.Line.Host, Limit, _time, TestContext.Current.CancellationToken);
}
