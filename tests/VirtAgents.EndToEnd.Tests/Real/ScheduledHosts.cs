using System.Net;
using System.Text.Json;
using VirtAgents.EndToEnd.Tests.Product;
using VirtAgents.Testbed;

namespace VirtAgents.EndToEnd.Tests.Real;

/// <summary>Three libvirt hosts that share a directory pool, and a collector that has a policy for them.</summary>
internal sealed class ScheduledHosts : IAsyncDisposable
{
    private const string Pool = "common";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(150);
    private static readonly IPAddress Bridge = IPAddress.Parse($"{Environment.GetEnvironmentVariable("TESTBED_NET") ?? "10.99.0"}.1");

    private readonly List<TestbedHost> _hosts = [];
    private Installation? _started;
    private RunningProgram? _collector;

    private ScheduledHosts()
    {
    }

    public IReadOnlyList<TestbedHost> Hosts => _hosts;

    // Its address is there once a host is.
    private Installation Installation => _started ?? throw new InvalidOperationException("the hosts are not up");

    private string PolicyPath => Path.Combine(Installation.Directory, "acting.json");

    private string SchedulePath => Path.Combine(Installation.Directory, "schedule.json");

    public static async Task<ScheduledHosts> StartAsync()
    {
        ScheduledHosts started = new();
        try
        {
            await started.StartAllAsync(TestContext.Current.CancellationToken);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
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

    public TestbedHost this[string name] => _hosts.Single(h => h.Name == name);

    public async Task RestartCollectorAfterKillAsync()
    {
        await _collector!.KillAsync();
        _collector = await StartCollectorAsync();
    }

    // Processors are shared with everything else on this machine, so a load may be a third of what it should be.
    public Task WriteScheduleAsync(string mode, string goal = "evacuate")
    {
        string addresses = string.Join(", ", _hosts.Select(h => $"\"{h.Name}\": \"{h.TcpUri}\""));
        return File.WriteAllTextAsync(
            SchedulePath, $$"""{ "addresses": { {{addresses}} }, "rules": [ { "name": "r", "goal": "{{goal}}", "mode": "{{mode}}", "hold": "5s"{{(goal == "balance" ? ", \"imbalance\": 0.03, \"margin\": 0.005" : "")}} } ] }""", TestContext.Current.CancellationToken);
    }

    public Task DrainAsync(string host) => Installation.VirtctlAsync("host", "drain", host, "--wait", "30s");

    /// <summary>Starts VMs with disks in the pool that the hosts share, and waits until the collector sees them.</summary>
    public async Task StartVmsAsync(TestbedHost host, TestVmOptions options, params string[] vms)
    {
        foreach (string vm in vms)
        {
            await host.StartVmAsync(vm, options, TestContext.Current.CancellationToken);
        }

        await UntilAsync(async () =>
        {
            (string Name, string Host, string State)[] seen = await VmsAsync();
            return vms.All(vm => seen.Contains((vm, host.Name, "running"))) ? null : $"not all VMs are seen yet, but: {string.Join(", ", seen)}";
        });
    }

    /// <summary>
    /// Waits until a plan would move some of these VMs and no other. Of a VM that has just started it is not known what it uses, so it stays and others are moved in its place; and each needed a processor while it
    /// booted, which counts in the mean that plans go by.
    /// </summary>
    public Task AreMeantAsync(string[] vms) => UntilAsync(async () =>
    {
        JsonElement plan = await Installation.VirtctlAsync("plan", "--live", "--goal", "balance");
        string[] moves = [.. plan.GetProperty("moves").EnumerateArray().Select(m => Text(m, "vm"))];
        return moves.Length > 0 && moves.All(vms.Contains) ? null : $"moves would be {string.Join(", ", moves)}";
    });

    public async Task<(string Name, string Host, string State)[]> VmsAsync() =>
        [.. (await Installation.VirtctlAsync("vms")).EnumerateArray().Select(v => (Text(v, "name"), Text(v, "host"), Text(v, "state")))];

    public async Task<JsonElement[]> MigrationsAsync() => [.. (await Installation.VirtctlAsync("directive", "list", "--kind", "migrate")).EnumerateArray()];

    /// <summary>The newest plan in a state, once there is one.</summary>
    public async Task<JsonElement> PlanAsync(string state)
    {
        JsonElement found = default;
        await UntilAsync(async () =>
        {
            JsonElement[] plans = [.. (await Installation.VirtctlAsync("plans")).EnumerateArray()];
            found = plans.FirstOrDefault(p => Text(p, "state") == state);
            return found.ValueKind == JsonValueKind.Object ? null : $"no plan is {state}, but: {string.Join(", ", plans.Select(p => $"{Text(p, "state")} ({Text(p, "detail")})"))}";
        });
        return found;
    }

    /// <summary>What a plan made now would do, for messages.</summary>
    public async Task<string> AdviceAsync() => $"{await Installation.VirtctlAsync("plan", "--live", "--goal", "balance")} {string.Join(", ", (await Installation.VirtctlAsync("plans")).EnumerateArray())}";

    /// <summary>The ledger, once a minute after the moves all of them are measured. Whether they gained says nothing here: the hosts have the same processors.</summary>
    public async Task<JsonElement[]> MeasuredAsync(int moves)
    {
        JsonElement[] ledger = [];
        await UntilAsync(async () =>
        {
            ledger = [.. (await Installation.VirtctlAsync("ledger")).EnumerateArray()];
            return ledger.Length == moves && ledger.All(m => m.GetProperty("measured_seconds").ValueKind == JsonValueKind.Number && m.GetProperty("downtime_seconds").ValueKind == JsonValueKind.Number
                && m.GetProperty("sent_gib").ValueKind == JsonValueKind.Number && Text(m, "verdict") is "as-expected" or "slower" or "no-gain")
                ? null
                : $"the ledger has {ledger.Length} moves: {string.Join(", ", ledger.Select(m => m.ToString()))}";
        });
        return ledger;
    }

    /// <summary>By libvirt's word each VM runs on exactly one host, and by the collector's none has ever crashed or stopped.</summary>
    public async Task RunOnceAsync(params string[] vms)
    {
        List<string> running = [];
        foreach (TestbedHost host in _hosts)
        {
            running.AddRange((await host.VirshAsync("list", "--state-running", "--name")).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        }

        Assert.Equal(vms.Order(), running.Order());
        Assert.DoesNotContain(await Installation.EventsAsync("--since", "1h"), e => e.Kind is "vm-crashed" or "vm-stopped");
    }

    public static Task UntilAsync(Func<Task<string?>> look) => Eventually.HoldsAsync(Patience, look);

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? "";

    private async Task StartAllAsync(CancellationToken cancel)
    {
        foreach (string name in new[] { "s1", "s2", "s3" })
        {
            TestbedHost host = await TestbedHost.StartAsync(name, cancel);
            _hosts.Add(host);
            await host.VirshAsync("pool-create-as", Pool, "dir", "--target", TestbedHost.SharedDirectory);
        }

        _started = new Installation(Bridge);
        await File.WriteAllTextAsync(PolicyPath, """{ "rules": [{ "name": "tests", "effect": "allow", "kinds": ["migrate", "set_drain"] }] }""", cancel);
        await WriteScheduleAsync("recommend");
        _collector = await StartCollectorAsync();
        foreach (TestbedHost host in _hosts)
        {
            await Installation.StartAgentAsync(
                host, "--set", $"Acting:Policy={PolicyPath}", "--set", $"Acting:SharedDirectories:0={TestbedHost.SharedDirectory}");
        }
    }

    private Task<RunningProgram> StartCollectorAsync() => Installation.StartCollectorAsync($"--Scheduling:PolicyFile={SchedulePath}");
}
