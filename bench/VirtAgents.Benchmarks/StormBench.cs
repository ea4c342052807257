using System.Globalization;
using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Detection.Patterns;
using VirtAgents.Core.Model;
using VirtAgents.Simulation.Estates;
using VirtAgents.Simulation.Faults;
using VirtAgents.Simulation.Workloads;

namespace VirtAgents.Benchmarks;

/// <summary>
/// Boot storms: 24 VMs on 2 hosts for 16 hours. At noon 6 or more VMs of one host begin within some minutes: the host loses power and comes back, or they were shut down and are
/// started, or they reboot. Their boots take 4 to 12 minutes and much of CPU or disk, or, where harmless, next to nothing. What is told is right when it is told of that host in the two hours after.
/// </summary>
internal static class StormBench
{
    private const int Hosts = 2, VmsPerHost = 12;
    private static readonly TimeSpan Length = TimeSpan.FromHours(16), Noon = TimeSpan.FromHours(12), Window = TimeSpan.FromMilliseconds(AnomalyWatch.WindowMs);

    public static void Run(int worlds, int seed)
    {
        foreach (string taken in new[] { "CPU", "disk", "harmless", "crowded without starts", "the usual mix" })
        {
            Outcome[] outcomes = SeededWorlds.Play(worlds, seed, one => Play(one, taken));
            Print(taken, outcomes);
        }
    }

