using VirtAgents.Core.Detection.Liveness;

namespace VirtAgents.Core.Tests.Detection.Liveness;

public sealed class StorageBeatTests
{
    private static readonly StorageBeat Seen = default(StorageBeat).Observe(100, 1_000);

    [Fact]
    public void SightAt_NoBeat_IsNone() => Assert.Equal(HeartbeatSight.None, default(StorageBeat).Observe(0, 1_000).SightAt(90_000));

    [Theory]
    [InlineData(0, HeartbeatSight.Undecided)]
    [InlineData(StorageBeat.StillMs - 1, HeartbeatSight.Undecided)]
    [InlineData(StorageBeat.StillMs, HeartbeatSight.Still)]
    public void SightAt_OneBeatOnly_StandsStillAfterAWhile(long laterMs, HeartbeatSight expected) =>
        Assert.Equal(expected, Seen.Observe(100, 1_000 + laterMs).SightAt(1_000 + laterMs));

    [Fact]
    public void SightAt_NewerBeat_MovesUntilItHasStoodStill()
    {
        StorageBeat beat = Seen.Observe(101, 12_000);
        Assert.Equal(HeartbeatSight.Moving, beat.SightAt(12_000 + StorageBeat.StillMs - 1));
        Assert.Equal(HeartbeatSight.Still, beat.SightAt(12_000 + StorageBeat.StillMs));
    }

    [Fact]
    public void Observe_WitnessesWithoutTheFileOrWithAnOlderOne_TakeNothingBack()
    {
        StorageBeat beat = Seen.Observe(0, 5_000).Observe(90, 6_000);
        Assert.Equal(Seen, beat);
    }
}
