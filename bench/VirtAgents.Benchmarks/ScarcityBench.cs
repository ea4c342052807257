using System.Globalization;
using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Detection.Patterns;
using VirtAgents.Core.Model;
using VirtAgents.Simulation.Estates;
using VirtAgents.Simulation.Faults;

namespace VirtAgents.Benchmarks;

/// <summary>
/// Hosts and pools that are short of what all want: 16 VMs on 2 hosts for a day. After half of it all VMs of one host want together twice its pCPUs, or much of their disks, for half
/// an hour of each two hours. What is told is right when it is told of that host, or of a pool that its VMs use, in that half.
/// </summary>
internal static class ScarcityBench
{
    private const int Hosts = 2, VmsPerHost = 8;
    private static readonly TimeSpan Length = TimeSpan.FromDays(1), From = TimeSpan.FromHours(12), Window = TimeSpan.FromMilliseconds(AnomalyWatch.WindowMs);

    public static void Run(int worlds, int seed)
    {
        foreach (string taken in new[] { "CPU", "disk", "nothing", "the usual mix" })
        {
            (int Right, int Wrong, int Blamed, TimeSpan? After)[] outcomes = SeededWorlds.Play(worlds, seed, one => Play(one, taken));
            (int found, int right, int wrong, int blamed) = (outcomes.Count(o => o.Right > 0), outcomes.Sum(o => o.Right), outcomes.Sum(o => o.Wrong), outcomes.Sum(o => o.Blamed));
            double vmDays = worlds * Hosts * VmsPerHost * Length.TotalDays;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"short of what all want, {taken}: told in {found} of {worlds} worlds{(found > 0 ? " " : "")}{Machine.Told(outcomes.Select(o => o.After).OfType<TimeSpan>().Select(a => a.TotalMinutes), "min", "F0")}, {right} lines right, {wrong} false ({wrong * 1_000 / vmDays:F1} for 1,000 of {vmDays:F0} VM-days), {blamed} times one VM blamed for it"));
        }
    }

    private static (int Right, int Wrong, int Blamed, TimeSpan? After) Play(int seed, string taken)
    {
        EstateDefinition estate = EstateGenerator.Generate(new(Hosts, VmsPerHost, seed));
        HostDefinition crowded = estate.Hosts[0];
        if (taken != "the usual mix")
        {
            estate = estate with
            {
                Hosts = [.. estate.Hosts.Select(h => h with { Vms = [.. h.Vms.Select(v => h.Name == crowded.Name && taken != "nothing" ? NeighbourBench.Noisy(v, taken, 2 * h.CpuCount / VmsPerHost) : NeighbourBench.Calm(v))] })],
            };
        }

        WatchedWorld watched = new(estate, [(0.75, AnomalyWatch.WindowMs)]);
        // A trace begins with the start of its VM, and these have run for different times.
        foreach (VmDefinition vm in crowded.Vms.Where(_ => taken != "the usual mix"))
        {
            if (!watched.World.TryInject(new Fault(FaultKind.VmReboot, VmSelector.ByName(vm.Name)), out string problem))
            {
                throw new InvalidOperationException(problem);
            }
        }

        Topology topology = Topology.Of(Enumerable.Range(0, Hosts).Select(watched.World.InventoryOf).Select(i => new TopologyHost(i.Host.Id, i.Host.Name, "", i.Vms, i.Pools)));
        (NeighbourWatch neighbours, ScarcityWatch scarcity) = (new(), new());
        (int right, int wrong, int blamed, TimeSpan? after) = (0, 0, 0, null);
        while (watched.World.Elapsed < Length)
        {
            watched.Run(watched.World.Elapsed + Window);
            IReadOnlyList<NeighbourVm> vms = watched.Baselines[0].Neighbours(watched.NowUnixMs, NeighbourWatch.NewestWindow(watched.NowUnixMs, 0), topology);
            blamed += neighbours.Observe(watched.NowUnixMs, vms, new HashSet<(bool, string)>()).Count(n => n.Event.Kind == HostEventKind.VmNoisyNeighbour);
            foreach (PeerNews told in scarcity.Observe(watched.NowUnixMs, ScarcityJudge.Judge(vms, neighbours.Blamed)).Where(n => n.Event.Kind is HostEventKind.HostSaturated or HostEventKind.PoolSlow))
            {
                bool isExpected = watched.World.Elapsed > From && (taken == "CPU" ? told.Host == crowded.Id && told.Event.Kind == HostEventKind.HostSaturated : taken == "disk" && told.Event.Kind == HostEventKind.PoolSlow);
                (right, wrong) = isExpected ? (right + 1, wrong) : (right, wrong + 1);
                after ??= isExpected ? watched.World.Elapsed - From : null;
            }
        }

        return (right, wrong, blamed, after);
    }
}
