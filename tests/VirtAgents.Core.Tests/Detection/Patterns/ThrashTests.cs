using CsCheck;
using VirtAgents.Core.Detection.Patterns;

namespace VirtAgents.Core.Tests.Detection.Patterns;

public sealed class ThrashTests
{
    private const long WindowMs = 300_000, GiB = 1L << 30;
    private static readonly MemoryUse Calm = new(50, 0, 0, 3, 8 * GiB, 8 * GiB);
    private static readonly MemoryUse Thrashing = new(97, 6e6, 4e6, 900, 8 * GiB, 8 * GiB);
    private static readonly MemoryUse Unknown = new(double.NaN, double.NaN, double.NaN, double.NaN, 8 * GiB, 8 * GiB);
    private readonly List<PatternNews> _told = [];
    private readonly ThrashWatch _watch = new();
    private long _start = 1_750_000_200_000;

    [Theory]
    [InlineData(97, 6e6, 4e6, 0.8)]
    [InlineData(97, 1e6, 1e6, 0.5)]
    [InlineData(85, 4e6, 4e6, 0.4)]
    [InlineData(97, 9e6, 0, 0)]
    [InlineData(97, 0, 9e6, 0)]
    [InlineData(80, 9e9, 9e9, 0)]
    public void Judge_Use_IsAsSureAsBothDirectionsAndTheEndOfMemorySay(double used, double swapIn, double swapOut, double expected) =>
        Assert.Equal(expected, ThrashJudge.Judge(new(used, swapIn, swapOut, double.NaN, double.NaN, double.NaN))!.Value, 9);

    [Theory]
    [InlineData(double.NaN, 9e6, 9e6)]
    [InlineData(97, double.NaN, 9e6)]
    [InlineData(97, 9e6, double.NaN)]
    public void Judge_AnyOfItIsUnknown_IsUnknown(double used, double swapIn, double swapOut) =>
        Assert.Null(ThrashJudge.Judge(new(used, swapIn, swapOut, 900, 8 * GiB, 8 * GiB)));

    [Fact]
    public void Judge_AnyUse_IsAProbabilityThatGrowsWithSwapping() => Gen.Select(Gen.Double[0, 100], Gen.Double[0, 1e9], Gen.Double[0, 1e9]).Sample((used, one, more) =>
    {
        double low = ThrashJudge.Judge(new(used, Math.Min(one, more), 1e9, 0, 0, 0))!.Value, high = ThrashJudge.Judge(new(used, Math.Max(one, more), 1e9, 0, 0, 0))!.Value;
        Assert.True(low is >= 0 and <= 1 && high >= low);
    });

    [Fact]
    public void Observe_SwapsForLongAndNoMore_IsToldOnceAndItsEndOnce()
    {
        long began = _start + WindowMs;
        Run(1, Calm).Run(1, Thrashing);
        Assert.Empty(_told);
        Run(9, Thrashing);
        Assert.Equal((PatternChange.Began, "it swaps 6 MB/s in and 4 MB/s out, 900 major faults/s, with 97 % of its memory used; confidence 0.80", began), (_told.Single().Change, _told[0].Evidence, _told[0].SinceUnixMs));
        Run(ThrashWatch.CalmWindows - 1, Calm);
        Assert.Single(_told);
        Run(5, Calm);
        Assert.Equal((2, PatternChange.Ended, "it swaps 0 MB/s in and 0 MB/s out, 3 major faults/s, with 50 % of its memory used"), (_told.Count, _told[1].Change, _told[1].Evidence));
    }

    [Fact]
    public void Observe_BalloonHoldsMemoryBack_SaysHowMuch()
    {
        Run(2, Thrashing with { BalloonBytes = 3 * GiB, MajorFaults = double.NaN });
        Assert.Equal("it swaps 6 MB/s in and 4 MB/s out, with 97 % of its memory used; its balloon leaves it 3 of 8 GiB; confidence 0.80", _told.Single().Evidence);
        Assert.False((Thrashing with { BalloonBytes = double.NaN }).IsHeldBack || (Thrashing with { MaximumBytes = double.NaN }).IsHeldBack || (Thrashing with { BalloonBytes = 7.9 * GiB }).IsHeldBack);
    }

    [Fact]
    public void Observe_SwapsNowAndThen_IsNothing()
    {
        for (int i = 0; i < 50; i++)
        {
            Run(1, Thrashing).Run(1, Calm);
        }

        Assert.Empty(_told);
    }

    [Fact]
    public void Observe_Unknown_NeitherBeginsNorEnds()
    {
        Run(50, Unknown).Run(1, Thrashing).Run(9, Unknown);
        Assert.Empty(_told);
        Run(1, Thrashing).Run(50, Unknown).Run(2, Calm).Run(50, Unknown);
        Assert.Single(_told);
        Run(1, Calm);
        Assert.Equal([PatternChange.Began, PatternChange.Ended], _told.Select(t => t.Change));
    }

    [Fact]
    public void Observe_RandomUseWithRoomOrInOneDirection_TellsNothing() =>
        Gen.Select(Gen.Double[0, 100], Gen.Double[0, 5e7], Gen.Double[0, 5e7], Gen.Bool, Gen.Int[0, 2]).Array[100].Sample(
            uses =>
            {
                ThrashWatch watch = new();
                foreach ((double used, double swapIn, double swapOut, bool isKnown, int harmless) in uses)
                {
                    MemoryUse use = new(harmless == 0 ? used * 0.8 : used, harmless == 1 ? swapIn / 100 : swapIn, harmless == 2 ? swapOut / 100 : swapOut, 0, 8 * GiB, 8 * GiB);
                    Assert.Equal(PatternChange.None, watch.Observe(_start, isKnown ? use : Unknown).Change);
                }
            },
            iter: 1_000);

    [Fact]
    public void TellAgain_GoesOn_IsToldOnceMore()
    {
        Run(3, Thrashing);
        _watch.TellAgain();
        Run(3, Thrashing);
        Assert.Equal([PatternChange.Began, PatternChange.Began], _told.Select(t => t.Change));
    }

    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 1)]
    public void Release_RunEndsOrGoesOnElsewhere_NeedsToBeSeenAnewOrIsToldAgain(bool hasEnded, int windows)
    {
        Run(3, Thrashing);
        Assert.True(_watch.Release(hasEnded));
        Assert.False(_watch.Release(hasEnded));
        Run(windows - 1, Thrashing);
        Assert.Single(_told);
        Run(1, Thrashing);
        Assert.Equal(2, _told.Count);
    }

    private ThrashTests Run(int windows, MemoryUse use)
    {
        for (int i = 0; i < windows; i++, _start += WindowMs)
        {
            PatternNews news = _watch.Observe(_start, use);
            if (news.Change != PatternChange.None)
            {
                _told.Add(news);
            }
        }

        return this;
    }
}
