using CsCheck;
using VirtAgents.Benchmarks.Week;
using VirtAgents.Simulation.Estates;

namespace VirtAgents.Simulation.Tests.Week;

public sealed class WeekEstateTests
{
    [Fact]
    public void Build_AnySizeAndSeed_EachVmIsOnOneHostAndNoHostPromisesMoreThanItHas() => Gen.Select(Gen.Int[2, 40], Gen.Int[0, 1_000], Gen.Bool).Sample(
        (hosts, seed, sharesAll) =>
        {
            EstateDefinition estate = WeekEstate.Build(hosts, seed, sharesAll);
            Assert.Equal((hosts, 20 * hosts), (estate.Hosts.Length, estate.Hosts.SelectMany(h => h.Vms).DistinctBy(v => v.Id).Count()));
            Assert.Equal(20 * hosts, estate.VmCount);
            Assert.All(estate.Hosts, h => Assert.True(h.Vms.Sum(v => v.MemoryBytes) <= h.MemoryBytes && h.Vms.Sum(v => v.VcpuCount) <= h.CpuCount * WeekWorld.VcpuRatio));
            Assert.All(estate.Hosts, h => Assert.All(h.Vms.SelectMany(v => v.Disks), d => Assert.True(d.Pool == "local" || h.SharedPools.Contains(d.Pool))));
        },
        iter: 500);

    [Fact]
    public void Build_HostWithStorageOfItsOwn_HoldsAllItsVms()
    {
        EstateDefinition estate = WeekEstate.Build(33, 164, sharesAll: false);
        HostDefinition alone = Assert.Single(estate.Hosts.GroupBy(h => h.SharedPools[0], StringComparer.Ordinal), g => g.Count() == 1).Single();
        Assert.InRange(alone.Vms.Sum(v => v.MemoryBytes), 1, alone.MemoryBytes);
    }

    [Fact]
    public void Build_SameSeed_IsTheSame() => Assert.Equal(Shape(WeekEstate.Build(4, 9, false)), Shape(WeekEstate.Build(4, 9, false)));

    [Fact]
    public void Movable_DisksOfHosts_HoldHostsInUse()
    {
        Assert.Equal(20, WeekEstate.Movable(WeekEstate.Build(20, 1, sharesAll: true)));
        EstateDefinition mixed = WeekEstate.Build(20, 1, sharesAll: false);
        Assert.Equal(mixed.Hosts.Count(h => !h.Vms.Any(v => v.Disks.Any(d => d.Pool == "local"))), WeekEstate.Movable(mixed));
        Assert.InRange(WeekEstate.Movable(mixed), 0, 19);
    }

    private static string Shape(EstateDefinition estate) => string.Join('\n', estate.Hosts.Select(h => $"{h.Id} {h.CpuCount} {h.MemoryBytes} {string.Join(' ', h.Vms.Select(v => v.Id))}"));
}
