using System.Globalization;
using VirtAgents.Core.Model;
using VirtAgents.Simulation;
using VirtAgents.Simulation.Estates;

namespace VirtAgents.Benchmarks;

/// <summary>
/// Cost of a simulated world of 100 hosts with 20 VMs each: stepping alone, and stepping with every host sampled as an
/// agent does (fast tier each 2 s, slow tier each 15 s). Virtual seconds per CPU-second say how far ahead of time it runs.
/// Argument: number of hosts (100).
/// </summary>
internal static class SimulationBench
{
    private const int VmsPerHost = 20, Seconds = 300, Rounds = 5;

    public static int Run(string[] args)
    {
        int hosts = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 100;
        Print("step", hosts, [.. Enumerable.Range(0, Rounds).Select(_ => Play(hosts, sample: false))]);
        Print("step and sample", hosts, [.. Enumerable.Range(0, Rounds).Select(_ => Play(hosts, sample: true))]);
        return 0;
    }

    private static Measured Play(int hosts, bool sample)
    {
        World world = new(EstateGenerator.Generate(new(hosts, VmsPerHost)), DateTimeOffset.UnixEpoch);
        SampleSet[] samples = [.. Enumerable.Range(0, hosts).Select(_ => new SampleSet())];
        SampleAll(world, samples, SampleTier.Slow);
        long before = CpuTimeOfFirst(world);
        long rows = 0;
        TimeSpan cpu = Machine.Cpu();
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        for (int second = 1; second <= Seconds; second++)
        {
            world.Step(TimeSpan.FromSeconds(1));
            rows += sample && second % 2 == 0 ? SampleAll(world, samples, SampleTier.Fast) : 0;
            rows += sample && second % 15 == 0 ? SampleAll(world, samples, SampleTier.Slow) : 0;
        }

        Measured measured = new(Machine.Cpu() - cpu, GC.GetTotalAllocatedBytes(precise: true) - allocated);
        Verify(world, before, sample ? rows : null);
        return measured;
    }

    private static long SampleAll(World world, SampleSet[] samples, SampleTier tier)
    {
        long rows = 0;
        for (int host = 0; host < samples.Length; host++)
        {
            samples[host].Reset();
            world.Sample(host, tier, samples[host]);
            rows += samples[host].Find(SubjectKind.Vm)!.RowCount;
        }

        return rows;
    }

    /// <summary>A run that did no work would be the quickest of all.</summary>
    private static void Verify(World world, long before, long? rows)
    {
        long expected = ((Seconds / 2) + (Seconds / 15)) * world.HostCount * VmsPerHost;
        if (world.Elapsed != TimeSpan.FromSeconds(Seconds) || CpuTimeOfFirst(world) <= before || (rows is long told && told != expected))
        {
            throw new InvalidOperationException($"the world did not do its work: {world.Elapsed}, {rows} rows of VMs, expected {expected}");
        }
    }

    private static long CpuTimeOfFirst(World world)
    {
        SampleSet samples = new();
        world.Sample(0, SampleTier.Fast, samples);
        return samples.Find(SubjectKind.Vm)!.Get(0, Metric.VmCpuTime) ?? throw new InvalidOperationException("the first VM has no CPU time");
    }

    private static void Print(string what, int hosts, Measured[] rounds)
    {
        double ahead = Machine.Median(rounds.Select(r => Seconds / r.Cpu.TotalSeconds));
        double allocated = Machine.Median(rounds.Select(r => (double)r.Allocated / Seconds));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: {ahead:F0} virtual seconds per CPU-second for {hosts} hosts of {VmsPerHost} VMs (median of {rounds.Length}), {allocated:F0} bytes allocated per second of virtual time"));
    }

    private readonly record struct Measured(TimeSpan Cpu, long Allocated);
}
