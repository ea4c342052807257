using System.Globalization;
using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Model;
using VirtAgents.Simulation.Estates;
using VirtAgents.Simulation.Workloads;

namespace VirtAgents.Benchmarks;

/// <summary>
/// What the comparison with peers tells in simulated worlds of 6 hosts with 20 VMs each, in which one VM does something else than its
/// peers from the beginning: how many of those told are that one, each VM counted once, and after how long, by the distance that counts. Arguments: number of worlds
/// (20), hours (24), first seed (1).
/// </summary>
internal static class PeerBench
{
    private const int Hosts = 6, VmsPerHost = 20;
    private static readonly double[] Scores = [3.5, 6, 8, 10, 12, 15];
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(10);
    private static readonly (string Name, Func<WorkloadDefinition, WorkloadDefinition> Change)[] Misbehaviours =
    [
        ("CPU", w => w with { Kind = WorkloadKind.Constant, CpuPercent = 98 }),
        ("memory", w => w with { Kind = WorkloadKind.Constant, MemoryPercent = w.MemoryPercent > 60 ? 25 : 97 }),
        ("disk 3 times", w => w with { ReadBytesPerSecond = w.ReadBytesPerSecond * 3, WriteBytesPerSecond = w.WriteBytesPerSecond * 3 }),
        ("network 3 times", w => w with { ReceiveBytesPerSecond = w.ReceiveBytesPerSecond * 3, TransmitBytesPerSecond = w.TransmitBytesPerSecond * 3 }),
    ];

    public static int Run(string[] args)
    {
        int worlds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 20;
        double hours = args.Length > 1 ? double.Parse(args[1], CultureInfo.InvariantCulture) : 24;
        int seed = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 1;
        List<(double Score, string Name, bool IsTrue, double Hours)> told = [];
        Parallel.For(seed, seed + worlds, new ParallelOptions { MaxDegreeOfParallelism = 2 }, one => Play(one, TimeSpan.FromHours(hours), told));
        foreach (double score in Scores)
        {
            (double Score, string Name, bool IsTrue, double Hours)[] at = [.. told.Where(t => t.Score == score)];
            string found = string.Join(", ", Misbehaviours.Select((m, i) =>
                $"{m.Name} {at.Count(t => t.IsTrue && t.Name == m.Name)} of {Enumerable.Range(seed, worlds).Count(s => s % Misbehaviours.Length == i)}"));
            string after = at.Any(t => t.IsTrue) ? string.Create(CultureInfo.InvariantCulture, $", median after {Machine.Median(at.Where(t => t.IsTrue).Select(t => t.Hours)):F1} h") : "";
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"distance {score:F1}: {at.Count(t => t.IsTrue)} of {worlds} found ({found}){after}; {at.Count(t => !t.IsTrue)} others told in {worlds * Hosts * VmsPerHost * hours / 24:F0} VM-days"));
        }

        return 0;
    }

    private static void Play(int seed, TimeSpan until, List<(double Score, string Name, bool IsTrue, double Hours)> told)
    {
        (string name, Func<WorkloadDefinition, WorkloadDefinition> change) = Misbehaviours[seed % Misbehaviours.Length];
        EstateDefinition estate = EstateGenerator.Generate(new(Hosts, VmsPerHost, seed));
        VmDefinition one = Pick(estate, seed);
        WatchedWorld watched = new(WithChanged(estate, one, change), [(0.75, AnomalyWatch.WindowMs)]);
        PeerWatch[] watches = [.. Scores.Select(s => new PeerWatch(s))];
        HashSet<(double Score, VmId? Vm)> known = [];
        while (watched.World.Elapsed < until)
        {
            watched.Run(watched.World.Elapsed + Period);
            IReadOnlyList<PeerVm> peers = watched.Baselines[0].Peers(watched.NowUnixMs);
            for (int i = 0; i < watches.Length; i++)
            {
                foreach (PeerNews news in watches[i].Observe(watched.NowUnixMs, peers).Where(n => n.Event.Kind == HostEventKind.VmUnlikePeers))
                {
                    if (!known.Add((Scores[i], news.Event.Vm)))
                    {
                        continue;
                    }

                    lock (told)
                    {
                        told.Add((Scores[i], name, news.Event.Vm == one.Id, watched.World.Elapsed.TotalHours));
                    }
                }
            }
        }
    }

    // One of a role that has peers enough, drawn by the seed.
    private static VmDefinition Pick(EstateDefinition estate, int seed)
    {
        VmDefinition[] all = [.. estate.Hosts.SelectMany(h => h.Vms)];
        VmDefinition[] withPeers = [.. all.GroupBy(v => Role.Of(v.Tenant, v.Name)).Where(g => g.Count() > PeerComparison.LeastPeers).SelectMany(g => g)];
        return withPeers[seed * 7_919 % withPeers.Length];
    }

    private static EstateDefinition WithChanged(EstateDefinition estate, VmDefinition one, Func<WorkloadDefinition, WorkloadDefinition> change) => estate with
    {
        Hosts = [.. estate.Hosts.Select(h => h with { Vms = [.. h.Vms.Select(v => v.Id == one.Id ? v with { Workload = change(v.Workload) } : v)] })],
    };
}
