using System.Collections.Immutable;
using CsCheck;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Volumes;
using static VirtAgents.Core.Tests.Scheduling.Volumes.VolumeScene;

namespace VirtAgents.Core.Tests.Scheduling.Volumes;

public sealed class OrderedVolumesTests
{
    private const long Ended = 1_000_000;
    private static readonly HostId First = Host("h1").Host, Stranger = Host("h9").Host;
    private static readonly VolumePool San = Pool("san") with { RoomUnixMs = Ended };

    [Fact]
    public void TakeRoom_FullOnesOfThePool_AreTakenFromWhatIsFree()
    {
        OrderedVolume[] orders = [Order("a", 10, isFull: true), Order("b", 20), Order("c", 5, isFull: true) with { Host = Stranger }, Order("d", 5, isFull: true) with { Pool = "nfs" }];

        VolumePool pool = Assert.Single(OrderedVolumes.TakeRoom([San], orders));

        Assert.Equal((40, 10, 60), (pool.FreeBytes / Gib, pool.OrderedRoomBytes / Gib, pool.PromisedBytes / Gib));
    }

    [Theory]
    [InlineData(Ended - 1, 40)]
    [InlineData(Ended + 29_999, 40)]
    [InlineData(Ended + 30_000, 50)]
    public void TakeRoom_OrderThatEnded_CountsUntilAFigureIsNewer(long figureUnixMs, double freeGib) => Assert.Equal(
        freeGib, OrderedVolumes.TakeRoom([San with { RoomUnixMs = figureUnixMs }], [Order("a", 10, isFull: true) with { EndedUnixMs = Ended }])[0].FreeBytes / Gib);

    [Fact]
    public void TakeRoom_UnknownOrLess_StaysUnknownAndIsNeverBelowNone()
    {
        ImmutableArray<VolumePool> pools = OrderedVolumes.TakeRoom([San with { FreeBytes = null }, San with { FreeBytes = 5 * Gib }], [Order("a", 10, isFull: true)]);

        Assert.Equal([null, 0], pools.Select(p => p.FreeBytes));
    }

    [Fact]
    public void Promised_OrdersThatAreNotListed_CountAndOthersOnce()
    {
        Dictionary<string, double?> listed = new() { ["old"] = 30.0 * Gib, ["growing"] = 1.0 * Gib, ["grown"] = 12.0 * Gib };
        OrderedVolume[] orders = [Order("growing", 10), Order("grown", 10) with { EndedUnixMs = Ended }, Order("new", 5), Order("other", 50) with { Pool = "nfs" }];

        Assert.Equal(30 + 10 + 12 + 5, OrderedVolumes.Promised(San, listed, 0, orders) / Gib);
    }

    [Fact]
    public void Promised_SomethingUnknown_IsUnknown()
    {
        Assert.Null(OrderedVolumes.Promised(San, new Dictionary<string, double?> { ["a"] = null }, 0, [Order("b", 5)]));
        Assert.Null(OrderedVolumes.Promised(San, new Dictionary<string, double?>(), null, [Order("b", 5)]));
        Assert.Equal(5, OrderedVolumes.Promised(San, new Dictionary<string, double?> { ["b"] = null }, 0, [Order("b", 5)]) / Gib);
    }

    [Fact]
    public void Decide_TwoThatFitOnce_SecondIsRefusedWithTheReason()
    {
        VolumeDecision Second(VolumeRequest request, OrderedVolume order) => VolumeAllocator.Decide(
            [.. OrderedVolumes.TakeRoom([San], [order]).Select(p => p with { PromisedBytes = OrderedVolumes.Promised(p, new Dictionary<string, double?> { ["old"] = 60.0 * Gib }, 0, [order]) })],
            request, StoragePolicy.Default);

        VolumeDecision thick = Second(Thick(30), Order("a", 30, isFull: true)), thin = Second(Thin(50), Order("a", 50));

        Assert.Equal((null, "20 GiB of 100 GiB are free, 30 GiB are wanted and 10 GiB stay free, without the 30 GiB of volumes that are being made"), (thick.Pool, thick.Refused[0].Reason));
        Assert.Equal((null, VolumeObstacle.Overcommit), (thin.Pool, thin.Refused[0].Obstacle));
    }

    [Fact]
    public void MoreOrders_NeverMakeAPoolLookEmptier() => Gen.Select(Gen.Long[1, 80], Gen.Bool, Gen.Int[0, 3], Gen.Int[0, 2]).Select((gib, isFull, name, age) => Order($"v{name}", gib, isFull) with { EndedUnixMs = age == 0 ? null : Ended - (age * 40_000) })
        .Array[0, 6].Sample(orders =>
        {
            Dictionary<string, double?> listed = new() { ["v0"] = 10.0 * Gib };
            (VolumePool all, VolumePool fewer) = (OrderedVolumes.TakeRoom([San], orders)[0], OrderedVolumes.TakeRoom([San], [.. orders.Skip(1)])[0]);
            return all.FreeBytes <= fewer.FreeBytes && all.FreeBytes >= 0 && OrderedVolumes.Promised(San, listed, 0, orders) >= OrderedVolumes.Promised(San, listed, 0, [.. orders.Skip(1)]);
        });

    private static OrderedVolume Order(string name, long gib, bool isFull = false) => new(First, "san", name, gib * Gib, isFull);
}
