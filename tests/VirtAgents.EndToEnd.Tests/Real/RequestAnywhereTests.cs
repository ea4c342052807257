using System.Globalization;
using System.Net;
using System.Text.Json;
using VirtAgents.EndToEnd.Tests.Product;
using VirtAgents.Testbed;

namespace VirtAgents.EndToEnd.Tests.Real;

/// <summary>A VM that is off on a real host without room is asked for: its definition goes to the other host, and it boots there, once.</summary>
[Collection(RequestAnywhereGroup.Name)]
[Trait("needs", "libvirt")]
public sealed class RequestAnywhereTests : IAsyncLifetime
{
    private const string Vm = "wanderer", Settled = "settled", Pool = "common", Full = "r1", Free = "r2";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly IPAddress Bridge = IPAddress.Parse($"{Environment.GetEnvironmentVariable("TESTBED_NET") ?? "10.99.0"}.1");

    private readonly Dictionary<string, TestbedHost> _hosts = [];
    private Installation? _started;

    // Its address is there once a host is.
    private Installation Installation => _started ?? throw new InvalidOperationException("the hosts are not up");

    public async ValueTask InitializeAsync()
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        foreach (string name in new[] { Full, Free })
        {
            _hosts[name] = await TestbedHost.StartAsync(name, cancel);
            await _hosts[name].VirshAsync("pool-create-as", Pool, "dir", "--target", TestbedHost.SharedDirectory);
        }

        _started = new Installation(Bridge);
        string acting = Path.Combine(Installation.Directory, "acting.json"), schedule = Path.Combine(Installation.Directory, "schedule.json");
        await File.WriteAllTextAsync(acting, """{ "rules": [{ "name": "tests", "effect": "allow", "kinds": ["start", "migrate"] }] }""", cancel);
        await File.WriteAllTextAsync(schedule, await ScheduleAsync(), cancel);
        await Installation.StartCollectorAsync($"--Scheduling:PolicyFile={schedule}", "--Liveness:ReturnLimit=5s");
        foreach (TestbedHost host in _hosts.Values)
        {
            await Installation.StartAgentAsync(host, "--set", $"Acting:Policy={acting}", "--set", $"Acting:SharedDirectories:0={TestbedHost.SharedDirectory}");
        }

