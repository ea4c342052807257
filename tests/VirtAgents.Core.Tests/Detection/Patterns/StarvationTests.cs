using CsCheck;
using VirtAgents.Core.Detection.Patterns;

namespace VirtAgents.Core.Tests.Detection.Patterns;

public sealed class StarvationTests
{
    private const long WindowMs = 300_000, GiB = 1L << 30;
    private static readonly MemoryUse Starved = new(97, 2e6, 1e6, 400, 4 * GiB, 8 * GiB);
    private readonly List<PatternNews> _told = [];
    private readonly StarvationWatch _watch = new();
    private long _start = 1_750_000_200_000;

    [Theory]
    [InlineData(95, 0, 0, 0, 0.6)]
    [InlineData(100, double.NaN, double.NaN, double.NaN, 0.6)]
    [InlineData(95, 250_000, 0, 0, 0.8)]
    [InlineData(95, 0, 250_000, 0, 0.8)]
    [InlineData(95, 0, 0, 100, 0.8)]
    [InlineData(95, double.NaN, double.NaN, 100, 0.8)]
    [InlineData(90, 0, 0, 0, 0.3)]
    [InlineData(85, 9e9, 9e9, 9e9, 0)]
    public void Judge_HeldBack_IsAsSureAsTheEndOfMemoryAndSymptomsSay(double used, double swapIn, double swapOut, double faults, double expected) =>
        Assert.Equal(expected, StarvationJudge.Judge(new(used, swapIn, swapOut, faults, 4 * GiB, 8 * GiB))!.Value, 9);

    [Fact]
    public void Judge_BalloonHoldsLittleBack_IsNothing()
    {
        Assert.Equal(0, StarvationJudge.Judge(Starved with { BalloonBytes = 8 * GiB }));
        Assert.Equal(0, StarvationJudge.Judge(Starved with { BalloonBytes = 7.3 * GiB }));
        Assert.InRange(StarvationJudge.Judge(Starved with { BalloonBytes = 7.1 * GiB })!.Value, StarvationJudge.LeastConfidence, 1);
    }

    [Fact]
    public void Judge_UseOrBalloonIsUnknown_IsUnknown() => Assert.All(
        [Starved with { UsedPercent = double.NaN }, Starved with { BalloonBytes = double.NaN }, Starved with { MaximumBytes = double.NaN }],
        use => Assert.Null(StarvationJudge.Judge(use)));

    [Fact]
    public void Judge_AnyUse_IsAProbabilityThatGrowsWithUseAndWithWhatIsHeldBack() =>
        Gen.Select(Gen.Double[0, 100], Gen.Double[0, 100], Gen.Double[0, 1e8], Gen.Double[0, 1e4], Gen.Double[0.1, 8], Gen.Double[0.1, 8]).Sample((one, other, swap, faults, less, more) =>
        {
            MemoryUse low = new(Math.Min(one, other), swap, 0, faults, Math.Max(less, more) * GiB, 8 * GiB), high = new(Math.Max(one, other), swap, swap, faults, Math.Min(less, more) * GiB, 8 * GiB);
            Assert.True(StarvationJudge.Judge(low) is >= 0 and <= 1 && StarvationJudge.Judge(high) is >= 0 and <= 1 && StarvationJudge.Judge(high) >= StarvationJudge.Judge(low));
        });

    [Fact]
    public void Observe_StarvesAndIsGivenMemory_IsToldOnceAndItsEndOnce()
    {
        long began = _start + WindowMs;
        Run(1, Starved with { UsedPercent = 50 }).Run(1, Starved);
        Assert.Empty(_told);
        Run(9, Starved);
        Assert.Equal(
            (PatternChange.Began, "it is left 4 of 8 GiB by its balloon and uses 97 % of that, swaps 2 MB/s in and 1 MB/s out, 400 major faults/s; its host has what it is lacking, with 12 GiB free; confidence 0.96", began),
            (_told.Single().Change, _told[0].Evidence, _told[0].SinceUnixMs));
        Run(StarvationWatch.CalmWindows - 1, Starved with { BalloonBytes = 8 * GiB });
        Assert.Single(_told);
        Run(5, Starved with { BalloonBytes = 8 * GiB });
        Assert.Equal([PatternChange.Began, PatternChange.Ended], _told.Select(t => t.Change));
    }

    [Fact]
    public void Observe_Unknown_NeitherBeginsNorEnds()
    {
        MemoryUse unknown = Starved with { UsedPercent = double.NaN, BalloonBytes = 8 * GiB };
        Run(50, unknown).Run(1, Starved).Run(9, unknown);
        Assert.Empty(_told);
        Run(1, Starved).Run(50, unknown).Run(2, Starved with { UsedPercent = 50 }).Run(50, unknown);
        Assert.Single(_told);
        Run(1, Starved with { UsedPercent = 50 });
        Assert.Equal([PatternChange.Began, PatternChange.Ended], _told.Select(t => t.Change));
    }

    [Fact]
    public void Observe_RandomUseWithRoomOrItsWholeMemory_TellsNothing() =>
        Gen.Select(Gen.Double[0, 100], Gen.Double[0, 5e7], Gen.Double[0.1, 8], Gen.Bool).Array[100].Sample(
            uses =>
            {
                StarvationWatch watch = new();
                foreach ((double used, double swap, double balloon, bool hasRoom) in uses)
                {
                    MemoryUse use = new(hasRoom ? used * 0.85 : used, swap, swap, swap, (hasRoom ? balloon : 8) * GiB, 8 * GiB);
                    Assert.Equal(PatternChange.None, watch.Observe(_start, new(use, 12 * GiB, 64 * GiB)).Change);
                }
            },
            iter: 1_000);

    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 1)]
    public void Release_RunEndsOrGoesOnElsewhere_NeedsToBeSeenAnewOrIsToldAgain(bool hasEnded, int windows)
    {
        Run(3, Starved);
        Assert.True(_watch.Release(hasEnded));
        Run(windows - 1, Starved);
        Assert.Single(_told);
        Run(1, Starved);
        Assert.Equal(2, _told.Count);
    }

    [Theory]
    [InlineData(8, 64, HostRoom.Enough)]
    [InlineData(7.1, 64, HostRoom.Lacking)]
    [InlineData(0, 64, HostRoom.Lacking)]
    [InlineData(double.NaN, 64, HostRoom.Unknown)]
    [InlineData(8, double.NaN, HostRoom.Unknown)]
    public void Room_Host_KeepsATwentiethForItself(double freeGiB, double totalGiB, HostRoom expected)
    {
        BalloonUse use = new(Starved, freeGiB * GiB, totalGiB * GiB);
        Assert.Equal((expected, expected), (use.Room, HostRooms.Read(use.Describe())));
    }

    [Fact]
    public void Describe_SymptomsAreUnknown_SaysNothingOfThem() =>
        Assert.Equal(
            "is left 4 of 8 GiB by its balloon and uses 97 % of that; what its host has free is unknown",
            new BalloonUse(new(97, double.NaN, double.NaN, double.NaN, 4 * GiB, 8 * GiB), double.NaN, double.NaN).Describe());

    private StarvationTests Run(int windows, MemoryUse use)
    {
        for (int i = 0; i < windows; i++, _start += WindowMs)
        {
            PatternNews news = _watch.Observe(_start, new(use, 12 * GiB, 64 * GiB));
            if (news.Change != PatternChange.None)
            {
                _told.Add(news);
            }
        }

        return this;
    }
}
