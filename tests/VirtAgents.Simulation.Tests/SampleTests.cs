using CsCheck;
using VirtAgents.Core.Model;
using VirtAgents.Simulation.Estates;
using VirtAgents.Simulation.Faults;

namespace VirtAgents.Simulation.Tests;

public sealed class SampleTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 8, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(SampleTier.Fast, new[] { SubjectKind.Host, SubjectKind.HostDisk, SubjectKind.HostInterface, SubjectKind.Vm, SubjectKind.VmInterface })]
    [InlineData(SampleTier.Slow, new[] { SubjectKind.Vm, SubjectKind.VmDisk, SubjectKind.Pool })]
    public void Sample_Tier_HasEveryColumnOfTheCatalogueFilled(SampleTier tier, SubjectKind[] kinds)
    {
        World world = new(EstateGenerator.Generate(new(2, 5)), Start);
        world.Step(TimeSpan.FromSeconds(1));
        SampleSet samples = new();
        world.Sample(0, tier, samples);
        Assert.Equal(kinds, Enumerable.Range(0, samples.TableCount).Select(i => samples[i].Kind));
        for (int i = 0; i < samples.TableCount; i++)
        {
            SampleTable table = samples[i];
            Assert.Equal(MetricCatalogue.ColumnsOf(table.Kind, tier).Order(Comparer<MetricId>.Create((a, b) => a.Value - b.Value)), table.Metrics.ToArray());
            Assert.True(table.RowCount > 0);
            MetricId[] empty = [.. table.Metrics.ToArray().Where(metric => table.Get(0, metric) is null)];
            Assert.Equal(table is { Kind: SubjectKind.Vm } && tier == SampleTier.Slow ? [Metric.VmStuckSince] : [], empty);
        }
    }

    [Fact]
    public void Sample_EverySubject_IsInTheInventory()
    {
        World world = new(EstateGenerator.Generate(new(1, 6)), Start);
        Inventory inventory = world.InventoryOf(0);
        SampleSet samples = new();
        foreach (SampleTier tier in (SampleTier[])[SampleTier.Fast, SampleTier.Slow])
        {
            world.Sample(0, tier, samples);
        }

        world.SampleVolumes(0, samples);
        Dictionary<SubjectKind, IEnumerable<int>> known = new()
        {
            [SubjectKind.Host] = [Inventory.HostIndex],
            [SubjectKind.Vm] = inventory.Vms.Select(vm => vm.Index),
            [SubjectKind.VmDisk] = inventory.Vms.SelectMany(vm => vm.Disks).Select(disk => disk.Index),
            [SubjectKind.VmInterface] = inventory.Vms.SelectMany(vm => vm.Interfaces).Select(card => card.Index),
            [SubjectKind.Pool] = inventory.Pools.Select(pool => pool.Index),
            [SubjectKind.Volume] = inventory.Volumes.Select(volume => volume.Index),
            [SubjectKind.HostDisk] = inventory.Devices.Where(device => device.Kind == SubjectKind.HostDisk).Select(device => device.Index),
            [SubjectKind.HostInterface] = inventory.Devices.Where(device => device.Kind == SubjectKind.HostInterface).Select(device => device.Index),
        };
        for (int i = 0; i < samples.TableCount; i++)
        {
            Assert.Equal(known[samples[i].Kind].Order(), samples[i].Subjects.ToArray().Order());
        }
    }

    [Fact]
    public void Sample_MoreVolumesThanAreListed_FirstByNameAndTheRestCounted()
    {
        World world = new(EstateGenerator.Generate(new(16, 100)), Start);
        SampleSet samples = new();
        world.Sample(0, SampleTier.Slow, samples);
        SampleTable pools = samples.Find(SubjectKind.Pool)!;
        Inventory inventory = world.InventoryOf(0);
        int shared = pools.Subjects.IndexOf(inventory.Pools.Single(pool => pool.Name == "shared-01").Index);
        Assert.Equal(1_000, inventory.Volumes.Count(volume => volume.Pool == "shared-01"));
        Assert.Equal(pools.Get(shared, Metric.PoolVolumes) - 1_000, pools.Get(shared, Metric.PoolVolumesLeftOut));
        Assert.InRange(pools.Get(shared, Metric.PoolVolumesLeftOut)!.Value, 1, 3_200);
    }

    [Fact]
    public void Sample_AnyTrouble_CountersOfALivingProcessNeverFallAndMemoryAddsUp() =>
        Gen.Select(Gen.Int[0, 20], Gen.Int[0, 7], Gen.Int[1, 5_000]).Array[1, 40].Sample(
            trouble =>
            {
                World world = new(EstateGenerator.Generate(new(2, 4)), Start);
                Dictionary<(int Host, SubjectKind, int, MetricId), long> last = [];
                foreach ((int kind, int target, int pause) in trouble)
                {
                    world.TryInject(TroubleOf((FaultKind)kind, target), out _);
                    foreach (SimulatedEvent happened in world.Step(TimeSpan.FromMilliseconds(pause)))
                    {
                        Forget(last, happened);
                    }

                    Check(world, last);
                }
            },
            iter: 300);

    private static Fault TroubleOf(FaultKind kind, int target)
    {
        string host = $"sim-host-00{(target % 2) + 1}";
        Fault fault = FaultNames.TargetOf(kind) switch
        {
            FaultTarget.Vm => new(kind, VmSelector.ByIndex(target), Destination: host),
            FaultTarget.Pool => target % 2 == 0 ? new(kind, Pool: "shared-01") : new(kind, Host: host, Pool: "local"),
            _ => new(kind, Host: host, By: TimeSpan.FromSeconds(3)),
        };
        return FaultNames.CanEnd(kind) ? fault with { For = TimeSpan.FromMilliseconds(500 + (target * 700)) } : fault;
    }

    /// <summary>After these a new process counts from nought.</summary>
    private static void Forget(Dictionary<(int Host, SubjectKind, int, MetricId), long> last, SimulatedEvent happened)
    {
        if (happened.Kind == SimulatedEventKind.LinkChanged || happened.Event?.Kind is HostEventKind.VmStarted or HostEventKind.VmMigratedIn or HostEventKind.VmMigratedOut)
        {
            foreach ((int Host, SubjectKind, int, MetricId) key in last.Keys.Where(key => key.Host == happened.HostNumber).ToArray())
            {
                last.Remove(key);
            }
        }
    }

    private static void Check(World world, Dictionary<(int Host, SubjectKind, int, MetricId), long> last)
    {
        SampleSet samples = new();
        for (int host = 0; host < world.HostCount; host++)
        {
            samples.Reset();
            world.Sample(host, SampleTier.Fast, samples);
            world.Sample(host, SampleTier.Slow, samples);
            for (int i = 0; i < samples.TableCount; i++)
            {
                CheckTable(host, samples[i], last);
            }
        }
    }

    private static void CheckTable(int host, SampleTable table, Dictionary<(int Host, SubjectKind, int, MetricId), long> last)
    {
        for (int row = 0; row < table.RowCount; row++)
        {
            foreach (MetricId metric in table.Metrics)
            {
                if (table.Get(row, metric) is long value)
                {
                    Assert.True(value >= 0, $"{MetricCatalogue.Find(metric)!.Name} is {value}");
                    (int, SubjectKind, int, MetricId) key = (host, table.Kind, table.Subjects[row], metric);
                    bool counter = MetricCatalogue.Find(metric)!.Shape == MetricShape.Counter;
                    Assert.True(!counter || value >= last.GetValueOrDefault(key), $"{MetricCatalogue.Find(metric)!.Name} fell");
                    last[key] = value;
                }
            }

            if (table.Kind == SubjectKind.Vm && table.Get(row, Metric.VmMemoryAvailable) is long total)
            {
                long unused = table.Get(row, Metric.VmMemoryUnused)!.Value, cache = table.Get(row, Metric.VmMemoryCaches)!.Value;
                Assert.InRange(table.Get(row, Metric.VmMemoryUsable)!.Value, unused, unused + cache);
                Assert.InRange(unused + cache, 0, total);
                Assert.True(total < table.Get(row, Metric.VmBalloonMaximum));
            }
        }
    }
}
