using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using VirtAgents.Core.Scheduling.Consolidation;

namespace VirtAgents.Benchmarks;

/// <summary>
/// What the consolidation policy makes of a day of load, and how much of that is luck: of the day itself, of its VMs in other
/// orders (so that each gets another model), of half of them, of the day begun at noon, and with each figure of the policy moved
/// by 25 percent. Argument: a file as virtctl consolidate reads it, packed or not; without one a generated day of 1,000 VMs.
/// </summary>
internal static class ConsolidationBench
{
    private const int Steps = 288;

    public static int Run(string[] args)
    {
        double[][] vms = args.Length > 0 ? Read(args[0]) : Generated(1_000);
        Print("the day", vms, ConsolidationTuning.Shipped);
        for (int seed = 1; seed <= 5; seed++)
        {
            Print($"other order {seed}", Shuffled(vms, seed), ConsolidationTuning.Shipped);
        }

        Print("half of the VMs", Shuffled(vms, 6)[..(vms.Length / 2)], ConsolidationTuning.Shipped);
        Print("begun at noon", [.. vms.Select(vm => vm[(vm.Length / 2)..].Concat(vm[..(vm.Length / 2)]).ToArray())], ConsolidationTuning.Shipped);
        foreach ((string name, ConsolidationTuning tuning) in Variants())
        {
            Print(name, vms, tuning);
        }

        return 0;
    }

    private static IEnumerable<(string Name, ConsolidationTuning Tuning)> Variants()
    {
        ConsolidationTuning s = ConsolidationTuning.Shipped;
        foreach (double by in new[] { 0.75, 1.25 })
        {
            yield return ($"recent weight x {by}", s with { RecentWeight = s.RecentWeight * by });
            yield return ($"long weight x {by}", s with { LongWeight = s.LongWeight * by });
            yield return ($"recent part x {by}", s with { RecentPart = s.RecentPart * by });
            yield return ($"error weight x {by}", s with { ErrorWeight = s.ErrorWeight * by });
            yield return ($"prior deviation x {by}", s with { PriorDeviation = s.PriorDeviation * by });
            yield return ($"overload deviations x {by}", s with { OverloadDeviations = s.OverloadDeviations * by });
            yield return ($"target deviations x {by}", s with { TargetDeviations = s.TargetDeviations * by });
            yield return ($"drain deviations x {by}", s with { DrainDeviations = s.DrainDeviations * by });
            yield return ($"steps between drains x {by}", s with { StepsBetweenDrains = (int)Math.Round(s.StepsBetweenDrains * by) });
        }
    }

    private static void Print(string what, double[][] vms, ConsolidationTuning tuning)
    {
        double[][] steps = [.. Enumerable.Range(0, vms[0].Length).Select(step => vms.Select(vm => vm[step]).ToArray())];
        var watch = Stopwatch.StartNew();
        ConsolidationReplay replay = ConsolidationReplay.TryRun(steps, tuning) ?? throw new InvalidOperationException("The VMs do not fit.");
        ConsolidationFigures figures = replay.Figures;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: {vms.Length} VMs, {figures.KilowattHours:F2} kWh, {figures.Migrations} migrations, overloaded {100 * figures.OverloadedRatio:F2} %, lost {100 * figures.LostRatio:F4} %, violation {100 * figures.ViolationRatio:F6} %, {figures.MeanHosts:F1} hosts; {watch.Elapsed.TotalMilliseconds:F0} ms"));
    }

    private static double[][] Shuffled(double[][] vms, int seed)
    {
        double[][] shuffled = [.. vms];
        new Random(seed).Shuffle(shuffled);
        return shuffled;
    }

    private static double[][] Read(string path)
    {
        using FileStream file = File.OpenRead(path);
        using var reader = new StreamReader(path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file);
        List<double[]> vms = [];
        while (reader.ReadLine() is { } line)
        {
            vms.Add([.. line.Split(',').Select(cell => double.Parse(cell, CultureInfo.InvariantCulture))]);
        }

        return [.. vms];
    }

    // A level for each VM with a day's wave and bursts: most are nearly idle, a few are busy.
    private static double[][] Generated(int count)
    {
        var random = new Random(7);
        return [.. Enumerable.Range(0, count).Select(_ => Vm(random))];
    }

    private static double[] Vm(Random random)
    {
        double level = 25 * Math.Pow(random.NextDouble(), 2);
        double phase = random.NextDouble();
        double[] percents = new double[Steps];
        double burst = 0;
        for (int step = 0; step < Steps; step++)
        {
            burst = random.NextDouble() < 0.02 ? 60 * random.NextDouble() : 0.7 * burst;
            double wave = 1 + (0.4 * Math.Sin(Math.Tau * (((double)step / Steps) + (0.2 * phase))));
            percents[step] = Math.Clamp(Math.Round((level * wave * (0.6 + (0.8 * random.NextDouble()))) + burst), 0, 100);
        }

        return percents;
    }
}
