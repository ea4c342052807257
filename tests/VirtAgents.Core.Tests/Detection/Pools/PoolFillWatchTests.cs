using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Detection.Pools;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Tests.Detection.Pools;

public sealed class PoolFillWatchTests
{
    private const long LookMs = 1_800_000;
    private static readonly HostId Host = new(Guid.Parse("00000000-0000-0000-0000-0000000000aa"));
    private static readonly double[] Filling = [.. Enumerable.Range(0, 100).Select(h => 40 + (h * 0.4))];
    private static readonly double[] Nearly = [.. Enumerable.Range(0, 60).Select(h => 40 + h)];
    private static readonly double[] Calm = [.. Enumerable.Repeat(40.0, 100)];
    private static readonly double[] Unknown = [.. Filling, double.NaN, double.NaN, double.NaN];
    private readonly PoolFillWatch _watch = new();
    private long _now = 1_750_000_000_000;

    [Fact]
    public void Observe_FillsAndIsCleared_IsToldOnceAnHourAndItsEndOnce()
    {
        Assert.Empty(Look(Calm));
        PeerNews began = Assert.Single(Look(Filling));
        Assert.Equal((Host, HostEventKind.PoolFillsSoon, "san"), (began.Host, began.Event.Kind, began.Event.Device));
        Assert.StartsWith("79.6 % of 100 GiB used, grows 9.6 points a day by the last 100 h; full in 2.13 days (", began.Event.Evidence, StringComparison.Ordinal);
        Assert.Empty(Look(Filling));
        Assert.Equal(HostEventKind.PoolFillsSoon, Assert.Single(Look(Filling)).Event.Kind);
        Assert.Equal(HostEventKind.PoolFillingEnded, Assert.Single(Look(Calm)).Event.Kind);
        Assert.Empty(Look(Calm));
    }

    [Fact]
    public void Observe_FillsQuicker_IsToldAsSuch()
    {
        Look(Filling);
        Assert.Equal(HostEventKind.PoolFillsWithinHours, Assert.Single(Look([.. Nearly[..59], 98.5, 99])).Event.Kind);
        Assert.Equal(HostEventKind.PoolFillsSoon, Assert.Single(Look(Filling)).Event.Kind);
    }

    [Fact]
    public void Observe_OneHourThatLeaps_IsNothing() => Assert.Empty(Look([.. Calm, 95]));

    [Fact]
    public void Observe_Unknown_NeitherBeginsNorEndsAndIsToldAgain()
    {
        Assert.Empty(Look(Unknown));
        Look(Filling);
        Assert.Empty(Look(Unknown));
        PeerNews again = Assert.Single(Look(Unknown));
        Assert.Equal(HostEventKind.PoolFillsSoon, again.Event.Kind);
        Assert.StartsWith("nothing newer is known than: 79.6 %", again.Event.Evidence, StringComparison.Ordinal);
        Look(Unknown);
        Assert.StartsWith("nothing newer is known than: 79.6 %", Assert.Single(Look(Unknown)).Event.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void Observe_PoolIsGone_IsNotToldAgainUntilItIsThere()
    {
        Look(Filling);
        Assert.Empty(_watch.Observe(_now += 5 * LookMs, []));
        Assert.Empty(_watch.Observe(_now += 5 * LookMs, []));
        Assert.Equal(HostEventKind.PoolFillsSoon, Assert.Single(Look(Filling)).Event.Kind);
    }

    private IReadOnlyList<PeerNews> Look(double[] hours) => _watch.Observe(_now += LookMs, [new("rack/san", Host, "san", [.. hours], 100L << 30)]);
}
