using VirtAgents.Core.Scheduling.Volumes;
using static VirtAgents.Core.Tests.Scheduling.Volumes.VolumeScene;

namespace VirtAgents.Core.Tests.Scheduling.Volumes;

public sealed class VolumeAllocatorTests
{
    [Fact]
    public void Decide_SeveralFit_TakesTheQuickestAndTellsWhyAndTheNext()
    {
        VolumeDecision decision = Decide(Thin(), Pool("slow", freeGib: 90, latencyMs: 9), Pool("quick", latencyMs: 2), Pool("unmeasured", freeGib: 99, latencyMs: null));

        Assert.Equal(("quick", "slow", "h1"), (decision.Pool!.Id, decision.SecondBest!.Id, decision.Host!.Id));
        Assert.Equal(
            "quick: 50 GiB of 100 GiB are free, 40 % are left with it; requests take 2 ms; 0.7 times its size promised with it; 50 % used, grows 0 points a day by the last 300 h; "
            + "not foreseen to be full; before slow: there they take 9 ms",
            decision.Reason);
        Assert.Empty(decision.Refused);
    }

    [Theory]
    [InlineData(2.4, "roomy")]
    [InlineData(2.41, "tight")]
    public void Decide_NearlyAsQuick_IsTakenByRoom(double latencyMs, string expected) =>
        Assert.Equal(expected, Decide(Thick(), Pool("tight", freeGib: 40, latencyMs: 2), Pool("roomy", freeGib: 80, latencyMs: latencyMs)).Pool!.Id);

    [Fact]
    public void Decide_LatencyThatGrowsBySmallSteps_IsOneClassNoFurtherThanAFifth() =>
        Assert.Equal("b", Decide(Thick(), Pool("a", freeGib: 30, latencyMs: 2), Pool("b", freeGib: 40, latencyMs: 2.3), Pool("c", freeGib: 90, latencyMs: 2.7)).Pool!.Id);

    [Fact]
    public void Decide_SameInAll_IsTakenByName() => Assert.Equal("a", Decide(Thin(), Pool("b"), Pool("c"), Pool("a")).Pool!.Id);

    [Fact]
    public void Decide_Thin_LooksAtWhatMayStillBePromisedAsWellAsAtWhatIsFree() =>
        Assert.Equal("kept", Decide(Thin(), Pool("promised", freeGib: 80, promisedGib: 140), Pool("kept", freeGib: 60, promisedGib: 50)).Pool!.Id);

