using System.Globalization;
using System.Text.Json;
using VirtAgents.EndToEnd.Tests.Product;

namespace VirtAgents.EndToEnd.Tests.Real;

/// <summary>The cable between agent and collector is out for longer than the keepalive of either: packets vanish without a word.</summary>
[Collection(RealEstateGroup.Name)]
[Trait("needs", "libvirt")]
public sealed class NetworkCutTests(RealEstate estate)
{
    private const int FastIntervalMs = 2000;

    [Fact]
    public async Task CutAndHealed_HostIsLostThenWell_AndNothingIsMissing()
    {
        const string vm = "diesunseen";
        await estate.First.StartVmAsync(vm, cancellationToken: TestContext.Current.CancellationToken);
        await estate.StateIsAsync(vm, "running");
        long start = await estate.NewestEventAsync();
        DateTimeOffset from = await NewestReportAsync(after: DateTimeOffset.MinValue);
        await estate.First.CutNetworkAsync();
        DateTimeOffset seenLost;
        try
        {
            await AgentIsAsync("silent");
            await estate.First.SignalQemuAsync(vm, "KILL");
            await estate.StateIsAsync(RealEstate.Idle, "unknown");
            seenLost = await LostAsync(start);
        }
        finally
        {
            await estate.First.HealNetworkAsync();
        }

        await AgentIsAsync("connected");
        await estate.StateIsAsync(vm, "crashed", "crashed");
        await estate.StateIsAsync(RealEstate.Idle, "running");
        DateTimeOffset to = await NewestReportAsync(seenLost);
        await AssertEventsAsync(vm, start, seenLost);
        await AssertEveryTickOnceAsync(from, to);
        Assert.False(estate.FirstAgent.HasExited, "the agent ended");
        await estate.LayToRestAsync(vm);
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? "";

    /// <summary>The crash was told after the cut with the time at which it happened; h1 was lost once and never called down by mistake.</summary>
    private async Task AssertEventsAsync(string vm, long start, DateTimeOffset seenLost)
    {
        SeenEvent[] events = [.. (await estate.Installation.EventsAsync("--since", "1h")).Where(e => e.Id > start && e.Host == "h1")];
        SeenEvent crash = Assert.Single(events, e => e.Kind == "vm-crashed");
        Assert.Equal(vm, crash.Vm);
        Assert.True(crash.Time < seenLost, $"the crash carries {crash.Time:O}, but happened before {seenLost:O}");
        string[] host = [.. events.Where(e => e.Vm.Length == 0).Select(e => e.Kind)];
        Assert.Equal(["host-suspected", "agent-lost", "agent-connected", "host-recovered"], host);
        Assert.True(crash.Id > events.Single(e => e.Kind == "agent-connected").Id, "the crash was told while the cable was out");
    }

    private async Task AssertEveryTickOnceAsync(DateTimeOffset from, DateTimeOffset to)
    {
        JsonElement answer = await estate.Installation.VirtctlAsync(
            "query", "host_load1", "--host", "h1", "--step", "raw", "--from", from.ToString("O", CultureInfo.InvariantCulture), "--to", to.ToString("O", CultureInfo.InvariantCulture));
        JsonElement series = Assert.Single((answer.ValueKind == JsonValueKind.Array ? answer : answer.GetProperty("series")).EnumerateArray());
        long[] times = [.. series.GetProperty("points").EnumerateArray().Select(p => p.GetProperty("time").GetDateTimeOffset().ToUnixTimeMilliseconds())];
        long[] gaps = [.. times.Zip(times.Skip(1), (a, b) => b - a)];
        Assert.True((to - from).TotalMilliseconds / FastIntervalMs - times.Length < 3, $"{times.Length} ticks from {from:O} to {to:O}");
        Assert.All(gaps, g => Assert.True(g is > 0 and <= 3 * FastIntervalMs, $"a gap of {g} ms"));
    }

    private async Task<DateTimeOffset> LostAsync(long start)
    {
        SeenEvent? lost = null;
        await Eventually.HoldsAsync(RealEstate.Patience, async () =>
        {
            lost = (await estate.Installation.EventsAsync("--since", "1h")).FirstOrDefault(e => e.Id > start && e.Host == "h1" && e.Kind == "agent-lost");
            return lost is not null ? null : "no agent-lost of h1";
        });
        await AgentIsAsync("lost");
        return lost!.Time;
    }

    private async Task AgentIsAsync(string status) => await Eventually.HoldsAsync(RealEstate.Patience, async () =>
    {
        string shown = Text(await FirstAsync(), "agent_status");
        return shown == status ? null : $"the agent of h1 is {shown}, wanted is {status}";
    });

    private async Task<DateTimeOffset> NewestReportAsync(DateTimeOffset after)
    {
        DateTimeOffset newest = default;
        await Eventually.HoldsAsync(RealEstate.Patience, async () =>
        {
            newest = (await FirstAsync()).GetProperty("last_report").GetDateTimeOffset();
            return newest > after ? null : $"the newest report of h1 is of {newest:O}, wanted is one after {after:O}";
        });
        return newest;
    }

    private async Task<JsonElement> FirstAsync() =>
        (await estate.Installation.VirtctlAsync("hosts")).EnumerateArray().Single(h => Text(h, "name") == "h1");
}
