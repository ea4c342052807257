using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using VirtAgents.Simulation.Estates;

namespace VirtAgents.Benchmarks.Week;

/// <summary>
/// A simulated week of a cluster that grew unevenly, with load that follows the hours, faults and planned reboots: with nobody who balances it, with the obvious balancer, and with
/// the scheduler of the collector under usual policies: balance at all hours, and balance by day with fewer hosts by night. World, seed and faults are the same.
/// Arguments: hosts with 20 VMs each (100), days (7), seed (1), file for a picture (none). Before them may be "ahead": the scheduler is there twice, by what VMs use alone and looking ahead, whose
/// forecasts take longer than all the rest; "shared": no VM has a disk that only its host reaches; and for the policy with nights "night" and a span (22:00-06:00), "imbalance" and the spread of
/// load from which on it balances by day (0.1), "moves" and the most of one plan for fewer hosts (20), and "relieve": it relieves full hosts at all hours.
/// </summary>
internal static class WeekBench
{
    private const int MostHosts = 1_000, MostDays = 60;
    private const double GiB = 1 << 30;

    public static int Run(string[] args)
    {
        if (!WeekPolicies.TryTake(ref args, out WeekPolicies? policies) || !TryNumber(args, 0, "hosts", 100, 2, MostHosts, out int hosts) || !TryNumber(args, 1, "days", 7, 1, MostDays, out int days)
            || !TryNumber(args, 2, "seed", 1, 0, int.MaxValue, out int seed))
        {
            return 2;
        }

        EstateDefinition estate = WeekEstate.Build(hosts, seed, policies.SharesAll);
        WeekFaults faults = WeekFaults.Of(estate, days, seed);
        HostDefinition host = estate.Hosts[0];
        Console.WriteLine(Text(
            $"{hosts} hosts of {host.CpuCount} pCPUs and {host.MemoryBytes / GiB:F0} GiB, {estate.VmCount} VMs, on {WeekEstate.Movable(estate)} hosts all can be moved, {days} days, seed {seed}: {faults.Faults.Count - faults.Drains.Count} steps of faults, {faults.Drains.Count} drained hosts that are rebooted"));
        long started = Stopwatch.GetTimestamp();
        IWeekBalancer[] balancers = [.. policies.Balancers()];
        var results = new (IWeekBalancer Balancer, WeekWorld World)[balancers.Length];
        Parallel.ForEach(Partitioner.Create(Enumerable.Range(0, balancers.Length).Reverse(), EnumerablePartitionerOptions.NoBuffering), new ParallelOptions { MaxDegreeOfParallelism = 2 }, i =>
        {
            results[i] = (balancers[i], new WeekWorld(estate, faults));
            results[i].World.Run(TimeSpan.FromDays(days), balancers[i]);
        });
        Array.ForEach(results, r => Print(r.Balancer, r.World, days));
        using var self = Process.GetCurrentProcess();
        Console.WriteLine(Text(
            $"{Stopwatch.GetElapsedTime(started).TotalSeconds:F0} s, {Machine.Cpu().TotalSeconds:F0} s of CPU, at most {self.PeakWorkingSet64 / GiB * 1024:F0} MiB; load average now {File.ReadAllText("/proc/loadavg").Split(' ')[0]}"));
        if (args.Length > 3)
        {
            File.WriteAllText(args[3], WeekPicture.Of([.. results.Select(r => (r.Balancer.Name, r.World))], days));
        }

        return 0;
    }

    private static void Print(IWeekBalancer balancer, WeekWorld world, int days)
    {
        WeekMeter meter = world.Meter;
        double[] spread = [.. meter.Spread.Select(s => s.Spread).Order()], cpu = [.. meter.Spread.Select(s => s.HighestCpu).Order()];
        IReadOnlyList<WeekMoves.Move> done = world.Moves.Done;
        double vmDays = meter.Vms * days, gib = done.Sum(m => m.Bytes) / GiB;
        (int again, int back) = world.Moves.Again();
        Console.WriteLine(Text($"{balancer.Name}:"));
        Console.WriteLine(Text($"  spread of load {spread.Average():F4} mean, {Machine.Quantile(spread, 0.95):F4} p95, {spread[^1]:F4} max; CPU of the busiest host {cpu.Average():F3} mean, {Machine.Quantile(cpu, 0.95):F3} p95"));
        Console.WriteLine(Text($"  {done.Count} migrations, {world.Moves.Failed} more failed; {gib:F0} GiB; for a VM-day {done.Count / vmDays:F3} and {gib / vmDays:F3} GiB; {again} within an hour of one of the same VM, {back} of them back"));
        Console.WriteLine(Text($"  VMs get less CPU than they want {100 * meter.ShortShare:F3} % of their time, {100 * meter.LostShare:F3} % of what they want; hosts are full {100 * meter.FullShare:F3} % of theirs; VMs are down {100 * meter.DownShare:F3} %"));
        (int worst, double worstShare) = meter.ShortShareByHour.Index().Where(h => !double.IsNaN(h.Item)).MaxBy(h => h.Item);
        Console.WriteLine(Text($"  most in the hour from {worst}:00: {100 * worstShare:F3} %; by hour {string.Join(' ', meter.ShortShareByHour.Select(s => Text($"{100 * s:F3}")))}"));
        double mostEmpty = meter.Spread.GroupBy(s => (int)s.At.TotalHours).Max(g => g.Average(s => s.Empty));
        Console.WriteLine(Text($"  {meter.KilowattHours:F1} kWh, {meter.KilowattHoursOfEmpty:F1} of them by hosts without VMs; {mostEmpty:F1} hosts without VMs in the mean of the hour with most; hosts lost their last VM {meter.Emptied} times; steps of faults that could not be done {meter.Refused}"));
        Console.WriteLine(balancer.Told.Length == 0 ? "  no plans" : $"  {balancer.Told}");
    }

    private static bool TryNumber(string[] args, int at, string name, int usual, int least, int most, out int number)
    {
        number = usual;
        bool isRight = args.Length <= at || (int.TryParse(args[at], NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= least && number <= most);
        if (!isRight)
        {
            Console.Error.WriteLine($"{name} is '{args[at]}', but must be {least} to {most}");
        }

        return isRight;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
