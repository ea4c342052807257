using VirtAgents.Benchmarks.Week;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Live;
using VirtAgents.Simulation.Estates;
using VirtAgents.Simulation.Faults;

namespace VirtAgents.Simulation.Tests.Week;

public sealed class WeekMovesTests
{
    private const double LinkBytesPerSecond = 1.25e9;
    private static readonly EstateDefinition Full = WeekEstate.Build(2, 3, sharesAll: true);
    private static readonly EstateDefinition Estate = Full with { Hosts = [Full.Hosts[0], Full.Hosts[1] with { MemoryBytes = 2 * Full.Hosts[1].MemoryBytes }] };
    private static readonly VmDefinition Vm = Estate.Hosts[0].Vms.MaxBy(v => v.MemoryBytes)!;

    [Fact]
    public void Send_OneVm_IsOnItsOldHostUntilItIsDoneAndOnTheNewOneAloneThen()
    {
        One one = new();
        WeekWorld world = Run(one, TimeSpan.FromMinutes(15));
        Assert.Equal((1, 0, false, 1), (world.Moves.Done.Count, world.Moves.Failed, world.Moves.IsAny, world.Moves.BegunInHour));
        Assert.Equal(new(Vm.Id, Estate.Hosts[0].Id, Estate.Hosts[1].Id), Assert.Single(one.UnderWay));
        Assert.Equal((0, 1), (HostsOf(one.Before!, Vm.Id).Single(), HostsOf(world.Loaded(), Vm.Id).Single()));
        Assert.Empty(world.Moves.UnderWay);
        Assert.Equal(20 * 2, world.Loaded().Snapshot.Vms.Length);
    }

    [Fact]
    public void Send_OneVm_TakesAsLongAsItsMemoryTakesOnTheLink()
    {
        WeekWorld world = Run(new One(), TimeSpan.FromMinutes(15));
        WeekMoves.Move move = Assert.Single(world.Moves.Done);
        Assert.InRange(move.Bytes, Vm.MemoryBytes / 4, Vm.MemoryBytes);
        double seconds = (world.Moves.States[move.Id].UpdatedUnixMs - move.SentMs) / 1000.0, copied = move.Bytes / LinkBytesPerSecond;
        Assert.InRange(seconds, copied, (1.5 * copied) + 3);
    }

    [Fact]
    public void Send_OneVm_NoLoadOfItsIsLostOrCountedTwice()
    {
        WeekWorld moved = Run(new One(), TimeSpan.FromMinutes(30)), left = Run(new IdleBalancer(), TimeSpan.FromMinutes(30));
        double Used(WeekWorld world) => world.Loaded().Snapshot.Vms.Sum(v => v.Use.CpuCores!.Value);
        Assert.InRange(Used(moved) / Used(left), 0.99, 1.01);
        Assert.Equal(0, moved.Meter.DownShare);
    }

    [Fact]
    public void Send_HostIsNotHeard_ExpiresAndTheVmStays()
    {
        One one = new();
        WeekWorld world = Run(one, TimeSpan.FromMinutes(20), (TimeSpan.FromSeconds(299), new Fault(FaultKind.Partition, Host: Estate.Hosts[0].Name, For: TimeSpan.FromMinutes(5))));
        Assert.Equal((0, 1), (world.Moves.Done.Count, world.Moves.Failed));
        Assert.Equal(DirectiveState.Expired, world.Moves.States[one.Id].State);
        Assert.Equal(0, HostsOf(world.Loaded(), Vm.Id).Single());
    }

    [Fact]
    public void Send_TargetIsLostOnTheWay_FailsAndTheVmRunsOn()
    {
        One one = new();
        WeekWorld world = Run(one, TimeSpan.FromMinutes(20), (TimeSpan.FromSeconds(303), new Fault(FaultKind.LinkDown, Host: Estate.Hosts[1].Name, For: TimeSpan.FromMinutes(5))));
        Assert.Equal((0, 1, DirectiveState.Failed), (world.Moves.Done.Count, world.Moves.Failed, world.Moves.States[one.Id].State));
        Assert.Equal(0, HostsOf(world.Loaded(), Vm.Id).Single());
    }

    [Fact]
    public void Again_ThereAndBackWithinAnHourAndLater_OnlyTheFirstTwoCount()
    {
        // Begun at 0:05, 0:35, 1:05 and 2:10: two follow within the hour, both to where the VM was before.
        Shuttle shuttle = new([5, 35, 65, 130]);
        WeekWorld world = Run(shuttle, TimeSpan.FromMinutes(140));
        Assert.Equal(4, world.Moves.Done.Count);
        Assert.Equal((2, 2), world.Moves.Again());
        Assert.Equal((1, Vm.Id.Value), (world.Moves.BegunInHour, Assert.Single(world.Moves.MovedSince(world.NowMs - 3_600_000))));
        Assert.Empty(world.Moves.MovedSince(world.NowMs));
    }

    [Fact]
    public void Send_TargetHasNoRoom_IsRefusedAndTheVmStays()
    {
        One one = new();
        WeekWorld world = new(Full, new([], []));
        world.Run(TimeSpan.FromMinutes(15), one);
        Assert.Equal((0, 1, DirectiveState.Refused), (world.Moves.Done.Count, world.Moves.Failed, world.Moves.States[one.Id].State));
        Assert.Contains("bytes of memory", world.Moves.States[one.Id].Detail, StringComparison.Ordinal);
        Assert.Equal(0, HostsOf(world.Loaded(), Vm.Id).Single());
    }

    private static WeekWorld Run(IWeekBalancer balancer, TimeSpan length, params (TimeSpan At, Fault Fault)[] faults)
    {
        WeekWorld world = new(Estate, new(faults, []));
        world.Run(length, balancer);
        return world;
    }

    private static int[] HostsOf(LiveCluster cluster, VmId vm) =>
        [.. cluster.Snapshot.Vms.Where(v => cluster.VmIds[v.Id] == vm.Value).Select(v => Estate.Hosts.Index().Single(h => h.Item.Id.Value == cluster.HostIds[v.Host]).Index)];

    /// <summary>Moves the VM at the first look.</summary>
    private sealed class One : IWeekBalancer
    {
        public string Name => "one";

        public string Told => "";

        public Guid Id { get; private set; }

        public LiveCluster? Before { get; private set; }

        public IReadOnlyList<Core.Scheduling.Control.MigrationUnderWay> UnderWay { get; private set; } = [];

        public void Look(WeekWorld world, bool isNews)
        {
            if (Before is null)
            {
                Before = world.Loaded();
                Id = world.Moves.Send(Vm.Id, Estate.Hosts[0].Id, Estate.Hosts[1].Id, 0);
                UnderWay = world.Moves.UnderWay;
            }
        }
    }

    /// <summary>Moves the VM to the other host at such minutes.</summary>
    private sealed class Shuttle(int[] minutes) : IWeekBalancer
    {
        private int _at;

        public string Name => "shuttle";

        public string Told => "";

        public void Look(WeekWorld world, bool isNews)
        {
            if (!isNews && minutes.Contains((int)world.World.Elapsed.TotalMinutes))
            {
                world.Moves.Send(Vm.Id, Estate.Hosts[_at].Id, Estate.Hosts[1 - _at].Id, 0);
                _at = 1 - _at;
            }
        }
    }
}
