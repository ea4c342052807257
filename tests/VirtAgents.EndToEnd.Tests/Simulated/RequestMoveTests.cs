using System.Text.Json;
using VirtAgents.EndToEnd.Tests.Product;

namespace VirtAgents.EndToEnd.Tests.Simulated;

/// <summary>A VM that is off may not be on its host: a request moves it, and starts it where it then is.</summary>
public sealed class RequestMoveTests
{
    private const string Scenario = """
        {
          "seed": 5, "duration": "2h",
          "pools": [{ "name": "san", "capacity": "4TiB" }],
          "hosts": [
            { "name": "h1", "pcpus": 16, "memory": "64GiB", "cluster": "east", "vms": [{ "name": "a", "running": false, "disks": [{ "pool": "san" }] }] },
            { "name": "h2", "pcpus": 16, "memory": "64GiB", "cluster": "east", "vms": [{ "name": "b", "disks": [{ "pool": "san" }] }] },
          ],
        }
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task SubmitAnywhere_ItsHostMayNotHaveIt_IsMovedOnceAndStartedThere()
    {
        await using var installation = new Installation();
        string policy = Path.Combine(installation.Directory, "schedule.json"), scenario = Path.Combine(installation.Directory, "estate.json");
        await File.WriteAllTextAsync(policy, """{ "address": "{host}", "queue": {}, "placement": { "hosts": [{ "vm": "a", "hosts": ["h2"] }] } }""", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(scenario, Scenario, TestContext.Current.CancellationToken);
        await installation.StartCollectorAsync($"--Scheduling:PolicyFile={policy}");
        await installation.StartScenarioAgentAsync(scenario, 1);
        await SeenAsync(installation, "h1", "shut-off");

        await installation.VirtctlAsync("request", "submit", "a", "--anywhere");

        await SeenAsync(installation, "h2", "running");
        Assert.Equal([("start", "h2", "done"), ("migrate", "h1", "done")], (await installation.EndedDirectivesAsync()).Select(d => (Text(d, "kind"), Text(d, "host"), Text(d, "state"))));
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static Task<TimeSpan> SeenAsync(Installation installation, string host, string state) => Eventually.HoldsAsync(Patience, async () =>
    {
        (int exitCode, string output) = await installation.TryVirtctlAsync("vms", "--name", "a", "-o", "json");
        JsonElement[] seen = exitCode == 0 ? [.. JsonDocument.Parse(output).RootElement.EnumerateArray()] : [];
        return seen.Length == 1 && (Text(seen[0], "host"), Text(seen[0], "state")) == (host, state) ? null : $"it is not {state} on {host}: {output}";
    });
}
