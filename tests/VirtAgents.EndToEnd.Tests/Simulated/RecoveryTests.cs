using System.Text.Json;
using VirtAgents.EndToEnd.Tests.Product;

namespace VirtAgents.EndToEnd.Tests.Simulated;

/// <summary>A simulated host loses power, a person says that it is off, the collector is killed, and each VM on shared storage runs elsewhere, once.</summary>
public sealed class RecoveryTests
{
    private const string Scenario = """
        {
          "seed": 5, "duration": "2h",
          "pools": [{ "name": "san", "capacity": "4TiB" }],
          "hosts": [
            { "name": "h1", "pcpus": 16, "memory": "64GiB", "cluster": "east", "vms": [
              { "name": "a", "vcpus": 2, "disks": [{ "pool": "san" }] },
              { "name": "b", "vcpus": 2, "disks": [{ "pool": "san" }] },
              { "name": "c", "vcpus": 2, "disks": [{ "pool": "san" }] },
              { "name": "own", "vcpus": 2, "disks": [{ "pool": "local" }] },
              { "name": "off", "running": false, "disks": [{ "pool": "san" }] },
            ] },
            { "name": "h2", "pcpus": 16, "memory": "64GiB", "cluster": "east", "vms": [{ "name": "d", "disks": [{ "pool": "san" }] }] },
            { "name": "h3", "pcpus": 16, "memory": "64GiB", "cluster": "east", "vms": [{ "name": "e", "disks": [{ "pool": "san" }] }] },
            { "name": "h4", "pcpus": 16, "memory": "64GiB", "cluster": "east", "vms": [] },
          ],
        }
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task HostWithoutPower_ConfirmedOff_ItsVmsRunElsewhereOnceThoughTheCollectorIsKilled()
    {
        await using var installation = new Installation();
        string socket = Path.Combine(installation.Directory, "control.sock"), policy = Path.Combine(installation.Directory, "schedule.json"), scenario = Path.Combine(installation.Directory, "estate.json");
        await File.WriteAllTextAsync(policy, """{ "recovery": { "mode": "auto", "maxPerHost": 1 } }""", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(scenario, Scenario, TestContext.Current.CancellationToken);
        string[] settings = [$"--Scheduling:PolicyFile={policy}", "--Liveness:SilenceLimit=4s", "--Liveness:ReturnLimit=5s", $"--Control:Path={Path.Combine(installation.Directory, "control.db")}"];
        RunningProgram collector = await installation.StartCollectorAsync(settings);
        await installation.StartScenarioAgentAsync(scenario, 1, "--set", $"Simulation:ControlSocket={socket}", "--set", "Sampling:SlowInterval=5s");
        await RunOnAsync(installation, "h1", ["a", "b", "c", "own"]);

        (int exitCode, string refused) = await installation.TryVirtctlAsync("host", "confirm-off", "h1", "--reason", "cord pulled", "--yes");
        Assert.Equal(5, exitCode);
        Assert.Contains("its agent is connected", refused, StringComparison.Ordinal);

        (exitCode, string injected) = await RunningProgram.RunAsync(Repository.Virtctl, Patience, "inject", socket, """{ "fault": "host-loss", "host": "h1" }""");
        Assert.True(exitCode == 0, injected);
        await Eventually.HoldsAsync(Patience, async () => (await RecoveryAsync(installation)).TryGetProperty("cannot_confirm", out JsonElement why) && why.ValueKind == JsonValueKind.String ? why.GetString() : null);
        JsonElement confirmed = await installation.VirtctlAsync("host", "confirm-off", "h1", "--reason", "cord pulled", "--yes");
        Assert.True(confirmed.GetProperty("confirmed_off").GetBoolean());
        await Eventually.HoldsAsync(Patience, async () =>
            (await installation.VirtctlAsync("directive", "list")).GetArrayLength() > 0 ? null : "nothing was sent so far");
        RunningProgram.SendSignal(collector.Pid, RunningProgram.SigKill);
        await collector.WaitForExitAsync(Patience);
        await installation.StartCollectorAsync(settings);

        await Eventually.HoldsAsync(Patience, async () =>
        {
            JsonElement[] vms = [.. (await RecoveryAsync(installation)).GetProperty("vms").EnumerateArray()];
            string[] started = [.. vms.Where(v => v.GetProperty("state").GetString() == "done").Select(v => v.GetProperty("vm").GetString()!).Order(StringComparer.Ordinal)];
            return started is ["a", "b", "c"] ? null : string.Join('\n', vms);
        });
        JsonElement[] sent = await installation.EndedDirectivesAsync();
        Assert.Equal(["a", "b", "c"], sent.Select(d => d.GetProperty("vm").GetString()).Order(StringComparer.Ordinal));
        Assert.All(sent, d => Assert.Equal(("recover", "done"), (d.GetProperty("kind").GetString(), d.GetProperty("state").GetString())));
        Dictionary<string, string> left = (await RecoveryAsync(installation)).GetProperty("vms").EnumerateArray().ToDictionary(v => v.GetProperty("vm").GetString()!, v => v.GetProperty("why").GetString()!);
        Assert.Equal("no definition of it is known to be kept on storage that hosts share", left["own"]);
        Assert.Equal("it was last seen ShutOff, not running", left["off"]);

        // It comes back: what runs elsewhere is not started there, and its word is void.
        (exitCode, injected) = await RunningProgram.RunAsync(Repository.Virtctl, Patience, "inject", socket, """{ "fault": "host-loss", "host": "h1", "end": true }""");
        Assert.True(exitCode == 0, injected);
        await Eventually.HoldsAsync(Patience, async () => (await RecoveryAsync(installation)).GetProperty("confirmed_off").GetBoolean() ? "it is still confirmed to be off" : null);
        await RunOnAsync(installation, "h1", ["own"]);

        // Who started them may not be heard of again yet since the collector started: until then they are unknown, or not
        // listed if the collector died before it had stored that they arrived there.
        JsonElement[] moved = [];
        await Eventually.HoldsAsync(Patience, async () =>
        {
            moved = [.. (await installation.VirtctlAsync("vms")).EnumerateArray().Where(v => v.GetProperty("name").GetString() is "a" or "b" or "c")];
            return moved.Length == 3 && moved.All(v => v.GetProperty("state").GetString() == "running") ? null : string.Join('\n', moved);
        });
        Assert.All(moved, v => Assert.True(v.GetProperty("host").GetString() != "h1", v.ToString()));
    }

    private static Task<JsonElement> RecoveryAsync(Installation installation) => installation.VirtctlAsync("host", "recovery", "h1");

    private static Task<TimeSpan> RunOnAsync(Installation installation, string host, string[] names) => Eventually.HoldsAsync(Patience, async () =>
    {
        string[] seen = [.. (await installation.VirtctlAsync("vms", "--host", host)).EnumerateArray().Where(v => v.GetProperty("state").GetString() == "running").Select(v => v.GetProperty("name").GetString()!).Order(StringComparer.Ordinal)];
        return seen.SequenceEqual(names) ? null : $"on {host} run: {string.Join(", ", seen)}";
    });
}
