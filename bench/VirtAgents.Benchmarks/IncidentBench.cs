using System.Globalization;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Model;

namespace VirtAgents.Benchmarks;

/// <summary>
/// CPU time of the incident tracker: a pool that all VMs use is lost, told before its VMs and after them, and comes back;
/// the lines of the return are then told once more in vain, as most lines of a healthy fleet are. Each for growing numbers
/// of VMs; of what a symptom costs only the copy of the array of symptoms grows with them. Argument: VMs of the largest (2,000).
/// </summary>
internal static class IncidentBench
{
    private const int VmsPerHost = 20, Rounds = 11;
    private const string Pool = "san";

    public static int Run(string[] args)
    {
        int most = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 2_000;
        foreach (int vms in new[] { 60, 400, most })
        {
            Print($"cause first, {vms} VMs", vms, isCauseFirst: true);
            Print($"cause last, {vms} VMs", vms, isCauseFirst: false);
        }

        return 0;
    }

    private static void Print(string what, int vms, bool isCauseFirst)
    {
        Topology topology = TopologyOf(vms);
        double[] lost = new double[Rounds], back = new double[Rounds], healthy = new double[Rounds];
        for (int round = 0; round < Rounds; round++)
        {
            IncidentTracker tracker = new(Guid.NewGuid);
            lost[round] = Play(tracker, topology, Lines(vms, HostEventKind.PoolFailed, HostEventKind.VmPaused, isCauseFirst, 1_000));
            Verify(tracker.Incidents.Count(i => i.IsActive && i.Symptoms.Length + i.SymptomsLeftOut == vms) == 1, "the loss is one incident with all its VMs");
            back[round] = Play(tracker, topology, Lines(vms, HostEventKind.PoolRestored, HostEventKind.VmResumed, isCauseFirst, 2_000));
            Verify(!tracker.Incidents.Any(i => i.IsActive), "all is well again");
            healthy[round] = Play(tracker, topology, Lines(vms, HostEventKind.PoolRestored, HostEventKind.VmResumed, isCauseFirst, 3_000));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: lost {Machine.Median(lost):F2} ms, back {Machine.Median(back):F2} ms, lines of a healthy fleet {Machine.Median(healthy) * 1_000 / vms:F2} us each (median of {Rounds})"));
    }

    private static double Play(IncidentTracker tracker, Topology topology, FleetEvent[] lines)
    {
        TimeSpan cpu = Machine.Cpu();
        foreach (FleetEvent line in lines)
        {
            tracker.Observe(line, topology, line.ReceivedUnixMs);
        }

        return (Machine.Cpu() - cpu).TotalMilliseconds;
    }

    private static FleetEvent[] Lines(int vms, HostEventKind ofPool, HostEventKind ofVm, bool isCauseFirst, long at)
    {
        FleetEvent pool = new(HostOf(0), "h", new(ofPool, at, Device: Pool), VmState.Unknown, at);
        VmState state = ofVm == HostEventKind.VmPaused ? VmState.Paused : VmState.Running;
        VmStateReason reason = ofVm == HostEventKind.VmPaused ? VmStateReason.IoError : VmStateReason.Unpaused;
        IEnumerable<FleetEvent> each = Enumerable.Range(0, vms)
            .Select(vm => new FleetEvent(HostOf(vm / VmsPerHost), "h", new(ofVm, at, VmOf(vm), $"vm-{vm}", "", state, reason), VmState.Unknown, at));
        return isCauseFirst ? [pool, .. each] : [.. each, pool];
    }

    private static Topology TopologyOf(int vms) => Topology.Of(Enumerable.Range(0, vms / VmsPerHost).Select(host => new TopologyHost(
        HostOf(host), $"h{host}", "rack",
        [.. Enumerable.Range(host * VmsPerHost, VmsPerHost).Select(vm => new VmInfo(vm, VmOf(vm), $"vm-{vm}", "", 2, 1L << 32, [new(vm, "vda", "", Pool)], []))],
        [new(1, Pool, "netfs", "/san")])));

    private static HostId HostOf(int number) => new(new Guid(number + 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0));

    private static VmId VmOf(int number) => new(new Guid(number + 1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0));

    private static void Verify(bool isTrue, string what)
    {
        if (!isTrue)
        {
            throw new InvalidOperationException($"not so: {what}");
        }
    }
}
