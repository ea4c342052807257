using System.Collections.Immutable;
using System.Globalization;
using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Simulation.Control;
using VirtAgents.Simulation.Estates;
using VirtAgents.Simulation.Faults;
using VirtAgents.Simulation.Workloads;

namespace VirtAgents.Benchmarks;

/// <summary>
/// Thrashing and balloons that starve: 20 VMs on 2 hosts for a day. For half an hour to three hours one wants 95 to 105 % of its memory, or its balloon takes what it uses, or what it does not need. Of the others 4 each use up to 92 % all the time,
/// want all memory for 4 minutes of each hour, have a rhythm of a day, or jobs; the rest is the usual mix without leaks, which thrash at their end.
/// </summary>
internal static class ThrashBench
{
    private const int Hosts = 2, VmsPerHost = 10, OfEach = 4;
    private static readonly TimeSpan Length = TimeSpan.FromDays(1), Window = TimeSpan.FromMilliseconds(AnomalyWatch.WindowMs);

    public static Action<int, int> Of(MemoryShortage pattern) => (worlds, seed) =>
    {
        foreach (string by in pattern.Causes.Concat(pattern.Harmless))
        {
            Outcome[] outcomes = SeededWorlds.Play(worlds, seed, one => Play(one, pattern, by));
            Print(pattern, by, outcomes);
        }
    };

    private static void Print(MemoryShortage pattern, string by, Outcome[] outcomes)
    {
        double vmDays = outcomes.Length * Hosts * VmsPerHost * Length.TotalDays;
        Outcome[] found = [.. outcomes.Where(o => o.After is not null)];
        string[] wrong = [.. outcomes.SelectMany(o => o.False)];
        string right = !pattern.Causes.Contains(by) ? "" : string.Create(
            CultureInfo.InvariantCulture,
            $"precision {found.Length / Math.Max(1.0, found.Length + wrong.Length):F3}, recall {found.Length / (double)outcomes.Length:F3} ({found.Length} of {outcomes.Length}), told {Machine.Told(found.Select(o => o.After!.Value.TotalMinutes), "min", "F0")}, over within 25 min of its end in {found.Count(o => o.IsOver)}, balloon named in {found.Count(o => o.IsBalloonNamed)}, room of the host in {found.Count(o => o.IsRoomNamed)}; ");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{pattern.Name} by {by}: {right}{wrong.Length} false ({string.Join(", ", wrong.GroupBy(w => w).Select(g => $"{g.Key} {g.Count()}"))}), {wrong.Length * 1_000 / vmDays:F1} for 1,000 of {vmDays:F0} VM-days"));
    }

    private static Outcome Play(int seed, MemoryShortage pattern, string by)
    {
        Random random = new(seed);
        (TimeSpan from, TimeSpan length) = (TimeSpan.FromHours(4 + (15 * random.NextDouble())), TimeSpan.FromHours(0.5 + (2.5 * random.NextDouble())));
        double wanted = MemoryShortage.Wanted(by, random);
        EstateDefinition estate = EstateGenerator.Generate(new(Hosts, VmsPerHost, seed));
        VmDefinition[] vms = [.. estate.Hosts.SelectMany(h => h.Vms).OrderBy(_ => random.Next())];
        Dictionary<VmId, WorkloadDefinition> changed = vms.Select((vm, i) => (vm.Id, WorkloadOf(random, vm, i))).ToDictionary();
        VmDefinition thrashing = vms[^1];
        if (by != MemoryShortage.Nothing)
        {
            changed[thrashing.Id] = Trace(random, t => by == MemoryShortage.Programs && (t < from || t >= from + length) ? 60 : wanted);
        }

        estate = estate with { Hosts = [.. estate.Hosts.Select(h => h with { Vms = [.. h.Vms.Select(v => v with { Workload = changed[v.Id] })] })] };
        WatchedWorld watched = new(estate, [(0.75, AnomalyWatch.WindowMs)]);
        foreach (VmDefinition vm in vms)
        {
            // Traces begin with the boot, and the VMs of a new world have been up for a while.
            Require(watched.World.TryInject(new Fault(FaultKind.VmReboot, VmSelector.ByName(vm.Name)), out string problem), problem);
        }

        int host = Array.FindIndex([.. estate.Hosts], h => h.Vms.Any(v => v.Id == thrashing.Id));
        return Watch(watched, pattern, by, host, thrashing, from, from + length, vms.Select((vm, i) => (vm.Id, NameOf(i))).ToDictionary());
    }

