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
        AnomalyWatch watch = new(new HostId(new Guid(99, 9, 9, new byte[8])), baselines, 0.75);
        FigureTracker figures = new();
        long cpu = 0;
        for (int minute = 0; minute <= windows * (AnomalyWatch.WindowMs / 60_000); minute++)
        {
            long time = untilUnixMs - (untilUnixMs % AnomalyWatch.WindowMs) - (windows * AnomalyWatch.WindowMs) + (minute * 60_000L);
            cpu += (long)(24e9 * (1 + (0.1 * Math.Sin(minute * 12.9898))));
            SampleSet samples = new() { TimeUnixMs = time, Tier = SampleTier.Fast };
            SampleTable table = samples.Add(SubjectKind.Vm, [Metric.VmCpuTime]);
            table.Set(table.AddRow(0), 0, cpu);
            figures.Observe(samples, [new Subject(SubjectKind.Vm, vm.Value, "")]);
            watch.See(time, [new SeenVm(vm, "vm", VmState.Running, 2)]);
            watch.Observe(time, figures);
        }

        watch.See(untilUnixMs, []);
        return baselines.Find(vm)!;
    }

    public static byte[] StateOf(VmBaseline baseline)
    {
        ArrayBufferWriter<byte> output = new();
        baseline.Write(output);
        return output.WrittenSpan.ToArray();
    }
}
