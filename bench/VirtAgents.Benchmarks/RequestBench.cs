using System.Diagnostics;
using System.Globalization;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Clusters;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Live;
using VirtAgents.Core.Scheduling.Queues;
using VirtAgents.Core.Scheduling.Requests;

namespace VirtAgents.Benchmarks;

/// <summary>
/// One look at waiting requests, as the collector takes it each five seconds: hosts of 64 pCPUs with 20 running VMs each, and as many more VMs that are off and asked for.
/// What the fleet and the database take is not in it. Arguments: open requests (10,000), hosts (100).
/// </summary>
internal static class RequestBench
{
    private const int Rounds = 7, Running = 20;
    private const long Gib = 1L << 30, Now = 1_800_000_000_000;

    public static int Run(string[] args)
    {
        int open = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10_000, hosts = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 100;
        LiveHost[] estate = [.. Enumerable.Range(1, hosts).Select(h => Host(h, (open / hosts) + 1))];
        StartRequest[] requests = [.. estate.SelectMany(h => h.Vms.Skip(Running).Select(v => (Host: h.Info.Id, Vm: v.Info.Id))).Take(open).Select((r, i) => Request(i + 1, r.Host, r.Vm))];
        foreach (string name in QueueDisciplines.Names)
        {
            foreach (Backfilling backfilling in Enum.GetValues<Backfilling>())
            {
                Print(estate, requests, QueuePolicy.Default with { Discipline = QueueDisciplines.Named(name)!, Backfilling = backfilling }, 0);
            }
        }

        Print(estate, requests, QueuePolicy.Default, failover: 2);
        return 0;
    }

    private static void Print(LiveHost[] estate, StartRequest[] requests, QueuePolicy policy, int failover)
    {
        double[] milliseconds = new double[Rounds];
        long bytes = 0;
        int starts = 0;
        for (int round = 0; round < Rounds; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread(), begun = Stopwatch.GetTimestamp();
            starts = Look(estate, requests, policy, failover);
            milliseconds[round] = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
            bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{policy.Discipline.Name}, backfilling {policy.Backfilling}, {failover} hosts may fail: {requests.Length} requests on {estate.Length} hosts, {starts} start; {Machine.Median(milliseconds):F0} ms (median of {Rounds}), {bytes / 1e6:F0} MB allocated"));
    }

    private static int Look(LiveHost[] estate, StartRequest[] requests, QueuePolicy policy, int failover)
    {
        RequestView view = new(
            LiveCluster.Of("c", estate, new ClusterLimits(4, failover), LivePurpose.Placement), estate.ToDictionary(h => h.Info.Id, h => new HostSight(h.Info.Name, null, null, false)),
            estate.SelectMany(h => h.Vms.Select(v => new VmSight(h.Info.Id, v.Info, v.State))).ToLookup(s => s.Info.Id), new Dictionary<Guid, DirectiveNow>(), [], policy, null, Now);
        return RequestJudge.Decide([.. requests.Select(r => RequestFollower.Next(r, view))], [], view).Count(d => d.Action == RequestAction.Start);
    }

    private static LiveHost Host(int number, int waiting) => new(
        new HostInfo(new HostId(new Guid(number, 0, 0, new byte[8])), $"h{number}", "QEMU", 64, 384 * Gib, ""), HostFigures.None,
        [.. Enumerable.Range(1, Running + waiting).Select(v => Vm(number, v, v <= Running ? VmState.Running : VmState.ShutOff))], []);

    private static LiveVm Vm(int host, int number, VmState state) => new(
        new VmInfo(number, new VmId(new Guid(host, (short)number, 1, new byte[8])), $"vm{host}-{number}", $"t{number % 40}", 1 << (number % 3), (1 << (number % 5)) * Gib, [], []), state, VmFigures.None);

    private static StartRequest Request(int number, HostId host, VmId vm) =>
        new(number, vm, host, RequestStage.Waiting, Now - (number * 1_000L)) { EstimateSeconds = number % 3 == 0 ? null : 60 * (1 + (number % 100)), Priority = number % 10 };
}
