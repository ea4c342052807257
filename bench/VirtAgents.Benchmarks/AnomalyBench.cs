using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Simulation.Estates;

namespace VirtAgents.Benchmarks;

/// <summary>
/// What a point of a series costs the anomaly detector, in CPU, allocation and memory, alone, with the signals of a VM and with 19
/// together, over so many detectors that their state does not stay in the caches; and what the sums of a tick cost. With paths: scores of recorded series with other figures.
/// </summary>
internal static class AnomalyBench
{
    private const int Detectors = 2_000, Points = 500, Rounds = 5;
    private const long StepMs = 300_000;

    public static int Run(string[] args)
    {
        if (args.Length > 0)
        {
            return AnomalyVariant.Run(args);
        }

        Measure(signals: 1);
        Measure(VmSignals.Count);
        Measure(signals: 19);
        MeasureSums();
        MeasureMemory();
        return 0;
    }

    private static void Measure(int signals)
    {
        int detectors = Detectors / signals;
        long before = GC.GetAllocatedBytesForCurrentThread();
        AnomalyDetector[] fleet = [.. Enumerable.Range(0, detectors).Select(_ => new AnomalyDetector(signals))];
        double bytes = (double)(GC.GetAllocatedBytesForCurrentThread() - before) / detectors / signals;
        double[] values = Values(signals);
        long time = Feed(fleet, signals, values, 0, out _); // compiled; samples, profiles and records full
        double[] nanoseconds = new double[Rounds];
        long alarms = 0;
        before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < Rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            time = Feed(fleet, signals, values, time, out long found);
            nanoseconds[round] = watch.Elapsed.TotalNanoseconds / ((double)detectors * signals * Points);
            alarms += found;
        }

        double allocated = (double)(GC.GetAllocatedBytesForCurrentThread() - before) / ((double)Rounds * detectors * signals * Points);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"anomalies: {signals} signals in each of {detectors} detectors: {Machine.Median(nanoseconds):F0} ns per point (median of {Rounds}, {nanoseconds.Min():F0} to {nanoseconds.Max():F0}), {allocated:F3} bytes allocated per point, {bytes:F0} bytes per series, {Kept(fleet[0]) / signals} bytes kept across restarts, {alarms} alarms"));
    }

    // All that is kept of a VM: its signals, its leak, swapping, spikes, and what others may suffer from.
    private static void MeasureMemory()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        VmBaseline[] fleet = [.. Enumerable.Range(0, Detectors).Select(_ => new VmBaseline())];
        double bytes = (double)(GC.GetAllocatedBytesForCurrentThread() - before) / fleet.Length;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"memory: {bytes:F0} bytes for a VM"));
    }

    // 100 VMs of a host; a fast tick and a slow one, each added as often as 1,000 of them.
    private static void MeasureSums()
    {
        WatchedWorld watched = new(EstateGenerator.Generate(new(1, 100)), []);
        watched.Run(TimeSpan.FromMinutes(5));
        foreach (SampleTier tier in new[] { SampleTier.Fast, SampleTier.Slow })
        {
            (FigureTracker figures, VmInfo[] vms) = watched.Newest(tier);
            VmSums sums = new();
            double[] nanoseconds = new double[Rounds];
            for (int round = 0; round < Rounds; round++)
            {
                var watch = Stopwatch.StartNew();
                for (int i = 0; i < 1_000; i++)
                {
                    Array.ForEach(vms, vm => figures.AddTo(vm.Id, vm.VcpuCount, sums));
                }

                nanoseconds[round] = watch.Elapsed.TotalNanoseconds / (1_000.0 * vms.Length);
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"sums: {Machine.Median(nanoseconds):F0} ns for a VM and a tick of the tier {tier} (median of {Rounds})"));
        }
    }

    private static long Feed(AnomalyDetector[] fleet, int signals, double[] values, long time, out long alarms)
    {
        alarms = 0;
        for (int point = 0; point < Points; point++, time += StepMs)
        {
            for (int i = 0; i < fleet.Length; i++)
            {
                alarms += fleet[i].Observe(time, values.AsSpan(((point * 31) + (i * 17)) % (values.Length - signals), signals)).IsAlarm ? 1 : 0;
            }
        }

        return time;
    }

    // Heavy tails, so that every path is taken.
    private static double[] Values(int signals)
    {
        var random = new Random(7);
        return [.. Enumerable.Range(0, 100_000 + signals).Select(i => 50 + (20 * Math.Sin(i * Math.Tau / 288)) + Math.Pow(random.NextDouble(), -0.3))];
    }

    private static int Kept(AnomalyDetector detector)
    {
        var output = new ArrayBufferWriter<byte>();
        detector.Write(output);
        return output.WrittenCount;
    }
}
