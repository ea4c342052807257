using System.Globalization;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Simulation.Estates;
using VirtAgents.Simulation.Faults;
using VirtAgents.Simulation.Workloads;

namespace VirtAgents.Benchmarks;

/// <summary>
/// What rules and thresholds, as shipped, find in simulated worlds of 4 hosts with 10 VMs each, one fault in each world: precision and recall
/// by kind of fault, and virtual time until it is an incident and, when the fault ends, until that is told; then false incidents for 1,000 VM-days without a fault. An incident opened after
/// a fault that neither names it nor is part of one that does is false. What users do to their VMs stands beside: all its incidents are false. Counted
/// apart is a VM whose load leaks and that is told to be short of memory. Then the same of patterns, which take hours to show. Arguments: worlds for each kind (100), first seed (1).
/// </summary>
internal static class FaultBench
{
    private const int Hosts = 4, VmsPerHost = 10;
    private static readonly TimeSpan Before = TimeSpan.FromMinutes(20), Watched = TimeSpan.FromMinutes(15), Apart = TimeSpan.FromSeconds(30), Lasts = TimeSpan.FromMinutes(5), Calm = TimeSpan.FromDays(1);

    public static int Run(string[] args)
    {
        int worlds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 100;
        int seed = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1;
        foreach (FaultCase one in FaultCase.All)
        {
            Print(one, Played(seed, worlds, (number, tally) => Play(one, number, tally)), worlds);
        }

        FaultTally calm = Played(seed, worlds, PlayCalm);
        double vmDays = worlds * Hosts * VmsPerHost * Calm.TotalDays;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"no fault for a day: {calm.Wrong} false incidents in {vmDays:F0} VM-days, {calm.Wrong * 1_000 / vmDays:F1} for 1,000{calm.Kinds}; leaking VMs told to be short of memory {calm.Leaks}"));
        PatternsBench.Run(worlds, seed);
        return 0;
    }

    private static FaultTally Played(int seed, int worlds, Action<int, FaultTally> play)
    {
        FaultTally tally = new();
        Parallel.For(seed, seed + worlds, new ParallelOptions { MaxDegreeOfParallelism = 2 }, number => play(number, tally));
        return tally;
    }

    private static void Play(FaultCase one, int seed, FaultTally tally)
    {
        EstateDefinition estate = EstateGenerator.Generate(new(Hosts, VmsPerHost, seed));
        FaultWorld world = new(estate);
        Random random = new(seed);
        world.Run(Before);
        int before = world.Changes.Count;
        FaultCase.Strike strike = one.Make(world, random);

        // Faults do not wait for a whole second.
        TimeSpan wait = TimeSpan.FromMilliseconds(random.Next(1, 60_000));
        long atMs = world.NowMs + (long)wait.TotalMilliseconds;
        for (int i = 0; i < strike.Faults.Count; i++)
        {
            bool ends = FaultNames.CanEnd(strike.Faults[i].Kind) && strike.Faults[i].Kind != FaultKind.ClockSkew;
            world.World.Plan(world.World.Elapsed + wait + (i * Apart), strike.Faults[i] with { For = ends ? Lasts : null });
        }

        world.Run(Watched);
        bool Names(Finding? finding) =>
            finding is not null && one.Found.Contains(finding.Key.Kind) && finding.Key.Element.Id.Contains(strike.Element, StringComparison.Ordinal);
        IncidentChange? told = world.Changes.Skip(before)
            .FirstOrDefault(c => c.Kind is not (IncidentChangeKind.Cleared or IncidentChangeKind.Resolved) && (Names(c.Incident.Root) || Names(c.Finding)));
        long endMs = atMs + (long)Lasts.TotalMilliseconds;
        IncidentChange? over = world.Changes.Skip(before)
            .FirstOrDefault(c => c.AtUnixMs >= endMs && c.Kind is IncidentChangeKind.Cleared or IncidentChangeKind.Resolved && (c.Finding is null ? Names(c.Incident.Root) : Names(c.Finding)));
        tally.See(
            told is null ? null : (told.AtUnixMs - atMs) / 1e3,
            over is null ? null : (over.AtUnixMs - endMs) / 1e3,
            OpenedSince(world, before).Where(i => !Names(i.Root) && !i.Symptoms.Any(Names)),
            Leaking(estate));
    }

    private static void PlayCalm(int seed, FaultTally tally)
    {
        EstateDefinition estate = EstateGenerator.Generate(new(Hosts, VmsPerHost, seed));
        FaultWorld world = new(estate);
        world.Run(Calm);
        tally.See(null, null, world.Changes.Where(c => c.Kind is IncidentChangeKind.Opened or IncidentChangeKind.Reopened).Select(c => c.Incident), Leaking(estate));
    }

    /// <summary>Incidents as they ended; those that became part of others are none.</summary>
    private static IEnumerable<Incident> OpenedSince(FaultWorld world, int change)
    {
        HashSet<Guid> opened = [.. world.Changes.Skip(change).Where(c => c.Kind == IncidentChangeKind.Opened).Select(c => c.Incident.Id)];
        return world.Incidents.Where(i => opened.Contains(i.Id) && i.State != IncidentState.Merged);
    }

    private static HashSet<string> Leaking(EstateDefinition estate) =>
        [.. estate.Hosts.SelectMany(h => h.Vms).Where(v => v.Workload.Kind == WorkloadKind.Leak).Select(v => v.Id.ToString())];

    private static void Print(FaultCase one, FaultTally tally, int worlds)
    {
        string found = "no fault";
        if (one.IsFault)
        {
            double[] seconds = [.. tally.Seconds.Order()];
            double precision = seconds.Length == 0 ? 0 : (double)seconds.Length / (seconds.Length + tally.Wrong);
            string delay = seconds.Length == 0 ? "" : $", told after {Machine.Quantile(seconds, 0.5):F1} s, p95 {Machine.Quantile(seconds, 0.95):F1} s";
            string over = tally.Over.Count == 0 ? "" : $"; end of {tally.Over.Count} told after {Machine.Quantile([.. tally.Over.Order()], 0.5):F1} s";
            found = $"precision {precision:F3}, recall {(double)seconds.Length / worlds:F3}{delay}{over}";
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{one.Name,-30} {found}; false incidents {tally.Wrong}{tally.Kinds}"));
    }
}
