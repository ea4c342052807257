using VirtAgents.Benchmarks.Week;
using VirtAgents.Core.Model;
using VirtAgents.Simulation.Estates;

namespace VirtAgents.Simulation.Tests.Week;

/// <summary>Looks at the world itself, not at what a collector knows of it, before and after each look of a balancer.</summary>
internal sealed class WatchedWeek(IWeekBalancer balancer, EstateDefinition estate) : IWeekBalancer
{
    private readonly Dictionary<VmId, VmDefinition> _vms = estate.Hosts.SelectMany(h => h.Vms).ToDictionary(v => v.Id);

    public string Name => balancer.Name;

    public string Told => balancer.Told;

    public int Looks { get; private set; }

    /// <summary>Moves begun by hour of the day.</summary>
    public int[] BegunByHour { get; } = new int[24];

    public void Look(WeekWorld world, bool isNews)
    {
        Watch(world);
        int before = world.Moves.States.Count;
        balancer.Look(world, isNews);
        BegunByHour[world.Now.Hour] += world.Moves.States.Count - before;
        Watch(world);
        Looks++;
    }

    // A VM that arrives is there before it is gone from where it was; all else would be one VM that runs twice.
    private void Watch(WeekWorld world)
    {
        Dictionary<VmId, HostId> arriving = world.Moves.UnderWay.ToDictionary(m => m.Vm, m => m.To);
        (VmId Vm, int Host)[] found = [.. Enumerable.Range(0, world.Hosts.Count).SelectMany(h => world.World.InventoryOf(h).Vms.Select(v => (v.Id, h)))];
        foreach (IGrouping<VmId, (VmId Vm, int Host)> vm in found.GroupBy(f => f.Vm))
        {
            Assert.True(vm.Count() == 1 || (vm.Count() == 2 && arriving.ContainsKey(vm.Key)), $"{vm.Key} is on {vm.Count()} hosts");
        }

        Assert.True(_vms.Keys.ToHashSet().SetEquals(found.Select(f => f.Vm)), "a VM is nowhere");
        ILookup<int, VmId> held = found.Concat(arriving.Select(a => (Vm: a.Key, Host: world.NumberOf(a.Value)))).Distinct().ToLookup(f => f.Host, f => f.Vm);
        foreach ((int number, HostDefinition host) in estate.Hosts.Index())
        {
            Assert.True(held[number].Sum(v => _vms[v].MemoryBytes) <= host.MemoryBytes, $"{host.Name} is over its memory");
        }
    }
}
