using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using VirtAgents.EndToEnd.Tests.Product;

namespace VirtAgents.EndToEnd.Tests.Simulated;

/// <summary>./run.sh as a new user runs it.</summary>
[Collection(RunScriptGroup.Name)]
public sealed class RunScriptTests : IDisposable
{
    private static readonly TimeSpan BuildLimit = TimeSpan.FromMinutes(8), Patience = TimeSpan.FromSeconds(30);
    private readonly string _data = Directory.CreateTempSubdirectory("virtagents-run-").FullName;

    private static string Script => Path.Combine(Repository.Root, "run.sh");

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task Run_Simulate50_ShowsEveryVmWithinAMinuteAndLeavesNothing()
    {
        (int grpc, int http) = (Installation.FreePort(IPAddress.Loopback), Installation.FreePort(IPAddress.Loopback));
        await using RunningProgram script = RunningProgram.Start(Script, "--simulate", "50", "--data", _data, "--ports", $"{grpc},{http}");
        await Eventually.HoldsAsync(BuildLimit, () => Task.FromResult(
            script.HasExited ? throw new InvalidOperationException($"run.sh ended:\n{script.Output}")
            : File.Exists(Path.Combine(_data, "store.db")) ? null : "the collector has not started yet"));

        await Eventually.HoldsAsync(TimeSpan.FromSeconds(60), async () =>
        {
            int hosts = await CountAsync(grpc, "hosts"), vms = await CountAsync(grpc, "vms");
            return hosts == 50 && vms == 1000 ? null : $"{hosts} of 50 hosts and {vms} of 1000 VMs are shown";
        });
        await script.SaysAsync("Ctrl-C stops everything.", Patience);
        Assert.Contains(script.Lines, l => l.Contains("VirtAgents is running", StringComparison.Ordinal));
        Assert.Contains(script.Lines, l => l.EndsWith($"virtctl inject {_data}/control.sock '{{\"fault\": \"vm-crash\", \"vm\": {{\"index\": 0}}}}'", StringComparison.Ordinal));

        int[] children = ChildrenOf(script.Pid);
        Assert.Equal(2, children.Length);
        script.Signal(RunningProgram.SigInt);
        await script.WaitForExitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(0, script.ExitCode);
        Assert.All(children, pid => Assert.False(Directory.Exists($"/proc/{pid}"), $"process {pid} was left behind"));
    }

    [Fact]
    public async Task Run_PortTaken_SaysWhichAndWhatToDo()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        int port = ((IPEndPoint)other.LocalEndpoint).Port;
        (int exitCode, string output) = await RunningProgram.RunAsync(
            Script, TimeSpan.FromSeconds(60), "--simulate", "1", "--data", _data, "--ports", $"{port},{Installation.FreePort(IPAddress.Loopback)}");
        Assert.Equal(1, exitCode);
        Assert.Contains($"port {port} on 127.0.0.1 is taken by another program", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--simulate wants a number of hosts, 1 to 1000, not '0'", "--simulate", "0")]
    [InlineData("--ports wants GRPC,HTTP, such as 7443,7480, not '7443'", "--ports", "7443")]
    [InlineData("port 99999 is out of range (1 to 65535)", "--ports", "99999,7480")]
    [InlineData("unknown argument '--foo'", "--foo")]
    public async Task Run_WrongUsage_SaysSo(string expected, params string[] arguments)
    {
        (int exitCode, string output) = await RunningProgram.RunAsync(Script, TimeSpan.FromSeconds(30), arguments);
        Assert.Equal(2, exitCode);
        Assert.Contains(expected, output, StringComparison.Ordinal);
    }

    private static async Task<int> CountAsync(int port, string what)
    {
        (int exitCode, string output) = await RunningProgram.RunAsync(
            Repository.Virtctl, TimeSpan.FromSeconds(30), what, "-o", "json", "--collector", $"http://127.0.0.1:{port}");
        return exitCode == 0 ? JsonDocument.Parse(output).RootElement.GetArrayLength() : 0;
    }

    private static int[] ChildrenOf(int pid) =>
        [.. File.ReadAllText($"/proc/{pid}/task/{pid}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(p => int.Parse(p, System.Globalization.CultureInfo.InvariantCulture))];
}

/// <summary>Runs when the others have ended: the script builds, and a build writes files anew that other tests run.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class RunScriptGroup
{
    public const string Name = "the run script";
}
