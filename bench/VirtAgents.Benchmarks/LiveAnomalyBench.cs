using System.Globalization;
using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Model;
using VirtAgents.Simulation.Estates;
using VirtAgents.Simulation.Faults;

namespace VirtAgents.Benchmarks;

/// <summary>
/// What live anomaly detection tells in simulated worlds of 2 hosts with 10 VMs each, by threshold and length of a window: false incidents
/// for 1,000 VM-days while nothing is wrong, after the first day, which is for learning; then faults of an hour on one VM, pool or host after another,
/// how many of them are told and after how long. Arguments: number of worlds (10), days without faults (10), first seed (1).
/// </summary>
internal static class LiveAnomalyBench
{
    private const int Hosts = 2, VmsPerHost = 10, LearningDays = 1;
    private static readonly TimeSpan FaultTime = TimeSpan.FromHours(1), Between = TimeSpan.FromHours(7);
    private static readonly (double Threshold, long WindowMs)[] Watches =
    [
        .. from window in new[] { 60_000L, AnomalyWatch.WindowMs }
           from threshold in new[] { 0.5, 0.6, 0.65, 0.7, 0.75, 0.8 }
           select (threshold, window),
    ];

    public static int Run(string[] args)
    {
        int worlds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10;
        int days = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 10;
        int seed = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 1;
        Tally[] tallies = [.. Watches.Select(_ => new Tally())];
        Parallel.For(seed, seed + worlds, new ParallelOptions { MaxDegreeOfParallelism = 2 }, one => Play(one, TimeSpan.FromDays(days), tallies));
        double vmDays = worlds * Hosts * VmsPerHost * (days - LearningDays);
        foreach ((Tally tally, (double threshold, long window)) in tallies.Zip(Watches))
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"window {window / 60_000} min, threshold {threshold:F2}: {tally.False * 1_000 / vmDays:F1} false incidents for 1,000 of {vmDays} VM-days; {tally.Faults()}"));
        }

        return 0;
    }

    private static void Play(int seed, TimeSpan calm, Tally[] tallies)
    {
        WatchedWorld watched = new(EstateGenerator.Generate(new(Hosts, VmsPerHost, seed)), Watches);
        watched.Run(calm);
        lock (tallies)
        {
            for (int i = 0; i < tallies.Length; i++)
            {
                tallies[i].False += Began(watched, i).Count();
            }
        }

        foreach ((string name, Fault fault, HashSet<VmId> victims) in FaultsOf(watched, seed))
        {
            // Faults do not wait for the begin of a window.
            watched.Run(watched.World.Elapsed + TimeSpan.FromSeconds(30 * (seed % 10)));
            TimeSpan from = watched.World.Elapsed;
            if (!watched.World.TryInject(fault with { For = FaultTime }, out string problem))
            {
                throw new InvalidOperationException(problem);
            }

            watched.Run(from + Between);
            lock (tallies)
            {
                for (int i = 0; i < tallies.Length; i++)
                {
                    tallies[i].Add(name, Began(watched, i).Where(t => t.At > from && t.At <= from + FaultTime && victims.Contains(t.Event.Vm!.Value)).Select(t => t.At - from));
                }
            }
        }
    }

    private static IEnumerable<(TimeSpan At, HostEvent Event)> Began(WatchedWorld watched, int watch) =>
        watched.Told[watch].Where(t => t.Event.Kind == HostEventKind.VmUnusual);

    private static IEnumerable<(string Name, Fault Fault, HashSet<VmId> Victims)> FaultsOf(WatchedWorld watched, int seed)
    {
        Inventory[] hosts = [.. Enumerable.Range(0, Hosts).Select(watched.World.InventoryOf)];
        VmInfo vm = hosts[0].Vms[seed % VmsPerHost];
        yield return ("link of a VM down", new(FaultKind.LinkDown, VmSelector.ByName(vm.Name)), [vm.Id]);
        yield return ("local pool 10 times as slow", new(FaultKind.DiskSlow, Host: hosts[1].Host.Name, Pool: "local"), Users(hosts[1..], "local"));
        yield return ("shared pool 3 times as slow", new(FaultKind.DiskSlow, Pool: "shared-01", Factor: 3), Users(hosts, "shared-01"));
        yield return ("link of a host down", new(FaultKind.LinkDown, Host: hosts[1].Host.Name), [.. hosts[1].Vms.Select(v => v.Id)]);
    }

    private static HashSet<VmId> Users(IEnumerable<Inventory> hosts, string pool) =>
        [.. hosts.SelectMany(h => h.Vms).Where(v => v.Disks.Any(d => d.Pool == pool)).Select(v => v.Id)];

    /// <summary>What one watch told in all worlds.</summary>
    private sealed class Tally
    {
        private readonly SortedDictionary<string, (int Faults, List<double> Minutes)> _faults = new(StringComparer.Ordinal);

        public int False { get; set; }

        public void Add(string name, IEnumerable<TimeSpan> told)
        {
            (int faults, List<double> minutes) = _faults.TryGetValue(name, out (int, List<double>) known) ? known : (0, []);
            minutes.AddRange(told.Take(1).Select(t => t.TotalMinutes));
            _faults[name] = (faults + 1, minutes);
        }

        public string Faults() => string.Join("; ", _faults.Select(f => string.Create(
            CultureInfo.InvariantCulture,
            $"{f.Key}: {f.Value.Minutes.Count} of {f.Value.Faults}{(f.Value.Minutes.Count > 0 ? $", median {Machine.Median(f.Value.Minutes):F0} min" : "")}")));
    }
}
