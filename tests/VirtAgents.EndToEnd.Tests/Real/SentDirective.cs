using System.Text.Json;
using VirtAgents.EndToEnd.Tests.Product;

namespace VirtAgents.EndToEnd.Tests.Real;

/// <summary>A directive that a test has sent, by the id that the test drew: it can be sent again, and be looked at.</summary>
internal sealed record SentDirective(Installation Installation, string Id, string Kind, string Vm, IReadOnlyList<string> More)
{
    private static readonly string[] Ends = ["done", "refused", "failed", "expired", "cancelled"];

    /// <summary>Sends a directive and does not wait for its end.</summary>
    public static async Task<SentDirective> SendAsync(Installation installation, string kind, string vm, params IEnumerable<string> more)
    {
        var sent = new SentDirective(installation, Guid.NewGuid().ToString(), kind, vm, [.. more]);
        (int exitCode, string output) = await sent.TrySendAsync();
        Assert.True(exitCode == 0, $"{kind} {vm} was not taken ({exitCode}):\n{output}");
        return sent;
    }

    /// <summary>Sends it with the same id, as someone does who has lost the answer; returns how it has ended by what virtctl answers.</summary>
    public async Task<EndedDirective> SendAgainAsync()
    {
        (_, string output) = await TrySendAsync();
        string record = Assert.Single(output.Split('\n'), line => line.StartsWith('{'));
        return EndOf(JsonDocument.Parse(record).RootElement);
    }

    /// <summary>Waits until it is being carried out.</summary>
    public Task<TimeSpan> RunsAsync() => Eventually.HoldsAsync(RealEstate.Patience, async () =>
    {
        JsonElement record = await ShowAsync();
        string state = StateOf(record);
        Assert.False(Ends.Contains(state), $"{Kind} has ended before anything was killed: {record}");
        return state == "running" ? null : $"{Kind} is {state}";
    });

    /// <summary>Waits for its end, and that it has told no other one; returns it.</summary>
    public async Task<EndedDirective> EndsAsync()
    {
        await Installation.TryVirtctlAsync("directive", "watch", Id);
        JsonElement record = await ShowAsync();
        Assert.Contains(StateOf(record), Ends);
        Assert.Equal([StateOf(record)], record.GetProperty("steps").EnumerateArray().Select(StateOf).Where(Ends.Contains));
        return EndOf(record);
    }

    private static EndedDirective EndOf(JsonElement record) => new(StateOf(record), record.GetProperty("detail").GetString() ?? "");

    private static string StateOf(JsonElement json) => json.GetProperty("state").GetString()!;

    private Task<JsonElement> ShowAsync() => Installation.VirtctlAsync("directive", "show", Id);

    private Task<(int ExitCode, string Output)> TrySendAsync() => Installation.TryVirtctlAsync(
        ["directive", "send", Kind, Vm, "--id", Id, "--yes", "--reason", "test", "-o", "json", .. More]);
}

/// <summary>How a directive has ended, as virtctl shows it.</summary>
internal sealed record EndedDirective(string State, string Detail);
