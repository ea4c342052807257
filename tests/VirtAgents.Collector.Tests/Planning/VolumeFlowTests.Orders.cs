using Microsoft.Extensions.Time.Testing;
using VirtAgents.Collector.Tests.Directives;
using VirtAgents.Collector.Tests.Sessions;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Collector.Tests.Planning;

/// <summary>Volumes that are made at once are judged with each other.</summary>
public sealed partial class VolumeFlowTests
{
    [Fact]
    public async Task PlaceVolume_TwoThatFitOnce_SecondGoesToTheOtherPoolAndThirdIsRefused()
    {
        await using RunningCollector collector = await StartAsync();
        using AgentUnderTest agent = await JoinAsync(collector, 1, San, Own);
        await TellAsync(agent, latencyMs: 4, (San, 60, 20), (Own, 60, 10));
        PlaceVolumeRequest request = new() { SizeBytes = 40 * Gib, Thick = true };

        PlaceVolumeResponse first = await PlaceAsync(collector, request);
        await CreateAsync(collector, first, "a", 40, isFull: true);
        PlaceVolumeResponse second = await PlaceAsync(collector, request);
        await CreateAsync(collector, second, "b", 40, isFull: true);
        PlaceVolumeResponse third = await PlaceAsync(collector, request);

        Assert.Equal(("san", "host1/own", ""), (first.Pool, second.Pool, third.Pool));
        Assert.Equal(
            ["host1/own", "san"],
            third.Refused.Where(r => r.Reason == "20 GiB of 100 GiB are free, 40 GiB are wanted and 10 GiB stay free, without the 40 GiB of volumes that are being made").Select(r => r.Pool));
        Assert.Equal((20 * Gib, 60 * Gib), await FiguresAsync(collector));
        PlaceResponse placed = await collector.Planning.PlaceAsync(new() { Vm = new NewVm { Vcpus = 1, MemoryMb = 512, DiskGb = 40 } }, Options());
        Assert.Equal(("", 2), (placed.Host, placed.Notes.Count(n => n.Contains("volumes that are being made", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task PlaceVolume_OrdersThatEnded_CountUntilTheyAreListedAndOnlyIfTheyMayBeThere()
    {
        await using RunningCollector collector = await StartAsync();
        using AgentUnderTest agent = await JoinAsync(collector, 1, San);
        await TellAsync(agent, latencyMs: 4, (San, 60, 20));
        PlaceVolumeResponse place = await PlaceAsync(collector, new() { SizeBytes = Gib });
        (DirectiveState State, DirectiveStage Stage)[] ends =
            [(DirectiveState.Done, DirectiveStage.Done), (DirectiveState.Failed, DirectiveStage.Failed), (DirectiveState.Refused, DirectiveStage.Refused), (DirectiveState.Done, DirectiveStage.Done)];
        foreach ((int at, (DirectiveState state, DirectiveStage stage)) in ends.Index())
        {
            // The last is listed already, as "data" with its 20 GiB.
            string id = (await CreateAsync(collector, place, at == 3 ? "data" : $"v{at}", 5 * (at + 1), isFull: true)).Id;
            await agent.TellAsync(await agent.DirectiveAsync(), state);
            await collector.ReachesAsync(id, stage);
        }

        Assert.Equal(((60 - 5 - 10 - 20) * Gib, (20 + 5 + 10) * Gib), await FiguresAsync(collector));
    }

    [Fact]
    public async Task PlaceVolume_ForADirective_CountsUntilItIsRecordedAndNotBesideItself()
    {
        FakeTimeProvider clock = new(DateTimeOffset.FromUnixTimeMilliseconds(Now));
        await using RunningCollector collector = await RunningCollector.StartAsync(null, clock);
        using AgentUnderTest agent = await JoinAsync(collector, 1, San, Own);
        await TellAsync(agent, latencyMs: 4, (San, 60, 20), (Own, 60, 10));
        PlaceVolumeRequest one = new() { SizeBytes = 40 * Gib, Thick = true, DirectiveId = $"{Guid.NewGuid()}" }, other = new(one) { DirectiveId = $"{Guid.NewGuid()}" };

        PlaceVolumeResponse first = await PlaceAsync(collector, one), second = await PlaceAsync(collector, other), again = await PlaceAsync(collector, one), asked = await PlaceAsync(collector, new(one) { DirectiveId = "" });

        Assert.Equal(("san", "host1/own", "san", ""), (first.Pool, second.Pool, again.Pool, asked.Pool));

        // Recorded it counts once, and whoever sends it again is not in its own way.
        await CreateAsync(collector, first, "a", 40, isFull: true, one.DirectiveId);
        Assert.Equal(("san", 60 * Gib), ((await PlaceAsync(collector, one)).Pool, (long)(await PlaceAsync(collector, one)).FreeBytes));
        Assert.Equal(20 * Gib, (await FiguresAsync(collector)).Free);

        // One that is never sent is forgotten.
        clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("host1/own", (await PlaceAsync(collector, new(one) { DirectiveId = "" })).Pool);
    }

    private static Task<DirectiveRecord> CreateAsync(RunningCollector collector, PlaceVolumeResponse place, string name, long gib, bool isFull, string id = "") => collector.SendAsync(new()
    {
        Id = id, Kind = "create_volume", Host = place.HostId,
        Parameters = { ["pool"] = place.PoolName, ["volume"] = name, ["capacity_bytes"] = $"{gib * Gib}", ["allocation"] = isFull ? "full" : "thin" },
    });

    private static async Task<(long Free, long Promised)> FiguresAsync(RunningCollector collector)
    {
        PlaceVolumeResponse seen = await PlaceAsync(collector, new() { SizeBytes = 1 << 20, Pool = "san", Thick = true });
        return ((long)seen.FreeBytes, (long)seen.PromisedBytes);
    }
}
