using System.Net;
using System.Text.Json;
using VirtAgents.EndToEnd.Tests.Product;
using VirtAgents.Testbed;

namespace VirtAgents.EndToEnd.Tests.Real;

/// <summary>Two libvirt hosts with four VMs, an agent on each, one collector; shared by the tests of the collection.</summary>
public sealed class RealEstate : IAsyncLifetime
{
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>The caller's end of the bridge that joins the testbed hosts.</summary>
    private static readonly IPAddress Bridge = IPAddress.Parse($"{Environment.GetEnvironmentVariable("TESTBED_NET") ?? "10.99.0"}.1");

    private Installation? _installation;
    private RunningProgram? _collector;
    private TestbedHost? _first;
    private TestbedHost? _second;

    /// <summary>VMs that tests may look at but not harm: the busy one, the writing one, the idle one on h1 and the one on h2.</summary>
    internal const string Busy = "busy", Writer = "writer", Idle = "idle", Other = "other";

    internal Installation Installation => _installation ?? throw new InvalidOperationException("the estate is not up");

    internal TestbedHost First => _first ?? throw new InvalidOperationException("the estate is not up");

    internal TestbedHost Second => _second ?? throw new InvalidOperationException("the estate is not up");

    internal RunningProgram FirstAgent { get; private set; } = null!;

    /// <summary>What may be done on the first host: anything, but nothing destructive to the VMs that all tests share.</summary>
    private const string Policy = $$"""
        {
          "protectedVms": ["{{Busy}}", "{{Writer}}", "{{Idle}}"],
          "rules": [{ "name": "tests", "effect": "allow", "kinds": ["*"] }],
        }
        """;

    /// <summary>VMs of this name are started again by the collector itself when they crash.</summary>
    internal const string Revived = "revived";

    private const string Remediation = $$"""
        { "rules": [{ "name": "revive", "findings": ["vm-crashed"], "vm": "{{Revived}}", "mode": "auto", "directive": "start" }] }
        """;

    /// <summary>What the scheduler does while no test asks for something: nothing.</summary>
    internal const string NothingScheduled = """{ "rules": [] }""";

    private string SchedulePath => Path.Combine(Installation.Directory, "schedule.json");

    private string PolicyPath => Path.Combine(Installation.Directory, "policy.json");

    private string RemediationPath => Path.Combine(Installation.Directory, "remediation.json");

