using System.Text.Json;
using VirtAgents.EndToEnd.Tests.Product;

namespace VirtAgents.EndToEnd.Tests.Simulated;

/// <summary>Faults brought about in a simulation that runs, by the operator's tool.</summary>
public sealed class InjectionTests
{
    [Fact]
    public async Task Inject_CrashWhileRunning_IsToldByEvents()
    {
        await using var installation = new Installation();
        string socket = Path.Combine(installation.Directory, "control.sock");
        await installation.StartCollectorAsync();
        await installation.StartSimulatedAgentAsync(2, "--set", $"Simulation:ControlSocket={socket}", "--set", "Simulation:VmsPerHost=2");
        string victim = await SecondVmOfSecondHostAsync(installation);

        (int exitCode, string output) = await InjectAsync(socket, """{ "fault": "vm-crash", "vm": { "host": "sim-host-002", "index": 1 } }""");
        Assert.Equal((0, "RESULT\nok"), (exitCode, output));

        await Eventually.HoldsAsync(TimeSpan.FromSeconds(30), async () =>
            (await installation.EventsAsync("--kind", "vm-crashed")).Count > 0 ? null : "no vm-crashed so far");
        SeenEvent crash = Assert.Single(await installation.EventsAsync("--kind", "vm-crashed"));
        Assert.Equal(("sim-host-002", victim, "vm-crashed crashed crashed"), (crash.Host, crash.Vm, crash.Short));

        (exitCode, output) = await InjectAsync(socket, $$"""{ "fault": "vm-crash", "vm": "{{victim}}" }""");
        Assert.Equal((5, $"virtctl: the simulation refused: {victim} is crashed"), (exitCode, output));
    }

    private static async Task<string> SecondVmOfSecondHostAsync(Installation installation)
    {
        string[] names = [];
        await Eventually.HoldsAsync(TimeSpan.FromSeconds(60), async () =>
        {
            JsonElement vms = await installation.VirtctlAsync("vms", "--host", "sim-host-002");
            names = [.. vms.EnumerateArray().Select(vm => vm.GetProperty("name").GetString()!)];
            return names.Length == 2 ? null : $"{names.Length} of 2 VMs are shown";
        });
        return Assert.Single(names, name => name.EndsWith("-002-02", StringComparison.Ordinal));
    }

    private static Task<(int ExitCode, string Output)> InjectAsync(string socket, string step) =>
        RunningProgram.RunAsync(Repository.Virtctl, TimeSpan.FromSeconds(30), "inject", socket, step);
}
