using System.Net;
using System.Text.Json;
using VirtAgents.EndToEnd.Tests.Product;
using VirtAgents.Testbed;

namespace VirtAgents.EndToEnd.Tests.Real;

/// <summary>A real host dies with a VM on shared storage; on a person's word the agent of another one starts it there, once, though the collector is killed meanwhile.</summary>
[Trait("needs", "libvirt")]
public sealed class LostHostRecoveryTests : IAsyncLifetime
{
    private const string Vm = "phoenix", Pool = "kept", Dying = "k1", Taking = "k2";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(150);
    private static readonly IPAddress Bridge = IPAddress.Parse($"{Environment.GetEnvironmentVariable("TESTBED_NET") ?? "10.99.0"}.1");

    private readonly Dictionary<string, TestbedHost> _hosts = [];
    private Installation? _started;
    private RunningProgram? _collector;

    // Its address is there once a host is.
    private Installation Installation => _started ?? throw new InvalidOperationException("the hosts are not up");

    private string PolicyPath => Path.Combine(Installation.Directory, "acting.json");

    private string SchedulePath => Path.Combine(Installation.Directory, "schedule.json");

    public async ValueTask InitializeAsync()
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        foreach (string name in new[] { Dying, Taking })
        {
            _hosts[name] = await TestbedHost.StartAsync(name, cancel);
            await _hosts[name].VirshAsync("pool-create-as", Pool, "dir", "--target", TestbedHost.SharedDirectory);
        }

        _started = new Installation(Bridge);
        await File.WriteAllTextAsync(PolicyPath, """{ "rules": [{ "name": "tests", "effect": "allow", "kinds": ["recover"] }] }""", cancel);
        await File.WriteAllTextAsync(SchedulePath, """{ "recovery": { "mode": "auto" } }""", cancel);
        _collector = await StartCollectorAsync();
        foreach (string name in _hosts.Keys)
        {
            await StartAgentAsync(name);
        }

        await _hosts[Dying].StartVmAsync(Vm, cancellationToken: cancel);
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
    public async Task HostDead_ConfirmedOff_ItsVmBootsOnTheOtherOnceAndStaysThereWhenItReturns()
    {
        await Eventually.HoldsAsync(Patience, async () => Shown(await VmAsync()) == (Dying, "running") && Text(await VmAsync(), "definition_digest").Length > 0
            ? null
            : $"the VM does not run there with a kept definition: {await VmAsync()}");

        // Its heartbeat is seen on storage: no person's word makes it off.
        await _hosts[Dying].CutNetworkAsync();
        try
        {
            await Eventually.HoldsAsync(Patience, async () => await WhyAliveAsync() is var why && why.StartsWith("others see that its agent lives", StringComparison.Ordinal) ? null : $"it cannot be confirmed: {why}");
            Assert.Equal(5, (await ConfirmAsync()).ExitCode);
        }
        finally
        {
            await _hosts[Dying].HealNetworkAsync();
        }

        await Eventually.HoldsAsync(Patience, async () => Shown(await VmAsync()) == (Dying, "running") ? null : $"the VM is not seen again: {await VmAsync()}");

        // A power cut sends no farewell, so the cable goes first.
        await _hosts[Dying].CutNetworkAsync();
        await _hosts[Dying].CrashAsync();
        await Eventually.HoldsAsync(Patience, async () => await WhyAliveAsync() is { Length: > 0 } why ? why : null);
        (int exitCode, string output) = await ConfirmAsync();
        Assert.True(exitCode == 0, output);
        await Eventually.HoldsAsync(Patience, async () => (await Installation.VirtctlAsync("directive", "list")).GetArrayLength() > 0 ? null : $"nothing was sent: {await RecoveryAsync()}");
        await _collector!.KillAsync();
        _collector = await StartCollectorAsync();

        await Eventually.HoldsAsync(Patience, async () => Shown(await VmAsync()) == (Taking, "running") ? null : $"{await VmAsync()}\n{await RecoveryAsync()}");
        await AssertStartedOnceAsync();
        Assert.StartsWith("ok", await _hosts[Taking].VmCommandAsync(Vm, "state", TestContext.Current.CancellationToken), StringComparison.Ordinal);

        // What it still has defined is off and stays so.
        await _hosts[Dying].RestartAsync();
        await _hosts[Dying].VirshAsync("pool-create-as", Pool, "dir", "--target", TestbedHost.SharedDirectory);
        await StartAgentAsync(Dying);
        await Eventually.HoldsAsync(Patience, async () => (await RecoveryAsync()).GetProperty("confirmed_off").GetBoolean() ? "it is still confirmed to be off" : null);
        Assert.Equal((Taking, "running"), Shown(await VmAsync()));
        Assert.Equal("shut off", (await _hosts[Dying].VirshAsync("domstate", Vm)).Trim());
        await AssertStartedOnceAsync();
    }

    private async Task AssertStartedOnceAsync()
    {
        JsonElement sent = Assert.Single(await Installation.EndedDirectivesAsync());
        Assert.Equal(("recover", "done", Taking), (Text(sent, "kind"), Text(sent, "state"), Text(sent, "host")));
        Assert.Equal(Vm, (await _hosts[Taking].VirshAsync("list", "--state-running", "--name")).Trim());
    }

    private static (string? Host, string? State) Shown(JsonElement vm) => (Text(vm, "host"), Text(vm, "state"));

    private static string Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) ? value.GetString() ?? "" : "";

    private async Task<JsonElement> VmAsync()
    {
        (int exitCode, string output) = await Installation.TryVirtctlAsync("vms", "--name", Vm, "-o", "json");
        return exitCode == 0 ? JsonDocument.Parse(output).RootElement.EnumerateArray().SingleOrDefault() : default;
    }

    private Task<JsonElement> RecoveryAsync() => Installation.VirtctlAsync("host", "recovery", Dying);

    private async Task<string> WhyAliveAsync() => Text(await RecoveryAsync(), "cannot_confirm");

    private Task<(int ExitCode, string Output)> ConfirmAsync() => Installation.TryVirtctlAsync("host", "confirm-off", Dying, "--reason", "the cord is out", "--yes");

    private Task<RunningProgram> StartCollectorAsync() => Installation.StartCollectorAsync($"--Scheduling:PolicyFile={SchedulePath}", "--Liveness:SilenceLimit=4s", "--Liveness:ReturnLimit=5s");

    private Task<RunningProgram> StartAgentAsync(string name) => Installation.StartAgentAsync(
        _hosts[name], "--set", "Witness:Listen=0.0.0.0:7447", "--set", $"Witness:HeartbeatDirectories:0={TestbedHost.SharedDirectory}",
        "--set", $"Acting:Policy={PolicyPath}", "--set", $"Acting:SharedDirectories:0={TestbedHost.SharedDirectory}");
}