    public async ValueTask InitializeAsync()
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        _first = await TestbedHost.StartAsync("h1", cancel);
        _second = await TestbedHost.StartAsync("h2", cancel);
        _installation = new Installation(Bridge);
        await File.WriteAllTextAsync(RemediationPath, Remediation, cancel);
        await WriteScheduleAsync(NothingScheduled);
        _collector = await StartCollectorAsync();
        await File.WriteAllTextAsync(PolicyPath, Policy, cancel);
        FirstAgent = await StartFirstAgentAsync();
        await _installation.StartAgentAsync(_second);
        await _first.StartVmAsync(Busy, new TestVmOptions { Load = "va.cpu=50" }, cancel);
        await _first.StartVmAsync(Writer, new TestVmOptions { Load = "va.disk=512" }, cancel);
        await _first.StartVmAsync(Idle, cancellationToken: cancel);
        await _second.StartVmAsync(Other, cancellationToken: cancel);
        await StateIsAsync(Other, "running");
        await StateIsAsync(Idle, "running");
    }

    public async ValueTask DisposeAsync()
    {
        if (_installation is not null)
        {
            await _installation.DisposeAsync();
        }

        foreach (TestbedHost? host in new[] { _first, _second })
        {
            if (host is not null)
            {
                await host.DisposeAsync();
            }
        }
    }

    /// <summary>Gives the scheduler another policy.</summary>
    internal Task WriteScheduleAsync(string policy) => File.WriteAllTextAsync(SchedulePath, policy, TestContext.Current.CancellationToken);

    /// <summary>Kills the agent of the first host and starts it again.</summary>
    internal async Task RestartFirstAgentAsync()
    {
        await KillFirstAgentAsync();
        await ReviveFirstAgentAsync();
    }

    /// <summary>Kills the agent of the first host at once; what carried it into the host ends with it.</summary>
    internal async Task KillFirstAgentAsync()
    {
        RunningProgram.SendSignal(TestbedHost.ChildOf(FirstAgent.Pid), RunningProgram.SigKill);
        await FirstAgent.WaitForExitAsync(Patience);
    }

    /// <summary>Starts the agent of the first host again, with the spool and the journal that it had.</summary>
    internal async Task ReviveFirstAgentAsync() => FirstAgent = await StartFirstAgentAsync();

    internal Task KillCollectorAsync() => _collector!.KillAsync();

    /// <summary>Starts the collector again, on the same ports and with the same store.</summary>
    internal async Task ReviveCollectorAsync() => _collector = await StartCollectorAsync();

    /// <summary>Waits until virtctl shows a VM in a state; returns what it shows.</summary>
    internal async Task<JsonElement> StateIsAsync(string vm, string state, string? reason = null)
    {
        JsonElement seen = default;
        await Eventually.HoldsAsync(Patience, async () =>
        {
            JsonElement[] found = [.. (await Installation.VirtctlAsync("vms", "--name", vm)).EnumerateArray()
                .Where(v => v.GetProperty("name").GetString() == vm)];
            if (found.Length != 1)
            {
                return $"{found.Length} VMs are called {vm}";
            }

            seen = found[0];
            string? shown = seen.GetProperty("state").GetString(), why = seen.GetProperty("reason").GetString();
            return shown == state && (reason is null || why == reason) ? null : $"{vm} is {shown} ({why}), wanted is {state} ({reason})";
        });
        return seen;
    }

    /// <summary>
    /// Turns a VM that a test let crash on and off again: three VMs of a host that crash within a minute are told as trouble of the host, and what a
    /// policy does about a crash it does not do about that.
    /// </summary>
    internal async Task LayToRestAsync(string vm)
    {
        await First.VirshAsync("start", vm);
        await StateIsAsync(vm, "running");
        await First.VirshAsync("destroy", vm);
        await StateIsAsync(vm, "shut-off");
    }

    /// <summary>Waits until the feed has an event of a VM; returns all its events from then.</summary>
    internal async Task<IReadOnlyList<SeenEvent>> HasEventAsync(string vm, string what)
    {
        IReadOnlyList<SeenEvent> events = [];
        await Eventually.HoldsAsync(Patience, async () =>
        {
            events = await EventsOfAsync(vm);
            return events.Any(e => e.Short == what) ? null : $"{vm} has no '{what}', but:\n{string.Join('\n', events.Select(e => e.Short))}";
        });
        return events;
    }

    /// <summary>Events of a VM so far; none when virtctl does not know it yet.</summary>
    internal async Task<IReadOnlyList<SeenEvent>> EventsOfAsync(string vm) =>
        [.. (await Installation.EventsAsync("--since", "1h")).Where(e => e.Vm == vm)];

    /// <summary>VMs that were said to have crashed since an event.</summary>
    internal async Task<IReadOnlyList<string>> CrashesAfterAsync(long id) =>
        [.. (await Installation.EventsAsync("--since", "1h")).Where(e => e.Id > id && e.Kind == "vm-crashed").Select(e => e.Vm)];

    private Task<RunningProgram> StartCollectorAsync() => Installation.StartCollectorAsync($"--Remediation:PolicyFile={RemediationPath}", $"--Scheduling:PolicyFile={SchedulePath}", "--Detection:GuestSilence=30s");

    private Task<RunningProgram> StartFirstAgentAsync() => Installation.StartAgentAsync(
        First, "--set", $"Acting:Policy={PolicyPath}", "--set", $"Acting:SharedDirectories:0={TestbedHost.SharedDirectory}");

    /// <summary>Id of the newest event.</summary>
    internal async Task<long> NewestEventAsync() => (await Installation.EventsAsync("--since", "1h")).Select(e => e.Id).DefaultIfEmpty().Max();
}

[CollectionDefinition(Name)]
public sealed class RealEstateGroup : ICollectionFixture<RealEstate>
{
    public const string Name = "real estate";
}
