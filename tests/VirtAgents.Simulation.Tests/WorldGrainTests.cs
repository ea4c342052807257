using System.Collections.Immutable;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Simulation.Control;
using VirtAgents.Simulation.Estates;

namespace VirtAgents.Simulation.Tests;

public sealed class WorldGrainTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly EstateDefinition Estate = EstateGenerator.Generate(new(4, 20));

    [Fact]
    public void Step_LoadsDecidedEach20Seconds_AboutTheSameCpuTimeAndLoad()
    {
        (World each, World seldom) = (new(Estate, Start), new(Estate, Start, grainSeconds: 20));
        each.Step(TimeSpan.FromHours(4));
        seldom.Step(TimeSpan.FromHours(4));
        Assert.InRange(CpuTime(seldom) / CpuTime(each), 0.98, 1.02);
        Assert.InRange(Load(seldom) / Load(each), 0.8, 1.25);
        Assert.InRange(seldom.Changes, 1, each.Changes / 19);
    }

    [Fact]
    public void Step_MigrationWithLongGrain_EndsAtTheSameTimeOfItsMemory()
    {
        TimeSpan each = MigrationTime(new(Estate, Start)), seldom = MigrationTime(new(Estate, Start, grainSeconds: 60));
        Assert.InRange(seldom - each, TimeSpan.FromSeconds(-2), TimeSpan.FromSeconds(2));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(61)]
    public void New_GrainOutOfRange_Throws(int seconds) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new World(Estate, Start, seconds));

    private static double CpuTime(World world) => Sum(world, SubjectKind.Vm, Metric.VmCpuTime);

    private static double Load(World world) => Sum(world, SubjectKind.Host, Metric.HostLoad1);

    private static double Sum(World world, SubjectKind kind, MetricId metric)
    {
        double sum = 0;
        SampleSet samples = new();
        for (int host = 0; host < world.HostCount; host++)
        {
            samples.Reset();
            world.Sample(host, SampleTier.Fast, samples);
            SampleTable table = samples.Find(kind)!;
            sum += Enumerable.Range(0, table.RowCount).Sum(row => (double)table.Get(row, metric)!.Value);
        }

        return sum;
    }

    private static TimeSpan MigrationTime(World world)
    {
        world.Step(TimeSpan.FromMinutes(10));
        VmInfo vm = world.InventoryOf(0).Vms.Where(v => v.Disks.All(d => d.Pool != "local")).MinBy(v => v.MemoryBytes)!;
        DirectiveOrder order = new(
            Guid.Empty, 1, 0, DirectiveKind.Migrate, vm.Id,
            ImmutableSortedDictionary<string, string>.Empty.Add("destination", world.HostOf(1).Name).Add("bandwidth_bytes_per_second", "200000000"), "", false);
        string evidence = world.Control.EvidenceFor(order);
        TimeSpan begun = world.Elapsed;
        Assert.True(world.Control.Begin(0, order).IsPossible);
        while (world.Control.Look(0, order, evidence).Stage == SightStage.GoingOn)
        {
            world.Step(TimeSpan.FromMilliseconds(500));
        }

        Assert.Equal(SightStage.Seen, world.Control.Look(0, order, evidence).Stage);
        return world.Elapsed - begun;
    }
}
