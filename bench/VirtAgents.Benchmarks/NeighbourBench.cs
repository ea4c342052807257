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
/// Noisy neighbours: 16 VMs on 2 hosts for a day. After half of it one of them takes, for half an hour of each two hours, all CPU that it can get on its host, or
/// much of the disk of a pool that it shares with others. What is told is right when it is told of that one. In worlds of the usual mix, in which any number of VMs are noisy or
/// run jobs, it is right when it is told of one of these.
/// </summary>
internal static class NeighbourBench
{
    private const int Hosts = 2, VmsPerHost = 8;
    private const string Mix = "the usual mix";
    private static readonly TimeSpan Length = TimeSpan.FromDays(1), From = TimeSpan.FromHours(12), Window = TimeSpan.FromMilliseconds(AnomalyWatch.WindowMs);

    public static void Run(int worlds, int seed)
    {
        foreach (string taken in new[] { "CPU", "disk", "nothing", Mix })
        {
            Outcome[] outcomes = SeededWorlds.Play(worlds, seed, one => Play(one, taken));
            (int right, int wrong) = (outcomes.Sum(o => o.Right), outcomes.Sum(o => o.Wrong));
            TimeSpan[] after = [.. outcomes.Where(o => o.After is not null).Select(o => o.After!.Value)];
            string found = after.Length > 0 && taken != Mix
                ? string.Create(CultureInfo.InvariantCulture, $"told in {after.Length} of {worlds} worlds, of {outcomes.Count(o => o.IsFelt)} in which any VM suffers, {Machine.Told(after.Select(a => a.TotalMinutes), "min", "F0")}; ")
                : "";
            double vmDays = worlds * Hosts * VmsPerHost * Length.TotalDays;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"noisy neighbour, {taken}: {found}{right} of {right + wrong} lines right, {wrong} false, {wrong * 1_000 / vmDays:F1} for 1,000 of {vmDays:F0} VM-days"));
        }
    }

    private static Outcome Play(int seed, string taken)
    {
        EstateDefinition estate = EstateGenerator.Generate(new(Hosts, VmsPerHost, seed));
        HashSet<VmId> culprits = taken == Mix
            ? [.. estate.Hosts.SelectMany(h => h.Vms).Where(IsJob).Select(v => v.Id)]
            : [estate.Hosts[0].Vms[seed % VmsPerHost].Id];
        if (taken != Mix)
        {
            estate = estate with { Hosts = [.. estate.Hosts.Select(h => h with { Vms = [.. h.Vms.Select(v => culprits.Contains(v.Id) && taken != "nothing" ? Noisy(v, taken, h.CpuCount) : Calm(v))] })] };
        }

        WatchedWorld watched = new(estate, [(0.75, AnomalyWatch.WindowMs)]);
        if (taken != Mix && !watched.World.TryInject(new Fault(FaultKind.VmReboot, VmSelector.ByName(estate.Hosts[0].Vms[seed % VmsPerHost].Name)), out string problem))
        {
            throw new InvalidOperationException(problem);
        }

        return Watch(watched, culprits, taken switch { Mix => TimeSpan.Zero, "nothing" => Length, _ => From });
    }

    private static Outcome Watch(WatchedWorld watched, HashSet<VmId> culprits, TimeSpan from)
    {
        Topology topology = Topology.Of(Enumerable.Range(0, Hosts).Select(watched.World.InventoryOf).Select(i => new TopologyHost(i.Host.Id, i.Host.Name, "", i.Vms, i.Pools)));
        NeighbourWatch watch = new();
        Outcome outcome = new(null, false, 0, 0);
        while (watched.World.Elapsed < Length)
        {
            watched.Run(watched.World.Elapsed + Window);
            long newest = NeighbourWatch.NewestWindow(watched.NowUnixMs, 0);
            IReadOnlyList<NeighbourVm> vms = watched.Baselines[0].Neighbours(watched.NowUnixMs, newest, topology);
            bool isFelt = watched.World.Elapsed > from && vms.Any(v => !culprits.Contains(v.Id) && NeighbourJudge.Suffers(v));
            outcome = outcome with { IsFelt = outcome.IsFelt || isFelt };
            foreach (PeerNews told in watch.Observe(watched.NowUnixMs, vms, new HashSet<(bool, string)>()).Where(n => n.Event.Kind == HostEventKind.VmNoisyNeighbour))
            {
                outcome = culprits.Contains(told.Event.Vm!.Value) && watched.World.Elapsed > from
                    ? outcome with { Right = outcome.Right + 1, After = outcome.After ?? watched.World.Elapsed - from }
                    : outcome with { Wrong = outcome.Wrong + 1 };
            }
        }

        return outcome;
    }

    private static bool IsJob(VmDefinition vm) => vm.Workload.Kind is WorkloadKind.NoisyNeighbour or WorkloadKind.Batch;

    // The mix has noisy neighbours and jobs of its own, which would be told rightly and counted as wrong.
    internal static VmDefinition Calm(VmDefinition vm) => IsJob(vm) ? vm with { Workload = WorkloadDefinition.Default } : vm;

    /// <summary>A VM that from noon on takes for half an hour of each two hours all CPU that it gets, with as many vCPUs as said, or much of its disk.</summary>
    internal static VmDefinition Noisy(VmDefinition vm, string taken, int vcpus)
    {
        string busy = taken == "CPU" ? "100,50,100000,200000" : "20,50,1000000000,500000000";
        List<string> lines = ["seconds,cpu_percent,memory_percent,read_bytes_per_second,write_bytes_per_second"];
        for (int minutes = 0; minutes < Length.TotalMinutes; minutes += 30)
        {
            bool isBusy = minutes >= From.TotalMinutes && minutes % 120 == 0;
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"{minutes * 60},{(isBusy ? busy : "10,50,100000,200000")}"));
        }

        return WorkloadTrace.TryParse(lines, out WorkloadTrace? trace, out IReadOnlyList<string> errors)
            ? vm with { VcpuCount = taken == "CPU" ? vcpus : vm.VcpuCount, Workload = WorkloadDefinition.Default with { Kind = WorkloadKind.Trace, Trace = trace } }
            : throw new InvalidOperationException(errors[0]);
    }

    /// <summary>What became of a world.</summary>
    /// <param name="After">Time from the beginning of the trouble until it was first told rightly; null = it was not.</param>
    /// <param name="IsFelt">Whether any other VM suffered by the judge's own limits.</param>
    /// <param name="Right">Times it was told of the VM that is to blame.</param>
    /// <param name="Wrong">Times it was told of another one.</param>
    private sealed record Outcome(TimeSpan? After, bool IsFelt, int Right, int Wrong);
}
