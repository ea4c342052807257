using System.Globalization;
using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Detection.Patterns;
using VirtAgents.Core.Model;
using VirtAgents.Simulation.Estates;
using VirtAgents.Simulation.Faults;
using VirtAgents.Simulation.Workloads;

namespace VirtAgents.Benchmarks;

/// <summary>
/// Memory leaks: 20 VMs on 2 hosts for 4 days. Memory of one leaks from some hour of the second or third day on until it is full 3 to 20 hours later; that of 4 each fills
/// after the boot, has a rhythm of a day, is taken by jobs; of the others it stays.
/// </summary>
internal static class LeakBench
{
    private const int Hosts = 2, VmsPerHost = 10, OfEach = 4;
    private static readonly TimeSpan Length = TimeSpan.FromDays(4), Window = TimeSpan.FromMilliseconds(AnomalyWatch.WindowMs);

    public static void Run(int worlds, int seed)
    {
        foreach (bool leaks in new[] { true, false })
        {
            Outcome[] outcomes = SeededWorlds.Play(worlds, seed, one => Play(one, leaks));
            Print(leaks, outcomes);
        }
    }

    private static void Print(bool leaks, Outcome[] outcomes)
    {
        double vmDays = outcomes.Length * Hosts * VmsPerHost * Length.TotalDays;
        string[] wrong = [.. outcomes.SelectMany(o => o.False)];
        Outcome[] found = [.. outcomes.Where(o => o.After is not null)];
        string right = leaks && found.Length > 0
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"precision {found.Length / Math.Max(1.0, found.Length + wrong.Length):F3}, recall {found.Length / (double)outcomes.Length:F3} ({found.Length} of {outcomes.Length}), told {Machine.Told(found.Select(o => o.After!.Value.TotalHours), "h", "F1")}, {Machine.Median(found.Select(o => o.Before.TotalHours)):F1} h before it is full, which the interval holds {found.Count(o => o.Holds)} times; ")
            : "";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"memory leak{(leaks ? "" : ", none there")}: {right}{wrong.Length} false ({string.Join(", ", wrong.GroupBy(w => w).Select(g => $"{g.Key} {g.Count()}"))}), {wrong.Length * 1_000 / vmDays:F1} for 1,000 of {vmDays:F0} VM-days"));
    }

    private static Outcome Play(int seed, bool leaks)
    {
        Random random = new(seed);
        (WorkloadDefinition leak, TimeSpan from, TimeSpan full) = MemoryCourse.Leak(random, Length);
        EstateDefinition estate = EstateGenerator.Generate(new(Hosts, VmsPerHost, seed));
        VmDefinition[] vms = [.. estate.Hosts.SelectMany(h => h.Vms).OrderBy(_ => random.Next())];
        Dictionary<VmId, WorkloadDefinition> changed = vms.Select((vm, i) => (vm.Id, WorkloadOf(random, vm, i))).ToDictionary();
        if (leaks)
        {
            changed[vms[^1].Id] = leak;
        }

        estate = estate with { Hosts = [.. estate.Hosts.Select(h => h with { Vms = [.. h.Vms.Select(v => v with { Workload = changed[v.Id] })] })] };
        WatchedWorld watched = new(estate, [(0.75, AnomalyWatch.WindowMs)]);
        foreach (VmDefinition vm in vms)
        {
            Boot(watched, vm);
        }

        return Watch(watched, leaks ? vms[^1].Id : null, from, full, vms.Select((vm, i) => (vm.Id, NameOf(i))).ToDictionary());
    }

    // Traces begin with the boot, and the VMs of a new world have been up for a while.
    private static void Boot(WatchedWorld watched, VmDefinition vm)
    {
        if (!watched.World.TryInject(new Fault(FaultKind.VmReboot, VmSelector.ByName(vm.Name)), out string problem))
        {
            throw new InvalidOperationException(problem);
        }
    }

    // No other leaks: those that the mix has are steady instead.
    private static WorkloadDefinition WorkloadOf(Random random, VmDefinition vm, int number) => number switch
    {
        < OfEach => MemoryCourse.Fill(random, Length),
        < 2 * OfEach => MemoryCourse.Day(random, Length),
        < 3 * OfEach => MemoryCourse.Jobs(random, Length),
        _ => vm.Workload.Kind == WorkloadKind.Leak ? vm.Workload with { Kind = WorkloadKind.Constant } : vm.Workload,
    };

    private static string NameOf(int number) => number switch { < OfEach => "fills", < 2 * OfEach => "day", < 3 * OfEach => "jobs", _ => "other" };

    private static Outcome Watch(WatchedWorld watched, VmId? leaking, TimeSpan from, TimeSpan full, Dictionary<VmId, string> names)
    {
        Outcome outcome = new(null, default, false, []);
        for (int seen = 0; watched.World.Elapsed < Length; seen = watched.Told[0].Count)
        {
            watched.Run(watched.World.Elapsed + Window);
            foreach ((TimeSpan at, HostEvent told) in watched.Told[0].Skip(seen).Where(t => t.Event.Kind == HostEventKind.VmMemoryLeak))
            {
                bool isRight = told.Vm == leaking && at > from && at < full;
                LeakVerdict verdict = watched.Baselines[0].Find(told.Vm!.Value)!.NewestLeak;
                double left = (full - at).TotalHours;
                outcome = !isRight ? outcome with { False = [.. outcome.False, names[told.Vm.Value]] }
                    : outcome.After is null ? outcome with { After = at - from, Before = full - at, Holds = verdict.EarliestHours <= left && left <= (verdict.LatestHours ?? double.MaxValue) }
                    : outcome;
            }
        }

        return outcome;
    }

    private sealed record Outcome(TimeSpan? After, TimeSpan Before, bool Holds, string[] False);
}
