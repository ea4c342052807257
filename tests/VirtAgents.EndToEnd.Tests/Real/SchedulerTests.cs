using System.Net;
using System.Text.Json;
using VirtAgents.EndToEnd.Tests.Product;
using VirtAgents.Testbed;

namespace VirtAgents.EndToEnd.Tests.Real;

/// <summary>Three libvirt hosts whose VMs the scheduler migrates live, by its policy alone.</summary>
[Trait("needs", "libvirt")]
public sealed class SchedulerTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(150);
    private static readonly IPAddress Bridge = IPAddress.Parse($"{Environment.GetEnvironmentVariable("TESTBED_NET") ?? "10.99.0"}.1");
    private static readonly string[] Vms = ["d1", "d2", "d3", "d4"];

    private readonly List<TestbedHost> _hosts = [];
    private Installation? _started;
    private RunningProgram _collector = null!;

    private Installation Installation => _started ?? throw new InvalidOperationException("the hosts are not up");

    private string PolicyPath => Path.Combine(Installation.Directory, "acting.json");

    private string SchedulePath => Path.Combine(Installation.Directory, "schedule.json");

    public async ValueTask InitializeAsync()
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        foreach (string name in new[] { "s1", "s2", "s3" })
        {
            _hosts.Add(await TestbedHost.StartAsync(name, cancel));
        }

        _started = new Installation(Bridge);
        await File.WriteAllTextAsync(PolicyPath, """{ "rules": [{ "name": "tests", "effect": "allow", "kinds": ["migrate", "set_drain"] }] }""", cancel);
        await WriteScheduleAsync("recommend");
        _collector = await StartCollectorAsync();
        foreach (TestbedHost host in _hosts)
        {
            await Installation.StartAgentAsync(host, "--set", $"Acting:Policy={PolicyPath}");
        }

    }

    public async ValueTask DisposeAsync()
    {
        if (_started is not null)
        {
            await _started.DisposeAsync();
        }

        foreach (TestbedHost host in _hosts)
        {
            await host.DisposeAsync();
        }
    }

    [Fact]
    public async Task DrainedHost_CollectorKilledInMidPlan_IsEmptiedAndNothingIsDoneTwice()
    {
        await StartVmsAsync(Vms, _hosts[1], new TestVmOptions { Halted = true });
        await Installation.VirtctlAsync("host", "drain", "s2", "--wait", "30s");

        // As long as it is only recommended nothing moves.
        JsonElement advice = await PlanAsync("recommended");
        Assert.Equal(Vms.Length, advice.GetProperty("moves").GetInt32());
        Assert.Empty(await MigrationsAsync());

        await WriteScheduleAsync("auto");
        await UntilAsync(async () => (await MigrationsAsync()).Length > 0 ? null : "nothing was moved yet");
        await _collector.KillAsync();
        _collector = await StartCollectorAsync();

        await UntilAsync(async () =>
        {
            string left = await _hosts[1].VirshAsync("list", "--all", "--name");
            return left.Trim().Length == 0 ? null : $"on s2 are still: {left.ReplaceLineEndings(" ")}";
        });
        await PlanAsync("done");
        await RunOnceAsync(Vms);
        JsonElement[] moves = await MigrationsAsync();
        Assert.Equal(Vms, moves.Select(m => m.GetProperty("vm").GetString()!).Order());
        Assert.All(moves, m => Assert.Equal("done", m.GetProperty("state").GetString()));
    }

    [Fact]
    public async Task OverloadedHost_IsBalancedAndNothingMovesBack()
    {
        string[] busy = ["b1", "b2", "b3"];
        await StartVmsAsync(busy, _hosts[0], new TestVmOptions { Load = "va.cpu=25" });
        await WriteScheduleAsync("auto", "balance");

        await PlanAsync("done");
        await RunOnceAsync(busy);
        JsonElement[] moves = await MigrationsAsync();
        Assert.Equal(2, moves.Length);
        Assert.Equal(3, (await VmsOnAsync()).Where(v => v.State == "running").Select(v => v.Host).Distinct().Count());
        await MeasuredAsync(2);
        Assert.Equal(2, (await MigrationsAsync()).Length);
    }

    // Without disks: these hosts have no pool of which libvirt says that hosts share it.
    private async Task StartVmsAsync(string[] vms, TestbedHost host, TestVmOptions options)
    {
        foreach (string vm in vms)
        {
            await host.StartVmAsync(vm, options with { DiskXml = "<!-- none -->" }, TestContext.Current.CancellationToken);
        }

        await UntilAsync(async () => (await VmsOnAsync()).Count(v => v.Host == host.Name && v.State == "running") == vms.Length ? null : "not all VMs are seen yet");
    }

    private async Task RunOnceAsync(string[] vms)
    {
        List<string> running = [];
        foreach (TestbedHost host in _hosts)
        {
            running.AddRange((await host.VirshAsync("list", "--state-running", "--name")).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        }

        Assert.Equal(vms, running.Order());
        Assert.DoesNotContain(await Installation.EventsAsync("--since", "1h"), e => e.Kind is "vm-crashed" or "vm-stopped");
    }

    // A minute after the moves the ledger has what was measured.
    private Task<TimeSpan> MeasuredAsync(int moves) => UntilAsync(async () =>
    {
        JsonElement[] ledger = [.. (await Installation.VirtctlAsync("ledger")).EnumerateArray()];
        return ledger.Length == moves && ledger.All(m => m.GetProperty("measured_seconds").ValueKind == JsonValueKind.Number && m.GetProperty("verdict").GetString() is "as-expected" or "slower")
            ? null
            : $"the ledger has {ledger.Length} moves: {string.Join(", ", ledger.Select(m => m.ToString()))}";
    });

    private async Task<JsonElement> PlanAsync(string state)
    {
        JsonElement found = default;
        await UntilAsync(async () =>
        {
            JsonElement[] plans = [.. (await Installation.VirtctlAsync("plans")).EnumerateArray()];
            found = plans.FirstOrDefault(p => p.GetProperty("state").GetString() == state);
            return found.ValueKind == JsonValueKind.Object ? null : $"no plan is {state}, but: {string.Join(", ", plans.Select(p => $"{p.GetProperty("state")} ({p.GetProperty("detail")})"))}";
        });
        return found;
    }

    private async Task<JsonElement[]> MigrationsAsync() =>
        [.. (await Installation.VirtctlAsync("directive", "list", "--kind", "migrate")).EnumerateArray()];

    private async Task<(string Host, string State)[]> VmsOnAsync() =>
        [.. (await Installation.VirtctlAsync("vms")).EnumerateArray().Select(v => (v.GetProperty("host").GetString()!, v.GetProperty("state").GetString()!))];

    private Task<RunningProgram> StartCollectorAsync() => Installation.StartCollectorAsync($"--Scheduling:PolicyFile={SchedulePath}");

    private Task WriteScheduleAsync(string mode, string goal = "evacuate")
    {
        string addresses = string.Join(", ", _hosts.Select(h => $"\"{h.Name}\": \"{h.TcpUri}\""));
        return File.WriteAllTextAsync(
            SchedulePath, $$"""{ "addresses": { {{addresses}} }, "rules": [ { "name": "r", "goal": "{{goal}}", "mode": "{{mode}}", "hold": "5s"{{(goal == "balance" ? ", \"imbalance\": 0.03" : "")}} } ] }""", TestContext.Current.CancellationToken);
    }

    private static Task<TimeSpan> UntilAsync(Func<Task<string?>> look) => Eventually.HoldsAsync(Patience, look);
}