    private static Outcome Watch(WatchedWorld watched, MemoryShortage pattern, string by, int host, VmDefinition thrashing, TimeSpan from, TimeSpan to, Dictionary<VmId, string> names)
    {
        Outcome outcome = new(null, false, false, false, []);
        for (int seen = 0; watched.World.Elapsed < Length; seen = watched.Told[0].Count)
        {
            TimeSpan next = watched.World.Elapsed + Window;
            if (by is MemoryShortage.Balloon or MemoryShortage.SpareBalloon && ((watched.World.Elapsed < from && next >= from) || (watched.World.Elapsed < to && next >= to)))
            {
                SetBalloon(watched, host, thrashing, next >= to ? 1 : 0.65);
            }

            watched.Run(next);
            foreach ((TimeSpan at, HostEvent told) in watched.Told[0].Skip(seen).Where(t => t.Event.Kind == pattern.Began || t.Event.Kind == pattern.Ended))
            {
                bool isRight = pattern.Causes.Contains(by) && told.Vm == thrashing.Id && at > from - Window && at < to + TimeSpan.FromMinutes(25);
                outcome = told.Kind == pattern.Ended ? outcome with { IsOver = outcome.IsOver || (isRight && at > to - Window) }
                    : !isRight ? outcome with { False = [.. outcome.False, names[told.Vm!.Value]] }
                    : outcome with { After = outcome.After ?? at - from, IsBalloonNamed = told.Evidence.Contains(" its balloon", StringComparison.Ordinal), IsRoomNamed = told.Evidence.Contains("its host has what it is lacking", StringComparison.Ordinal) };
            }
        }

        return outcome;
    }

    private static void SetBalloon(WatchedWorld watched, int host, VmDefinition vm, double part)
    {
        string bytes = ((long)(vm.MemoryBytes * part)).ToString(CultureInfo.InvariantCulture);
        OrderVerdict verdict = watched.World.Control.Begin(
            host,
            new DirectiveOrder(Guid.NewGuid(), 1, long.MaxValue, DirectiveKind.SetMemory, vm.Id, ImmutableSortedDictionary<string, string>.Empty.Add("memory_bytes", bytes), "", false));
        Require(verdict.IsPossible, verdict.ToString());
    }

    private static void Require(bool isDone, string problem)
    {
        if (!isDone)
        {
            throw new InvalidOperationException(problem);
        }
    }

    private static WorkloadDefinition WorkloadOf(Random random, VmDefinition vm, int number) => number switch
    {
        < OfEach => Trace(random, _ => 91),
        < 2 * OfEach => Trace(random, t => t.Minutes is >= 20 and < 24 ? 105 : 60),
        < 3 * OfEach => MemoryCourse.Day(random, Length),
        < 4 * OfEach => Jobs(random),
        _ => vm.Workload.Kind == WorkloadKind.Leak ? vm.Workload with { Kind = WorkloadKind.Constant } : vm.Workload,
    };

    // Those of leaks use up to 96 %, which does thrash.
    private static WorkloadDefinition Jobs(Random random)
    {
        (double phase, double height) = (4 * random.NextDouble(), 10 + (42 * random.NextDouble()));
        return Trace(random, t => (t.TotalHours + phase) % 4 < 1.5 ? 40 + height : 40);
    }

    private static string NameOf(int number) => number switch { < OfEach => "nearly full", < 2 * OfEach => "short", < 3 * OfEach => "day", < 4 * OfEach => "jobs", _ => "other" };

    // A row each minute, with noise of a point either way.
    private static WorkloadDefinition Trace(Random random, Func<TimeSpan, double> percent)
    {
        List<string> lines = ["seconds,cpu_percent,memory_percent,read_bytes_per_second,write_bytes_per_second"];
        for (TimeSpan at = TimeSpan.Zero; at < Length; at += TimeSpan.FromMinutes(1))
        {
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"{at.TotalSeconds:0},20,{Math.Clamp(percent(at) + random.NextDouble() - 0.5, 0, 100):F2},100000,200000"));
        }

        return WorkloadTrace.TryParse(lines, out WorkloadTrace? trace, out IReadOnlyList<string> errors)
            ? WorkloadDefinition.Default with { Kind = WorkloadKind.Trace, Trace = trace }
            : throw new InvalidOperationException(errors[0]);
    }

    private sealed record Outcome(TimeSpan? After, bool IsOver, bool IsBalloonNamed, bool IsRoomNamed, string[] False);
}
