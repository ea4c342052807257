using CsCheck;
using VirtAgents.Core.Model;
using VirtAgents.Simulation.Estates;
using VirtAgents.Simulation.Workloads;

namespace VirtAgents.Simulation.Tests;

public sealed class EstateGeneratorTests
{
    [Fact]
    public void Generate_AnySize_AsManyAsAskedWithNamesAndIdentitiesOfTheirOwn() =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[0, 30], Gen.Long).Sample(
            (hosts, vms, seed) =>
            {
                EstateDefinition estate = EstateGenerator.Generate(new(hosts, vms, seed));
                VmDefinition[] all = [.. estate.Hosts.SelectMany(host => host.Vms)];
                Assert.Equal((hosts, hosts * vms), (estate.Hosts.Length, all.Length));
                Assert.Equal(all.Length, all.Select(vm => vm.Id).Distinct().Count());
                Assert.Equal(all.Length, all.Select(vm => vm.Name).Distinct().Count());
                Assert.Equal(hosts, estate.Hosts.Select(host => host.Id).Distinct().Count());
                Assert.All(estate.Hosts, host => Assert.True(host.MemoryBytes > host.Vms.Sum(vm => vm.MemoryBytes)));
            },
            iter: 100);

    [Fact]
    public void Generate_SameSeed_SameIdentities()
    {
        VmId[] Ids(long seed) => [.. EstateGenerator.Generate(new(5, 5, seed)).Hosts.SelectMany(host => host.Vms).Select(vm => vm.Id)];
        Assert.Equal(Ids(4), Ids(4));
        Assert.Empty(Ids(4).Intersect(Ids(5)));
    }

    [Fact]
    public void Generate_ManyVms_EveryKindOfWorkloadButTraces()
    {
        EstateDefinition estate = EstateGenerator.Generate(new(50));
        Assert.Equal(
            Enum.GetValues<WorkloadKind>().Where(kind => kind != WorkloadKind.Trace),
            estate.Hosts.SelectMany(host => host.Vms).Select(vm => vm.Workload.Kind).Distinct().Order());
    }

    [Fact]
    public void Generate_InterfacesOfLargeEstate_MacsOfTheirOwn()
    {
        World world = new(EstateGenerator.Generate(new(100)), DateTimeOffset.UnixEpoch);
        string[] macs = [.. Enumerable.Range(0, 100).SelectMany(host => world.InventoryOf(host).Vms).SelectMany(vm => vm.Interfaces).Select(card => card.Mac)];
        Assert.Equal(2_000, macs.Distinct().Count());
    }

    [Fact]
    public void Generate_SizeOutOfRange_Refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => EstateGenerator.Generate(new(0)));
        Assert.Throws<ArgumentOutOfRangeException>(() => EstateGenerator.Generate(new(1, 1_001)));
    }
}
