using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using VirtAgents.Agent.Witness;

namespace VirtAgents.Agent.Tests.Witness;

public sealed class WitnessPortTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Connect_SaysOneLineAndCloses()
    {
        await using var scene = new WitnessScene();

        string said = await HearAsync(scene.Where);

        Assert.Equal($"VIRTAGENTS-WITNESS/1 {WitnessScene.Line.Host} {WitnessScene.Line.Boot}\n", said);
    }

    [Fact]
    public async Task Connect_MoreThanASecondMayHave_WaitForTheNext()
    {
        await using var scene = new WitnessScene(_time);
        for (int i = 0; i < WitnessPort.MostPerSecond; i++)
        {
            Assert.NotEmpty(await HearAsync(scene.Where));
        }

        Task<string> next = HearAsync(scene.Where);
        using (Socket another = await ConnectAsync(scene.Where))
        {
            Assert.Equal(0, another.Available);
        }

        Assert.False(next.IsCompleted);
        await Patience.UntilAsync(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return next.IsCompleted;
        });
        Assert.NotEmpty(await next);
    }

    [Fact]
    public async Task Run_AddressInUse_IsTriedAgain()
    {
        using var stop = new CancellationTokenSource();
        Socket other = WitnessScene.Listen(1);
        var where = (IPEndPoint)other.LocalEndPoint!;
        var port = new WitnessPort(where, WitnessScene.Line, _time, NullLogger.Instance);
        Task running = port.RunAsync(stop.Token);
        Assert.Null(port.Open);

        other.Dispose();
        _time.Advance(TimeSpan.FromSeconds(10));
        await Patience.UntilAsync(() => port.Open is not null);

        Assert.NotEmpty(await HearAsync(where));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.Soon());
        Assert.Null(port.Open);
    }

    private static async Task<Socket> ConnectAsync(IPEndPoint where)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(where, TestContext.Current.CancellationToken);
        return socket;
    }

    private static async Task<string> HearAsync(IPEndPoint where)
    {
        using Socket socket = await ConnectAsync(where);
        using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken).Soon();
    }
}
