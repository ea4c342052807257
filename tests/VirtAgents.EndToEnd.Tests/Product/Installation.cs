using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using VirtAgents.Testbed;

namespace VirtAgents.EndToEnd.Tests.Product;

/// <summary>A collector with its store and ports, the agents of a test, and virtctl to look at them: all as real processes.</summary>
/// <param name="address">
/// Where the collector listens. On loopback it is plain; on any other address, as agents inside testbed hosts need it, it
/// has a certificate of an authority made for the test, which agents and virtctl are told to trust.
/// </param>
internal sealed class Installation(IPAddress address) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly List<RunningProgram> _programs = [];
    private readonly TestAuthority? _authority = IPAddress.IsLoopback(address) ? null : new TestAuthority(address);
    private readonly int _grpcPort = FreePort(address);
    private readonly int _httpPort = FreePort(address);

    public Installation()
        : this(IPAddress.Loopback)
    {
    }

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("virtagents-e2e-").FullName;

    public string Endpoint => $"{(_authority is null ? "http" : "https")}://{address}:{_grpcPort}";

    /// <summary>Where the collector answers HTTP.</summary>
    public Uri Http => new($"{(_authority is null ? "http" : "https")}://{address}:{_httpPort}");

    /// <summary>File of the store; unless said otherwise in <see cref="Directory"/>.</summary>
    public string StorePath { get => field ?? Path.Combine(Directory, "store"); init; }

    public Task<RunningProgram> StartCollectorAsync(params IEnumerable<string> more) =>
        StartAsync(
            "collector",
            [],
            Repository.Collector,
            [
                $"--Listen:Grpc={address}:{_grpcPort}", $"--Listen:Http={address}:{_httpPort}", $"--Store:Embedded:Path={StorePath}",
                .. _authority is null ? ["--insecure"] : _authority.CollectorArguments(Directory), .. more,
            ]);

    public Task<RunningProgram> StartSimulatedAgentAsync(int hosts, params IEnumerable<string> more) =>
        StartAsync("agent", [], Repository.Agent, ["--simulate", $"{hosts}", .. AgentArguments("simulated"), .. more]);

    /// <summary>Starts an agent that plays a scenario with an estate of its own.</summary>
    public Task<RunningProgram> StartScenarioAgentAsync(string scenario, int speed, params IEnumerable<string> more) =>
        StartAsync(
            "agent",
            [],
            Repository.Agent,
            ["--set", "Hypervisor=Simulated", "--set", $"Simulation:Scenario={scenario}", "--set", $"Simulation:Speed={speed}", .. AgentArguments("scenario"), .. more]);

    /// <summary>Starts an agent inside a testbed host, where it sees that host's processes, network and libvirt.</summary>
    public Task<RunningProgram> StartAgentAsync(TestbedHost host, params IEnumerable<string> more) =>
        StartAsync(
            $"agent-{host.Name}",
            host.NamespaceEnter,
            Repository.Agent,
            ["--set", "Hypervisor=Libvirt", "--set", $"HostName={host.Name}", .. AgentArguments(host.Name), .. more]);

    /// <summary>Runs virtctl with JSON output.</summary>
    public async Task<JsonElement> VirtctlAsync(params IEnumerable<string> arguments)
    {
        (int exitCode, string output) = await TryVirtctlAsync([.. arguments, "-o", "json"]);
        Assert.True(exitCode == 0, $"virtctl {string.Join(' ', arguments)} ended with {exitCode}:\n{output}");
        return JsonDocument.Parse(output).RootElement;
    }

    /// <summary>What was ordered so far, newest first, once all of it has ended: that a VM runs is often seen before its host has told that it has started it.</summary>
    public async Task<JsonElement[]> EndedDirectivesAsync()
    {
        await Eventually.HoldsAsync(Patience, async () =>
            await VirtctlAsync("directive", "list", "--open") is var open && open.GetArrayLength() == 0 ? null : $"some have not ended: {open}");
        return [.. (await VirtctlAsync("directive", "list")).EnumerateArray()];
    }

    /// <summary>What /readyz says: whether the collector is ready, and the text.</summary>
    public async Task<(bool Ready, string Text)> ReadyAsync()
    {
        using var http = new HttpClient { Timeout = Patience };
        using HttpResponseMessage answer = await http.GetAsync(new Uri($"http://{address}:{_httpPort}/readyz"));
        return (answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Events as virtctl lists them, oldest first.</summary>
    public async Task<IReadOnlyList<SeenEvent>> EventsAsync(params IEnumerable<string> arguments)
    {
        (int exitCode, string output) = await TryVirtctlAsync(["events", "--limit", "10000", "-o", "json", .. arguments]);
        Assert.True(exitCode == 0, $"virtctl events ended with {exitCode}:\n{output}");
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(SeenEvent.Parse)];
    }

    public Task<(int ExitCode, string Output)> TryVirtctlAsync(params IEnumerable<string> arguments) =>
        RunningProgram.RunAsync(Repository.Virtctl, Patience, [.. arguments, .. ConnectionArguments]);

    /// <summary>What tells virtctl where the collector is.</summary>
    public IEnumerable<string> ConnectionArguments =>
        _authority is null ? ["--collector", Endpoint] : ["--collector", Endpoint, "--ca-file", _authority.CaFile(Directory)];

    public async ValueTask DisposeAsync()
    {
        foreach (RunningProgram program in Enumerable.Reverse(_programs))
        {
            await program.DisposeAsync();
        }

        System.IO.Directory.Delete(Directory, recursive: true);
        _authority?.Dispose();
    }

    /// <summary>A port that nothing listens on at the moment.</summary>
    internal static int FreePort(IPAddress address)
    {
        using var probe = new TcpListener(address, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private string[] AgentArguments(string name) =>
    [
        "--set", $"Collector:Endpoints:0={Endpoint}", "--set", $"Spool:Path={Path.Combine(Directory, "spool-" + name)}",
        .. _authority is null ? Array.Empty<string>() : ["--set", $"Collector:CaFile={_authority.CaFile(Directory)}"],
    ];

    private async Task<RunningProgram> StartAsync(string name, IReadOnlyList<string> prefix, string program, string[] arguments)
    {
        string ready = Path.Combine(Directory, $"{name}-{Guid.NewGuid():N}.ready");
        string[] command = [.. prefix, program, .. arguments, "--ready-file", ready];
        RunningProgram running = RunningProgram.Start(command[0], command[1..]);
        _programs.Add(running);
        await Eventually.HoldsAsync(Patience, () => Task.FromResult(
            File.Exists(ready) ? null
            : running.HasExited ? throw new InvalidOperationException($"{name} ended with {running.ExitCode}:\n{running.Output}")
            : $"{name} is not ready:\n{running.Output}"));
        return running;
    }
}
