using System.Buffers;
using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;

namespace VirtAgents.Collector.Tests.Anomalies;

/// <summary>What a collector knows of a VM of 2 vCPUs after it was at about 20 % for some days.</summary>
internal static class LearntVm
{
    /// <summary>Learns windows up to a time, as if on another host that it has left since.</summary>
    public static VmBaseline Until(VmId vm, long untilUnixMs, int windows = 400)
    {
        VmBaselines baselines = new(1);
        AnomalyWatch watch = Teach(baselines, untilUnixMs, windows, (vm, "vm", 20));
        watch.See(untilUnixMs, []);
        return baselines.Find(vm)!;
    }

    /// <summary>Learns windows of VMs that run on one other host, each about as busy as is said.</summary>
    public static AnomalyWatch Teach(VmBaselines baselines, long untilUnixMs, int windows, params (VmId Id, string Name, double CpuPercent)[] vms)
    {
        AnomalyWatch watch = new(new HostId(new Guid(99, 9, 9, new byte[8])), baselines, 0.75);
        FigureTracker figures = new();
        SeenVm[] seen = [.. vms.Select(v => new SeenVm(v.Id, v.Name, VmState.Running, 2))];
        long[] cpu = new long[vms.Length];
        for (int minute = 0; minute <= windows * (AnomalyWatch.WindowMs / 60_000); minute++)
        {
            long time = untilUnixMs - (untilUnixMs % AnomalyWatch.WindowMs) - (windows * AnomalyWatch.WindowMs) + (minute * 60_000L);
            SampleSet samples = new() { TimeUnixMs = time, Tier = SampleTier.Fast };
            SampleTable table = samples.Add(SubjectKind.Vm, [Metric.VmCpuTime]);
            for (int vm = 0; vm < vms.Length; vm++)
            {
                cpu[vm] += (long)(1.2e9 * vms[vm].CpuPercent * (1 + (0.1 * Math.Sin(minute * 12.9898))));
                table.Set(table.AddRow(vm), 0, cpu[vm]);
            }

            figures.Observe(samples, [.. vms.Select(v => new Subject(SubjectKind.Vm, v.Id.Value, ""))]);
            watch.See(time, seen);
            watch.Observe(time, figures);
        }

        return watch;
    }

    /// <summary>
    /// VMs of 2 vCPUs on one host for two hours. Each uses 24 s of CPU in a minute; in the newest four windows it uses and waits as is said of it.
    /// </summary>
    public static void Contend(VmBaselines baselines, long untilUnixMs, params (string Name, int UsedSeconds, int WaitedSeconds)[] vms) => Contend(baselines, untilUnixMs, 0, vms);

    /// <summary>The same of VMs that began to run when is said.</summary>
    public static void Contend(VmBaselines baselines, long untilUnixMs, long startedUnixMs, params (string Name, int UsedSeconds, int WaitedSeconds)[] vms)
    {
        const int Windows = 24, Busy = 20;
        const long Second = 1_000_000_000;
        AnomalyWatch watch = new(new HostId(new Guid(99, 9, 9, new byte[8])), baselines, 0.75);
        FigureTracker figures = new();
        SeenVm[] seen = [.. vms.Select((v, at) => new SeenVm(new VmId(new Guid(at + 1, 8, 8, new byte[8])), v.Name, VmState.Running, 2, "", startedUnixMs))];
        for (int minute = 0; minute <= Windows * 5; minute++)
        {
            int busy = Math.Max(0, minute - (Busy * 5));
            SampleSet samples = new() { TimeUnixMs = untilUnixMs - (untilUnixMs % AnomalyWatch.WindowMs) - (Windows * AnomalyWatch.WindowMs) + (minute * 60_000L), Tier = SampleTier.Fast };
            SampleTable table = samples.Add(SubjectKind.Vm, [Metric.VmCpuTime, Metric.VmCpuDelay]);
            foreach ((int at, (_, int used, int waited)) in vms.Index())
            {
                int row = table.AddRow(at);
                table.Set(row, 0, (((minute - busy) * 24) + (busy * used)) * Second);
                table.Set(row, 1, busy * waited * Second);
            }

            figures.Observe(samples, [.. seen.Select(v => new Subject(SubjectKind.Vm, v.Id.Value, ""))]);
            watch.See(samples.TimeUnixMs, seen);
            watch.Observe(samples.TimeUnixMs, figures);
        }
    }

    public static byte[] StateOf(VmBaseline baseline)
    {
        ArrayBufferWriter<byte> output = new();
        baseline.Write(output);
        return output.WrittenSpan.ToArray();
    }
}