        await _hosts[Full].StartVmAsync(Settled, new TestVmOptions { Halted = true }, cancel);
        await _hosts[Full].StartVmAsync(Vm, new TestVmOptions { WaitUntilBooted = false }, cancel);
        await _hosts[Full].VirshAsync("destroy", Vm);
    }

    public async ValueTask DisposeAsync()
    {
        if (_started is not null)
        {
            await _started.DisposeAsync();
        }

        foreach (TestbedHost host in _hosts.Values)
        {
            await host.DisposeAsync();
        }
    }

    [Fact]
    public async Task SubmitAnywhere_ItsHostIsFull_DefinitionIsMovedOnceAndTheVmBootsThereOnce()
    {
        await SeenAsync(Settled, Full, "running");
        await SeenAsync(Vm, Full, "shut-off");
        string id = Text(await Installation.VirtctlAsync("request", "submit", Vm, "--anywhere", "--note", "for the fair"), "id");

        JsonElement request = await RequestAsync(id, "running");
        Assert.Equal((Free, Free, "yes"), (Text(request, "host"), Text(request, "target"), Text(request, "anywhere")));
        Assert.Equal($"moves to host {Free} first: {Free} leaves the load most even: score ", Text(request, "choice")[..$"moves to host {Free} first: {Free} leaves the load most even: score ".Length]);
        Assert.EndsWith($"; its own host {Full}: vcpus", Text(request, "choice"), StringComparison.Ordinal);
        await SeenAsync(Vm, Free, "running");
        await SentOnceAsync(id, request);
        await RunsThereAloneAsync();
        Assert.StartsWith("ok", await _hosts[Free].VmCommandAsync(Vm, "state", TestContext.Current.CancellationToken), StringComparison.Ordinal);

        // It is off again where it was moved to, and nothing brings it back.
        await _hosts[Free].VirshAsync("destroy", Vm);
        Assert.Equal("the VM was seen shut off", Text(await RequestAsync(id, "ended"), "detail"));
        await SeenAsync(Vm, Free, "shut-off");
        await SentOnceAsync(id, request);
        Assert.Equal("shut off", (await _hosts[Free].VirshAsync("domstate", Vm)).Trim());
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? "";

    // Each host promises one vCPU, whatever this machine has.
    private async Task<string> ScheduleAsync()
    {
        string cpus = (await _hosts[Full].VirshAsync("nodeinfo")).Split('\n').Single(l => l.StartsWith("CPU(s):", StringComparison.Ordinal)).Split(':')[1];
        string ratio = (1.5 / int.Parse(cpus, CultureInfo.InvariantCulture)).ToString("0.####", CultureInfo.InvariantCulture);
        string addresses = string.Join(", ", _hosts.Values.Select(h => $"\"{h.Name}\": \"{h.TcpUri}\""));
        return $$"""{ "vcpuRatio": {{ratio}}, "addresses": { {{addresses}} }, "queue": {} }""";
    }

    /// <summary>The ledger has the move and then the start, each once and done, by this request; the start was ordered when the VM had been moved.</summary>
    private async Task SentOnceAsync(string id, JsonElement request)
    {
        JsonElement[] sent = await Installation.EndedDirectivesAsync();
        Assert.Equal([("start", Free, "done"), ("migrate", Full, "done")], sent.Select(d => (Text(d, "kind"), Text(d, "host"), Text(d, "state"))));
        Assert.Equal([Text(request, "directive_id"), Text(request, "move_directive_id")], sent.Select(d => Text(d, "id")));
        Assert.All(sent, d => Assert.StartsWith($"for the fair; request {id} ", Text(d, "reason"), StringComparison.Ordinal));
        Assert.InRange(sent[0].GetProperty("created").GetDateTimeOffset(), sent[1].GetProperty("updated").GetDateTimeOffset(), DateTimeOffset.MaxValue);
    }

    /// <summary>By libvirt's word.</summary>
    private async Task RunsThereAloneAsync()
    {
        Assert.Equal(Settled, (await _hosts[Full].VirshAsync("list", "--all", "--name")).Trim());
        Assert.Equal(Vm, (await _hosts[Free].VirshAsync("list", "--all", "--persistent", "--name")).Trim());
        Assert.Equal(Vm, (await _hosts[Free].VirshAsync("list", "--state-running", "--name")).Trim());
        SeenEvent[] events = [.. (await Installation.EventsAsync("--since", "1h")).Where(e => e.Vm == Vm)];
        Assert.DoesNotContain(events, e => e.Kind == "vm-crashed");
    }

    private async Task<JsonElement> RequestAsync(string id, string state)
    {
        JsonElement request = default;
        await Eventually.HoldsAsync(Patience, async () =>
        {
            request = await Installation.VirtctlAsync("request", "show", id);
            return Text(request, "state") == state ? null : $"wanted is {state}, but it is: {request}";
        });
        return request;
    }

    private Task<TimeSpan> SeenAsync(string vm, string host, string state) => Eventually.HoldsAsync(Patience, async () =>
    {
        (int exitCode, string output) = await Installation.TryVirtctlAsync("vms", "--name", vm, "-o", "json");
        JsonElement[] seen = exitCode == 0 ? [.. JsonDocument.Parse(output).RootElement.EnumerateArray()] : [];
        return seen.Length == 1 && (Text(seen[0], "host"), Text(seen[0], "state")) == (host, state) ? null : $"{vm} is not {state} on {host}: {output}";
    });
}

/// <summary>Runs while no other test does: others use the testbed too.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class RequestAnywhereGroup
{
    public const string Name = "request anywhere";
}
