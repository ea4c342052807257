using System.Net.Sockets;
using System.Text;
using CsCheck;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using VirtAgents.Agent.Hosting;
using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Simulated;
using VirtAgents.Simulation.Estates;
using VirtAgents.Simulation.Faults;

namespace VirtAgents.Agent.Tests.Hosting;

/// <summary>A real socket before a simulated estate.</summary>
public sealed class ControlSocketTests : IDisposable
{
    private const string Crash = """{"fault":"vm-crash","vm":{"index":0}}""";
    private const string Done = """{"result":"ok","problems":[]}""";

    private readonly string _directory = Directory.CreateTempSubdirectory("virtagents-control-").FullName;
    private readonly FakeTimeProvider _clock = new();
    private readonly SimulatedEstate _estate;

    public ControlSocketTests() => _estate = new SimulatedEstate(new EstateOptions(1, 2), _clock);

    private string SocketPath => Path.Combine(_directory, "control");

    public void Dispose()
    {
        _estate.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Inject_Crash_HappensAtOnceAndIsAnswered()
    {
        SimulatedHypervisor host = _estate.HypervisorOf(0);
        await host.StartAsync(TestContext.Current.CancellationToken);
        await using ControlSocket socket = Open();
        await using Client client = await ConnectAsync();

        Assert.Equal(Done, await client.AskAsync(Crash));

        HostEventKind[] seen = [.. Read(host)];
        Assert.Equal([HostEventKind.VmObserved, HostEventKind.VmObserved, HostEventKind.VmCrashed], seen);
    }

    [Fact]
    public async Task Inject_SeveralLines_EachAnsweredInOrder()
    {
        await using ControlSocket socket = Open();
        await using Client client = await ConnectAsync();

        await client.SendAsync($"{Crash}\n{Crash}\nnonsense\n");

        Assert.Equal(Done, await client.ReadAsync());
        Assert.Matches("""^\{"result":"refused","problems":\[".+ is crashed"\]\}$""", await client.ReadAsync());
        Assert.StartsWith("""{"result":"invalid","problems":["line 1, byte """, await client.ReadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inject_LongestLine_Taken()
    {
        await using ControlSocket socket = Open();
        await using Client client = await ConnectAsync();
        Assert.Equal(Done, await client.AskAsync(Crash.PadRight(ControlConnection.LongestLine)));
    }

    [Fact]
    public async Task Inject_LineTooLong_SaidAndConnectionEnds()
    {
        await using ControlSocket socket = Open();
        await using Client client = await ConnectAsync();
        Assert.Equal("""{"result":"invalid","problems":["the line is longer than 4096 bytes"]}""", await client.AskAsync(Crash.PadRight(ControlConnection.LongestLine + 1)));
        Assert.Null(await client.ReadAsync());
    }

    [Fact]
    public async Task Inject_AnyLines_EachAnsweredOnce()
    {
        await using ControlSocket socket = Open();
        await using Client client = await ConnectAsync();
        Gen<string> line = Gen.OneOf(
            Gen.String[Gen.Char[' ', '~'], 0, 200],
            Gen.Select(Gen.OneOf([.. FaultNames.All]), Gen.OneOf("vm", "host", "pool", "at", "for", "end"), Gen.OneOf("1", "null", "true", "[]", "{}", "\"1s\"", "\"local\"", "{\"index\":-1}"))
                .Select((fault, key, value) => $$"""{"fault":"{{fault}}","{{key}}":{{value}}}"""));

        await line.SampleAsync(
            async text => Assert.Matches("""^\{"result":"(ok|refused|invalid)","problems":\[.*\]\}$""", await client.AskAsync(text)),
            iter: 500, threads: 1);

        Assert.Equal(Done, await client.AskAsync("""{"fault":"vm-hang","vm":{"index":1},"end":false}"""));
    }

    [Fact]
    public async Task Connect_MoreThanAllowed_TurnedAwayUntilOneLeaves()
    {
        await using ControlSocket socket = Open();
        List<Client> clients = [];
        for (int i = 0; i < ControlSocket.MostConnections; i++)
        {
            clients.Add(await ConnectAsync());
            await clients[i].AskAsync("{}");
        }

        await using (Client more = await ConnectAsync())
        {
            Assert.Equal("""{"result":"refused","problems":["4 connections are open already"]}""", await more.ReadAsync());
            Assert.Null(await more.ReadAsync());
        }

        await clients[0].DisposeAsync();
        await Patience.UntilAsync(async () =>
        {
            await using Client next = await ConnectAsync();
            try
            {
                return await next.AskAsync(Crash) is { } answer && !answer.Contains("already", StringComparison.Ordinal);
            }
            catch (Exception e) when (e is SocketException or IOException)
            {
                // Turned away before it had spoken.
                return false;
            }
        });
        await Task.WhenAll(clients.Skip(1).Select(c => c.DisposeAsync().AsTask())).Soon();
    }

    [Fact]
    public async Task Connect_Silent_ClosedAfterAMinute()
    {
        await using ControlSocket socket = Open();
        await using Client client = await ConnectAsync();
        Assert.Equal(Done, await client.AskAsync(Crash));
        await Patience.UntilAsync(() =>
        {
            _clock.Advance(ControlConnection.Patience);
            return client.IsClosed;
        });
        Assert.Null(await client.ReadAsync());
    }

    [Fact]
    public async Task Open_Always_OwnerOnlyAndGoneAfterwards()
    {
        await using (ControlSocket socket = Open())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(SocketPath));
        }

        Assert.False(File.Exists(SocketPath));
    }

    [Fact]
    public async Task Open_SocketOfAKilledAgent_Replaced()
    {
        using (var killed = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            string elsewhere = SocketPath + ".old";
            killed.Bind(new UnixDomainSocketEndPoint(elsewhere));
            File.Move(elsewhere, SocketPath);
        }

        await using ControlSocket socket = Open();
        await using Client client = await ConnectAsync();
        Assert.Equal(Done, await client.AskAsync(Crash));
    }

    [Fact]
    public async Task Open_SocketOfALivingAgent_RefusedAndLeftAlone()
    {
        await using ControlSocket first = Open();
        SimulationUnusableException e = Assert.Throws<SimulationUnusableException>(Open);
        Assert.Equal($"Simulation:ControlSocket {SocketPath} cannot be opened: another agent listens there", e.Message);
        await using Client client = await ConnectAsync();
        Assert.Equal(Done, await client.AskAsync(Crash));
    }

    [Fact]
    public void Open_FileOfThatName_RefusedAndLeftAlone()
    {
        File.WriteAllText(SocketPath, "precious");
        SimulationUnusableException e = Assert.Throws<SimulationUnusableException>(Open);
        Assert.Equal($"Simulation:ControlSocket {SocketPath} cannot be opened: there is a file of that name", e.Message);
        Assert.Equal("precious", File.ReadAllText(SocketPath));
    }

    private ControlSocket Open() => ControlSocket.Open(SocketPath, _estate.Inject, _clock, NullLogger.Instance);

    private static IEnumerable<HostEventKind> Read(SimulatedHypervisor host)
    {
        while (host.Events.TryRead(out HostEvent? seen))
        {
            yield return seen.Kind;
        }
    }

    private async Task<Client> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath)).Soon();
        return new Client(socket);
    }

    private sealed class Client(Socket socket) : IAsyncDisposable
    {
        private readonly StreamReader _reader = new(new NetworkStream(socket, ownsSocket: true));

        /// <summary>The other end has closed: readable without anything to read.</summary>
        public bool IsClosed => socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0;

        public async Task SendAsync(string text) => await socket.SendAsync(Encoding.UTF8.GetBytes(text)).Soon();

        /// <summary>Null at the end; an end that leaves something of ours unread is a reset.</summary>
        public async Task<string?> ReadAsync()
        {
            try
            {
                return await _reader.ReadLineAsync().Soon();
            }
            catch (IOException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
            {
                return null;
            }
        }

        public async Task<string?> AskAsync(string line)
        {
            await SendAsync(line + "\n");
            return await ReadAsync();
        }

        public ValueTask DisposeAsync()
        {
            _reader.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