    [Fact]
    public void Decide_ThinWhereLessIsKnown_ComesAfterAndIsTold()
    {
        VolumePool unknown = Pool("unknown", freeGib: 90, promisedGib: null, latencyMs: 1) with { Fill = null };

        VolumeDecision both = Decide(Thin(), unknown, Pool("known", latencyMs: 9)), alone = Decide(Thin(), unknown), thick = Decide(Thick(), unknown, Pool("known", latencyMs: 9));

        Assert.Equal(("known", "unknown", "unknown", "unknown"), (both.Pool!.Id, both.SecondBest!.Id, alone.Pool!.Id, thick.Pool!.Id));
        Assert.EndsWith("before unknown: less is known of that", both.Reason, StringComparison.Ordinal);
        Assert.Contains("what is promised of it is unknown, so it is not judged by that; when it will be full is unknown, so it is not judged by that; no other pool takes it", alone.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("promised", thick.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(40, null)]
    [InlineData(41, "50 GiB of 100 GiB are free, 41 GiB are wanted and 10 GiB stay free")]
    public void Decide_Thick_NeedsRoomBesideTheReserve(long gib, string? why) => Refuses(Thick(gib), Pool("p"), VolumeObstacle.Room, why);

    [Theory]
    [InlineData(10, 60, 90, null)]
    [InlineData(9.5, 60, 1, "9.5 GiB of 100 GiB are free, less than the 10 GiB that stay free")]
    [InlineData(50, 0, 101, "101 GiB are more than all of it, 100 GiB")]
    public void Decide_Thin_NeedsTheReserveAndToFitIntoThePool(double free, double promised, long gib, string? why) =>
        Refuses(Thin(gib), Pool("p", free, promised), VolumeObstacle.Room, why);

    [Theory]
    [InlineData(140, null)]
    [InlineData(141, "141 GiB of 100 GiB are promised, with it 1.51 times its size; allowed 1.5")]
    public void Decide_Thin_IsNotPromisedBeyondTheLimit(double promised, string? why)
    {
        Refuses(Thin(), Pool("p", promisedGib: promised), VolumeObstacle.Overcommit, why);
        Refuses(Thick(), Pool("p", promisedGib: promised), VolumeObstacle.Overcommit, null);
    }

    [Theory]
    [InlineData(168, "it is expected to be full within 7 days: 50 % used, grows 24 points a day by the last 300 h; full in 7 days (6.96 days to 7.04 days)")]
    [InlineData(169, null)]
    public void Decide_Thin_IsNotPutWhereItFillsWithinTheHorizon(int hours, string? why)
    {
        Refuses(Thin(), Pool("p") with { Fill = FullIn(hours) }, VolumeObstacle.Fills, why);
        Refuses(Thick(), Pool("p") with { Fill = FullIn(hours) }, VolumeObstacle.Fills, null);
    }

    [Fact]
    public void Decide_ShorterHorizon_TakesItAgain() => Assert.Equal(
        "p", VolumeAllocator.Decide([Pool("p") with { Fill = FullIn(100) }], Thin(), StoragePolicy.Default with { Horizon = TimeSpan.FromDays(4) }).Pool!.Id);

    [Theory]
    [InlineData(null, 50.0)]
    [InlineData(100.0, null)]
    [InlineData(0.0, 0.0)]
    [InlineData(double.NaN, 50.0)]
    [InlineData(100.0, double.NaN)]
    public void Decide_UnknownRoom_TakesNothing(double? capacity, double? free)
    {
        VolumePool pool = Pool("p") with { CapacityBytes = capacity, FreeBytes = free };
        Refuses(Thin(1), pool, VolumeObstacle.RoomUnknown, "its size or its room is unknown");
        Refuses(Thick(1), pool, VolumeObstacle.RoomUnknown, "its size or its room is unknown");
    }

    [Fact]
    public void Decide_PoolThatDoesNotWorkOrMayNot_IsTwoReasons()
    {
        Refuses(Thin(), Pool("p") with { Hosts = [Host("h1", false), Host("h2", false)] }, VolumeObstacle.NotWorking, "it does not work");
        Refuses(Thin(), Pool("p") with { Hosts = [Host("h1", false), Host("h2", null) with { OutOfSight = "its agent is not connected" }] }, VolumeObstacle.StateUnknown, "whether it works is unknown: h2: its agent is not connected");
        Refuses(Thin(), Pool("p") with { Hosts = [Host("h1", null), Host("h2", true)] }, VolumeObstacle.NotWorking, null);
    }

    [Fact]
    public void Decide_HostThatMustReachIt_SeesItWorkAndMakesItWhereItMay()
    {
        VolumePool pool = Pool("p") with { Hosts = [Host("h1"), Host("h2", false), Host("h3") with { CannotCreate = "no rule of the host's policy allows it" }] };

        Refuses(Thin() with { Host = "h2" }, pool, VolumeObstacle.Reach, "h2 is not seen to reach it");
        Refuses(Thin() with { Host = "h4" }, pool, VolumeObstacle.Reach, "h4 is not seen to reach it");
        Assert.Equal("h1", Decide(Thin() with { Host = "h3" }, pool).Host!.Id);
        Assert.Equal("h5", Decide(Thin() with { Host = "h5" }, pool with { Hosts = [.. pool.Hosts, Host("h5")] }).Host!.Id);
        Refuses(
            Thin(), pool with { Hosts = [.. pool.Hosts[1..]] }, VolumeObstacle.Reach,
            "no host makes a volume there: h2: it does not see it work; h3: no rule of the host's policy allows it");
    }

    [Fact]
    public void Decide_Tags_AllOfThemAreNeeded()
    {
        VolumePool pool = Pool("p", tags: ["fast", "raid"]);

        Refuses(Thin() with { Tags = ["raid", "fast"] }, pool, VolumeObstacle.Tags, null);
        Refuses(Thin() with { Tags = ["fast", "far", "cheap"] }, pool, VolumeObstacle.Tags, "it is not tagged cheap, far, but fast, raid");
        Refuses(Thin() with { Tags = ["fast"] }, Pool("p"), VolumeObstacle.Tags, "it is not tagged fast");
    }

    [Fact]
    public void Decide_Shared_TakesNoPoolOfOneHost() => Refuses(Thin() with { MustBeShared = true }, Pool("h1/p"), VolumeObstacle.NotShared, "hosts do not share it");

    [Fact]
    public void Decide_NamedPool_IsChosenAmongHostsThatHaveOneOfThatName()
    {
        VolumePool[] pools = [Pool("h1/own", freeGib: 30), Pool("h2/own", freeGib: 40), Pool("san", freeGib: 90)];

        VolumeDecision byName = Decide(Thin() with { Pool = "own" }, pools), byId = Decide(Thin() with { Pool = "h1/own" }, pools), none = Decide(Thin() with { Pool = "other" }, pools);

        Assert.Equal(("h2/own", "h1/own", "h1/own"), (byName.Pool!.Id, byName.SecondBest!.Id, byId.Pool!.Id));
        Assert.Equal((null, null, "there is no pool"), (none.Pool, byId.SecondBest, none.Reason));
    }

    [Fact]
    public void TagsOf_Pool_AreThoseOfAllEntriesThatAreAboutItAndOneOfItsHosts()
    {
        StoragePolicy policy = StoragePolicy.Default with { Pools = [new("ssd-*", "", ["fast"]), new("", "h1*", ["here", "fast"]), new("ssd-1", "h9", ["far"])] };

        Assert.Equal(["fast", "here"], policy.TagsOf("ssd-1", ["h1", "h2"]));
        Assert.Equal(["fast"], policy.TagsOf("ssd-1", ["h2"]));
        Assert.Empty(policy.TagsOf("ssd", ["h2"]));
    }

    private static void Refuses(VolumeRequest request, VolumePool pool, VolumeObstacle obstacle, string? why)
    {
        VolumeDecision decision = Decide(request, pool);
        if (why is null)
        {
            Assert.Equal(pool.Id, decision.Pool?.Id);
            return;
        }

        RefusedPool refused = Assert.Single(decision.Refused);
        Assert.Equal((null, null, null, "no pool takes it"), (decision.Pool, decision.Host, decision.SecondBest, decision.Reason));
        Assert.Equal((pool.Id, obstacle, why), (refused.Pool.Id, refused.Obstacle, refused.Reason));
    }
}
