using VirtAgents.Core.Model;
using VirtAgents.Simulation.Estates;

namespace VirtAgents.Simulation.Worlds;

/// <summary>Everything there is in a world, its clock, its plans, and what its agents have told since the last step.</summary>
internal sealed class WorldState
{
    public WorldState(EstateDefinition estate, long startUnixMs)
    {
        Seed = estate.Seed;
        StartUnixMs = startUnixMs;
        var shared = estate.SharedPools.ToDictionary(pool => pool.Name, pool => new SimPool(pool, shared: true));
        foreach (HostDefinition definition in estate.Hosts)
        {
            AddHost(definition, shared);
        }

        Pools = [.. shared.Values, .. Hosts.SelectMany(host => host.Pools).Where(pool => !pool.Shared)];
    }

    public long Seed { get; }

    public long StartUnixMs { get; }

    public long NowMs { get; set; }

    public List<SimHost> Hosts { get; } = [];

    public List<SimVm> Vms { get; } = [];

    public IReadOnlyList<SimPool> Pools { get; }

    public Agenda Agenda { get; } = new();

    public List<SimulatedEvent> Events { get; } = [];

    /// <summary>Time by the clock of a host, milliseconds since 1970 UTC.</summary>
    public long ClockOf(SimHost host) => StartUnixMs + NowMs + host.ClockSkewMs;

    /// <summary>Plans something for a VM that happens only if its state has not changed until then.</summary>
    public void PlanFor(SimVm vm, long afterMs, Action action)
    {
        int life = vm.Life;
        Agenda.Add(NowMs + afterMs, () =>
        {
            if (vm.Life == life)
            {
                action();
            }
        });
    }

    /// <summary>An event that the agent sees by itself; nobody sees anything while there is no agent.</summary>
    public void Tell(SimHost host, HostEvent happened)
    {
        if (host.AgentAlive)
        {
            Events.Add(new(TimeSpan.FromMilliseconds(NowMs), SimulatedEventKind.HostEvent, host.Number, host.Name, happened, host.Link));
        }
    }

    /// <summary>An event about a VM that only the hypervisor can tell; nothing is told while it cannot be reached.</summary>
    public void TellOfVm(SimVm vm, HostEventKind kind, VmState state, VmStateReason reason, string evidence, string device = "")
    {
        if (!vm.Host.HypervisorLost)
        {
            Tell(vm.Host, new(kind, ClockOf(vm.Host), vm.Definition.Id, vm.Name, device, state, reason, evidence));
        }
    }

    /// <summary>Tells that a lasting condition began or ended, once each.</summary>
    public void TellCondition(SimHost host, bool holds, HostEventKind began, HostEventKind ended, string device, string evidence, SimVm? vm = null)
    {
        (HostEventKind, string) condition = (began, device);
        if (host.AgentAlive && (holds ? host.Told.Add(condition) : host.Told.Remove(condition)))
        {
            string told = holds ? evidence : "end of the " + evidence;
            HostEvent happened = new(holds ? began : ended, ClockOf(host), vm?.Definition.Id, vm?.Name ?? "", device, Evidence: told);
            Tell(host, happened);
        }
    }

    public void TellLink(SimHost host) =>
        Events.Add(new(TimeSpan.FromMilliseconds(NowMs), SimulatedEventKind.LinkChanged, host.Number, host.Name, null, host.Link));

    public void TellRefused(SimHost? host, string why) =>
        Events.Add(new(
            TimeSpan.FromMilliseconds(NowMs), SimulatedEventKind.Refused, host?.Number ?? -1, host?.Name ?? "", null, host?.Link ?? default, why));

    private void AddHost(HostDefinition definition, Dictionary<string, SimPool> shared)
    {
        SimHost host = new(definition, Hosts.Count);
        Hosts.Add(host);
        host.Pools.AddRange(definition.LocalPools.Select(pool => new SimPool(pool, shared: false)));
        host.Pools.AddRange(definition.SharedPools.Select(name => shared[name]));
        host.Pools.ForEach(pool => pool.Hosts.Add(host));
        foreach (VmDefinition vm in definition.Vms)
        {
            AddVm(host, vm);
        }
    }

    private void AddVm(SimHost host, VmDefinition definition)
    {
        ulong seed = Noise.Hash((ulong)Seed, "load " + definition.Name);
        SimVm vm = new(definition, Vms.Count, seed)
        {
            Host = host,
            Disks = [.. definition.Disks.Select((disk, i) => NewDisk(host, definition, disk, i, seed))],
            Interfaces = [.. definition.Networks.Select((network, i) => new SimInterface(MacOf(Vms.Count, i), network))],
        };
        foreach (SimDisk disk in vm.Disks)
        {
            disk.Volume.User = vm;
        }

        Vms.Add(vm);
        host.Vms.Add(vm);
    }

    private static SimDisk NewDisk(SimHost host, VmDefinition vm, DiskDefinition disk, int number, ulong seed)
    {
        SimPool pool = host.Pools.Find(pool => pool.Name == disk.Pool)
            ?? throw new ArgumentException($"VM {vm.Name}: host {host.Name} has no pool '{disk.Pool}'", nameof(vm));
        string target = "vd" + (char)('a' + number);
        double filled = 0.2 + (0.4 * Noise.Unit(seed, 5, number));
        return new(target, new($"{vm.Name}-{target}.qcow2", pool, disk.CapacityBytes, (long)(disk.CapacityBytes * filled)));
    }

    /// <summary>Counted, not drawn, so that no two are equal; in the range that KVM hosts give out themselves.</summary>
    private static string MacOf(int vm, int card)
    {
        int number = (vm * 8) + card;
        return $"52:54:00:{(number >> 16) & 0xFF:x2}:{(number >> 8) & 0xFF:x2}:{number & 0xFF:x2}";
    }
}
