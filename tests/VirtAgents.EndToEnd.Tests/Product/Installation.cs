using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace VirtAgents.EndToEnd.Tests.Product;

/// <summary>A collector with its store and ports, the agents of a test, and virtctl to look at them: all as real processes.</summary>
internal sealed class Installation : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly List<RunningProgram> _programs = [];

    public Installation()
    {
        Directory = System.IO.Directory.CreateTempSubdirectory("virtagents-e2e-").FullName;
        GrpcPort = FreePort();
        HttpPort = FreePort();
    }

    public string Directory { get; }

    public int GrpcPort { get; }

    public int HttpPort { get; }

    public string Endpoint => $"http://127.0.0.1:{GrpcPort}";

    public string StorePath => Path.Combine(Directory, "store", "virtagents.db");

    public async Task<RunningProgram> StartCollectorAsync(params IEnumerable<string> more)
    {
        string ready = Path.Combine(Directory, $"collector-{Guid.NewGuid():N}.ready");
        return await StartAsync(
            Repository.Collector,
            ready,
            [
                "--insecure", "--ready-file", ready, $"--Listen:Grpc=127.0.0.1:{GrpcPort}", $"--Listen:Http=127.0.0.1:{HttpPort}",
                $"--Store:Embedded:Path={StorePath}", .. more,
            ]);
    }

    public async Task<RunningProgram> StartSimulatedAgentAsync(int hosts, params IEnumerable<string> more)
    {
        string ready = Path.Combine(Directory, $"agent-{Guid.NewGuid():N}.ready");
        return await StartAsync(
            Repository.Agent,
            ready,
            [
                "--simulate", $"{hosts}", "--ready-file", ready, "--set", $"Collector:Endpoints:0={Endpoint}",
                "--set", $"Spool:Path={Path.Combine(Directory, "spool")}", .. more,
            ]);
    }

    /// <summary>Runs virtctl with JSON output.</summary>
    public async Task<JsonElement> VirtctlAsync(params IEnumerable<string> arguments)
    {
        (int exitCode, string output) = await TryVirtctlAsync([.. arguments, "-o", "json"]);
        Assert.True(exitCode == 0, $"virtctl {string.Join(' ', arguments)} ended with {exitCode}:\n{output}");
        return JsonDocument.Parse(output).RootElement;
    }

    public Task<(int ExitCode, string Output)> TryVirtctlAsync(params IEnumerable<string> arguments) =>
        RunningProgram.RunAsync(Repository.Virtctl, Patience, [.. arguments, "--collector", Endpoint]);

    public async ValueTask DisposeAsync()
    {
        foreach (RunningProgram program in Enumerable.Reverse(_programs))
        {
            await program.DisposeAsync();
        }

        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task<RunningProgram> StartAsync(string program, string readyFile, string[] arguments)
    {
        RunningProgram running = RunningProgram.Start(program, arguments);
        _programs.Add(running);
        await Eventually.HoldsAsync(Patience, () => Task.FromResult(
            File.Exists(readyFile) ? null
            : running.HasExited ? throw new InvalidOperationException($"{program} ended with {running.ExitCode}:\n{running.Output}")
            : $"{program} is not ready:\n{running.Output}"));
        return running;
    }
}
