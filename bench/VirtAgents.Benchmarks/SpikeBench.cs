using System.Globalization;
using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Model;
using VirtAgents.Simulation.Estates;
using VirtAgents.Simulation.Faults;
using VirtAgents.Simulation.Workloads;

namespace VirtAgents.Benchmarks;

/// <summary>
/// Periodic spikes: 20 VMs on 2 hosts for 3 days. From some hour of the first day on the CPU of one spikes each 20 minutes to 8 hours, up to 2 minutes sooner or later, until hour 54. Of the others 4 each
/// spike at random times, have a rhythm of a day, or wander; the rest is the usual mix, without jobs and noisy neighbours, which have periods of their own.
/// </summary>
internal static class SpikeBench
{
    private const int Hosts = 2, VmsPerHost = 10, OfEach = 4;
    private static readonly TimeSpan Length = TimeSpan.FromDays(3), End = TimeSpan.FromHours(54), Window = TimeSpan.FromMilliseconds(AnomalyWatch.WindowMs);

    public static void Run(int worlds, int seed)
    {
        foreach (bool spikes in new[] { true, false })
        {
            Outcome[] outcomes = SeededWorlds.Play(worlds, seed, one => Play(one, spikes));
            Print(spikes, outcomes);
        }
    }

    private static void Print(bool spikes, Outcome[] outcomes)
    {
        double vmDays = outcomes.Length * Hosts * VmsPerHost * Length.TotalDays;
        Outcome[] found = [.. outcomes.Where(o => o.AfterSpikes is not null)];
        string[] wrong = [.. outcomes.SelectMany(o => o.False)];
        string right = !spikes ? "" : string.Create(
            CultureInfo.InvariantCulture,
            $"precision {found.Length / Math.Max(1.0, found.Length + wrong.Length):F3}, recall {found.Length / (double)outcomes.Length:F3} ({found.Length} of {outcomes.Length}), told {Machine.Told(found.Select(o => o.AfterSpikes!.Value), "periods", "F1")}, over within 3 periods of the last in {found.Count(o => o.IsOver)}; periods of those not told {string.Join(", ", outcomes.Where(o => o.AfterSpikes is null).Select(o => $"{o.Period.TotalMinutes:0} min"))}; ");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"periodic spikes{(spikes ? "" : ", none there")}: {right}{wrong.Length} false ({string.Join(", ", wrong.GroupBy(w => w).Select(g => $"{g.Key} {g.Count()}"))}), {wrong.Length * 1_000 / vmDays:F1} for 1,000 of {vmDays:F0} VM-days"));
    }

    private static Outcome Play(int seed, bool spikes)
    {
        Random random = new(seed);
        TimeSpan period = TimeSpan.FromMinutes(20 * Math.Pow(24, random.NextDouble())), from = TimeSpan.FromHours(4 + (8 * random.NextDouble()));
        EstateDefinition estate = EstateGenerator.Generate(new(Hosts, VmsPerHost, seed));
        VmDefinition[] vms = [.. estate.Hosts.SelectMany(h => h.Vms).OrderBy(_ => random.Next())];
        Dictionary<VmId, WorkloadDefinition> changed = vms.Select((vm, i) => (vm.Id, WorkloadOf(random, vm, i))).ToDictionary();
        if (spikes)
        {
            TimeSpan length = TimeSpan.FromMinutes(Math.Min(45, (0.1 + (0.2 * random.NextDouble())) * period.TotalMinutes) + 4);
            TimeSpan[] starts = [.. Enumerable.Range(0, 300).Select(i => from + (i * period) + TimeSpan.FromMinutes((4 * random.NextDouble()) - 2)).Where(s => s < End)];
            changed[vms[^1].Id] = Spiking(random, starts, length);
        }

        estate = estate with { Hosts = [.. estate.Hosts.Select(h => h with { Vms = [.. h.Vms.Select(v => v with { Workload = changed[v.Id] })] })] };
        WatchedWorld watched = new(estate, [(0.75, AnomalyWatch.WindowMs)]);
        foreach (VmDefinition vm in vms)
        {
            // Traces begin with the boot, and the VMs of a new world have been up for a while.
            if (!watched.World.TryInject(new Fault(FaultKind.VmReboot, VmSelector.ByName(vm.Name)), out string problem))
            {
                throw new InvalidOperationException(problem);
            }
        }

        watched.Run(Length);
        return Judge(watched.Told[0], spikes ? vms[^1].Id : null, from, period, vms.Select((vm, i) => (vm.Id, NameOf(i))).ToDictionary());
    }

    private static Outcome Judge(List<(TimeSpan At, HostEvent Event)> told, VmId? spiking, TimeSpan from, TimeSpan period, Dictionary<VmId, string> names)
    {
        Outcome outcome = new(period, null, false, []);
        foreach ((TimeSpan at, HostEvent line) in told.Where(t => t.Event.Kind is HostEventKind.VmPeriodicSpikes or HostEventKind.VmPeriodicSpikesEnded))
        {
            bool isRight = line.Vm == spiking && at > from;
            outcome = line.Kind == HostEventKind.VmPeriodicSpikesEnded
                ? outcome with { IsOver = outcome.IsOver || (isRight && at > End - Window && at < End + (3 * period) + TimeSpan.FromMinutes(30)) }
                : !isRight || at > End + period ? outcome with { False = [.. outcome.False, names[line.Vm!.Value]] }
                : outcome with { AfterSpikes = outcome.AfterSpikes ?? (at - from) / period };
        }

        return outcome;
    }

    private static WorkloadDefinition WorkloadOf(Random random, VmDefinition vm, int number) => number switch
    {
        < OfEach => Spiking(random, [.. Enumerable.Range(0, 40).Select(_ => Length * random.NextDouble()).Order()], TimeSpan.FromMinutes(5 + (20 * random.NextDouble()))),
        < 2 * OfEach => Trace(random, t => 40 - (35 * Math.Cos(2 * Math.PI * t.TotalDays))),
        < 3 * OfEach => Wandering(random),
        _ => vm.Workload.Kind is WorkloadKind.Batch or WorkloadKind.NoisyNeighbour ? WorkloadDefinition.Default : vm.Workload,
    };

    private static string NameOf(int number) => number switch { < OfEach => "random", < 2 * OfEach => "day", < 3 * OfEach => "wanders", _ => "other" };

    private static WorkloadDefinition Spiking(Random random, TimeSpan[] starts, TimeSpan length)
    {
        (double low, double high) = (10 + (20 * random.NextDouble()), 60 + (40 * random.NextDouble()));
        return Trace(random, t => Array.Exists(starts, s => t >= s && t < s + length) ? high : low);
    }

    private static WorkloadDefinition Wandering(Random random)
    {
        double wander = 0;
        return Trace(random, _ => 45 + (wander = (0.99 * wander) + (6 * (random.NextDouble() - 0.5))));
    }

    // A row each minute, with noise of 2 points either way.
    private static WorkloadDefinition Trace(Random random, Func<TimeSpan, double> percent)
    {
        List<string> lines = ["seconds,cpu_percent,memory_percent,read_bytes_per_second,write_bytes_per_second"];
        for (TimeSpan at = TimeSpan.Zero; at < Length; at += TimeSpan.FromMinutes(1))
        {
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"{at.TotalSeconds:0},{Math.Clamp(percent(at) + (4 * random.NextDouble()) - 2, 0, 100):F2},50,100000,200000"));
        }

        return WorkloadTrace.TryParse(lines, out WorkloadTrace? trace, out IReadOnlyList<string> errors)
            ? WorkloadDefinition.Default with { Kind = WorkloadKind.Trace, Trace = trace }
            : throw new InvalidOperationException(errors[0]);
    }

    private sealed record Outcome(TimeSpan Period, double? AfterSpikes, bool IsOver, string[] False);
}
