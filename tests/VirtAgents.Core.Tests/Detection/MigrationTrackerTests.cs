using CsCheck;
using VirtAgents.Core.Detection;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Tests.Detection;

public sealed class MigrationTrackerTests
{
    private static readonly VmId Vm = new(new Guid("aaaaaaaa-0000-0000-0000-000000000001"));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Observe_BothHalves_IsOneMigration(bool arrivalFirst)
    {
        MigrationTracker tracker = new();
        FleetEvent left = Half(1, HostEventKind.VmMigratedOut, 2_000), arrived = Half(2, HostEventKind.VmMigratedIn, 1_000);
        Assert.Null(tracker.Observe(arrivalFirst ? arrived : left, 9_000));
        FleetEvent? moved = tracker.Observe(arrivalFirst ? left : arrived, 9_000);
        Assert.NotNull(moved);
        Assert.Equal((HostEventKind.VmMigrated, arrived.HostId, 2_000L), (moved.Event.Kind, moved.HostId, moved.Event.TimeUnixMs));
        Assert.Equal(0, tracker.Pending);
    }

    [Fact]
    public void Observe_HalvesFarApart_AreNoMigration()
    {
        MigrationTracker tracker = new();
        tracker.Observe(Half(1, HostEventKind.VmMigratedOut, 0), 0);
        Assert.Null(tracker.Observe(Half(2, HostEventKind.VmMigratedIn, MigrationTracker.WindowMs + 1), 0));
    }

    [Fact]
    public void Observe_SameHost_IsNoMigration()
    {
        MigrationTracker tracker = new();
        tracker.Observe(Half(1, HostEventKind.VmMigratedOut, 0), 0);
        Assert.Null(tracker.Observe(Half(1, HostEventKind.VmMigratedIn, 10), 0));
    }

    [Fact]
    public void Observe_ManyHalves_KeepsNoMoreThanItsCapacity()
    {
        MigrationTracker tracker = new(capacity: 3);
        for (int i = 0; i < 10; i++)
        {
            tracker.Observe(Half(1, HostEventKind.VmMigratedOut, i * 2 * MigrationTracker.WindowMs), 0);
        }

        Assert.Equal(3, tracker.Pending);
    }

    [Fact]
    public void Observe_ChainOfMigrationsInAnyOrder_TellsEachOnce() =>
        Gen.Select(Gen.Int[1, 6], Gen.Int).Sample((moves, seed) =>
        {
            List<FleetEvent> halves = [];
            for (int i = 0; i < moves; i++)
            {
                long time = i * 4 * MigrationTracker.WindowMs;
                halves.Add(Half(i, HostEventKind.VmMigratedOut, time + 100));
                halves.Add(Half(i + 1, HostEventKind.VmMigratedIn, time));
            }

            FleetEvent[] shuffled = [.. halves.OrderBy(h => HashCode.Combine(h.HostId, h.Event.Kind, seed))];
            MigrationTracker tracker = new();
            FleetEvent[] migrations = [.. shuffled.Select(h => tracker.Observe(h, 0)).OfType<FleetEvent>()];
            Assert.Equal(Enumerable.Range(1, moves).Select(Host), migrations.OrderBy(m => m.Event.TimeUnixMs).Select(m => m.HostId));
        });

    private static HostId Host(int number) => new(new Guid(number + 1, 0, 0, new byte[8]));

    private static FleetEvent Half(int host, HostEventKind kind, long time) =>
        new(Host(host), $"h{host}", new HostEvent(kind, time, Vm, "a", State: kind == HostEventKind.VmMigratedIn ? VmState.Running : VmState.MigratedAway), VmState.Running, 0);
}
