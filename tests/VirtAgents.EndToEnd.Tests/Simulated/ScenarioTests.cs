using VirtAgents.EndToEnd.Tests.Product;

namespace VirtAgents.EndToEnd.Tests.Simulated;

/// <summary>A scenario with ten kinds of faults, played by the real agent: the collector tells exactly the expected events.</summary>
public sealed class ScenarioTests
{
    private static string Scenarios => Path.Combine(Repository.Root, "tests", "scenarios");

    [Fact]
    public async Task TenFaults_PlayedAtFourTimesTheSpeed_TellExactlyTheExpectedEvents()
    {
        string[] expected = await File.ReadAllLinesAsync(Path.Combine(Scenarios, "ten-faults.expected"));
        await using var installation = new Installation();
        await installation.StartCollectorAsync();
        await installation.StartScenarioAgentAsync(Path.Combine(Scenarios, "ten-faults.json"), speed: 4);

        IReadOnlyList<SeenEvent> events = [];
        await Eventually.HoldsAsync(TimeSpan.FromSeconds(120), async () =>
        {
            events = await installation.EventsAsync();
            return events.Count >= expected.Length ? null : $"{events.Count} of {expected.Length} events so far";
        });
        await NothingMoreComesAsync(installation);
        Assert.Equal(expected.Order(StringComparer.Ordinal), events.Select(Line).Order(StringComparer.Ordinal));
        AssertOrder(events);
    }

    private static async Task NothingMoreComesAsync(Installation installation)
    {
        int before = (await installation.EventsAsync()).Count;
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(5));
        await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        Assert.Equal(before, (await installation.EventsAsync()).Count);
    }

    private static void AssertOrder(IReadOnlyList<SeenEvent> events)
    {
        string[] db = [.. events.Where(e => e.Vm == "db" && e.Kind is not ("vm-migrated-in" or "vm-migrated-out")).Select(e => e.Kind)];
        Assert.Equal(["vm-observed", "vm-stuck", "vm-unstuck", "vm-io-error", "vm-paused", "vm-resumed", "vm-migrated"], db);
        string[] lost = [.. events.Where(e => e.Vm == "batch-01").Select(e => e.Kind)];
        Assert.Equal(["vm-observed", "vm-unknown", "vm-process-exited", "vm-crashed"], lost);
    }

    private static string Line(SeenEvent e) =>
        $"{e.Host} {Dash(e.Vm)} {Dash(e.Device)} {e.Kind} {Dash(e.State)} {Dash(e.Reason)}";

    private static string Dash(string text) => text.Length == 0 ? "-" : text;
}