    private static void Print(string taken, Outcome[] outcomes)
    {
        double vmDays = outcomes.Length * Hosts * VmsPerHost * Length.TotalDays;
        Outcome[] waited = [.. outcomes.Where(o => o.IsWaited)], found = [.. waited.Where(o => o.After is not null)];
        int right = outcomes.Sum(o => o.Right), wrong = outcomes.Sum(o => o.Wrong);
        string told = waited.Length == 0 ? "" : string.Create(
            CultureInfo.InvariantCulture,
            $"precision {right / Math.Max(1.0, right + wrong):F3}, recall {found.Length / (double)waited.Length:F3} ({found.Length} of {waited.Length} in which many wait), told {Machine.Told(found.Select(o => o.After!.Value.TotalMinutes), "min", "F0")}, over in {found.Count(o => o.IsOver)}; ");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"boot storm, {taken}: {told}{wrong} false ({wrong * 1_000 / vmDays:F1} for 1,000 of {vmDays:F0} VM-days), {outcomes.Sum(o => o.Beside)} times saturation or a neighbour told beside it"));
    }

    private static Outcome Play(int seed, string taken)
    {
        Random random = new(seed);
        EstateDefinition estate = EstateGenerator.Generate(new(Hosts, VmsPerHost, seed));
        HostDefinition stormy = estate.Hosts[0];
        VmDefinition[] starting = [.. stormy.Vms.OrderBy(_ => random.Next()).Take(random.Next(6, VmsPerHost + 1))];
        int bootSeconds = random.Next(240, 720);
        if (taken != "the usual mix")
        {
            estate = estate with
            {
                Hosts = [.. estate.Hosts.Select(h => h with { Vms = [.. h.Vms.Select(v => h != stormy ? NeighbourBench.Calm(v)
                    : taken == "crowded without starts" ? NeighbourBench.Noisy(v, "CPU", 2 * h.CpuCount / VmsPerHost)
                    : starting.Contains(v) ? Booting(v, taken, bootSeconds, 2 * h.CpuCount / starting.Length) : NeighbourBench.Calm(v))] })],
            };
        }

        WatchedWorld watched = new(estate, [(0.75, AnomalyWatch.WindowMs)]);
        if (taken is "CPU" or "disk" or "harmless")
        {
            Plan(watched, random, stormy, starting);
        }

        return Watch(watched, stormy.Id, taken);
    }

    // Over the host's loss all of its VMs begin again.
    private static void Plan(WatchedWorld watched, Random random, HostDefinition host, VmDefinition[] starting)
    {
        int way = random.Next(3);
        if (way == 0)
        {
            watched.World.Plan(Noon - TimeSpan.FromMinutes(5), new Fault(FaultKind.HostLoss, Host: host.Name, For: TimeSpan.FromMinutes(5)));
            return;
        }

        foreach (VmDefinition vm in starting)
        {
            VmSelector name = VmSelector.ByName(vm.Name);
            TimeSpan at = Noon + TimeSpan.FromSeconds(random.Next(0, 300));
            if (way == 1)
            {
                watched.World.Plan(Noon - TimeSpan.FromHours(1), new Fault(FaultKind.VmShutdown, name));
            }

            watched.World.Plan(at, new Fault(way == 1 ? FaultKind.VmStart : FaultKind.VmReboot, name));
        }
    }

    private static VmDefinition Booting(VmDefinition vm, string taken, int seconds, int vcpus)
    {
        string boot = taken switch { "CPU" => "100,50,100000,200000", "disk" => "30,50,1000000000,500000000", _ => "12,50,100000,200000" };
        string[] lines = ["seconds,cpu_percent,memory_percent,read_bytes_per_second,write_bytes_per_second", $"0,{boot}", $"{seconds},10,50,100000,200000", "86400,10,50,100000,200000"];
        return WorkloadTrace.TryParse(lines, out WorkloadTrace? trace, out IReadOnlyList<string> errors)
            ? vm with { VcpuCount = taken == "CPU" ? Math.Max(1, vcpus) : vm.VcpuCount, Workload = WorkloadDefinition.Default with { Kind = WorkloadKind.Trace, Trace = trace } }
            : throw new InvalidOperationException(errors[0]);
    }

    private static Outcome Watch(WatchedWorld watched, HostId host, string taken)
    {
        Topology topology = Topology.Of(Enumerable.Range(0, Hosts).Select(watched.World.InventoryOf).Select(i => new TopologyHost(i.Host.Id, i.Host.Name, "", i.Vms, i.Pools)));
        (StormWatch storms, NeighbourWatch neighbours, ScarcityWatch scarcity) = (new(), new(), new());
        Outcome outcome = new(false, null, 0, 0, false, 0);
        while (watched.World.Elapsed < Length)
        {
            watched.Run(watched.World.Elapsed + Window);
            long now = watched.NowUnixMs, window = NeighbourWatch.NewestWindow(now, 0);
            TimeSpan after = watched.World.Elapsed - Noon;
            IReadOnlyList<NeighbourVm> vms = watched.Baselines[0].Neighbours(now, window, topology);
            IReadOnlyList<Storm> judged = StormJudge.Judge(now, watched.Baselines[0].Started(now, window, topology));
            bool isTime = taken is "CPU" or "disk" && after > TimeSpan.Zero && after < TimeSpan.FromHours(2);
            outcome = outcome with { IsWaited = outcome.IsWaited || (isTime && judged.Any(s => s.DoWait && s.Vms[0].Vm.Host == host)) };
            foreach (PeerNews told in storms.Observe(now, judged, scarcity.Places))
            {
                outcome = told.Event.Kind == HostEventKind.HostBootStormEnded ? outcome with { IsOver = isTime }
                    : isTime && told.Host == host ? outcome with { Right = outcome.Right + 1, After = outcome.After ?? after }
                    : outcome with { Wrong = outcome.Wrong + 1 };
            }

            PeerNews[] beside = [.. neighbours.Observe(now, vms, storms.Places), .. scarcity.Observe(now, ScarcityJudge.Judge(vms, neighbours.Blamed.Union(storms.Places).ToHashSet()))];
            outcome = outcome with
            {
                Beside = outcome.Beside + (isTime ? beside.Count(n => n.Event.Kind is HostEventKind.VmNoisyNeighbour or HostEventKind.HostSaturated or HostEventKind.PoolSlow) : 0),
            };
        }

        return outcome;
    }

    private sealed record Outcome(bool IsWaited, TimeSpan? After, int Right, int Wrong, bool IsOver, int Beside);
}
