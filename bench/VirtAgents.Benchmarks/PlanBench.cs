using System.Diagnostics;
using System.Globalization;
using VirtAgents.Core.Scheduling.Clusters;
using VirtAgents.Core.Scheduling.Placement;
using VirtAgents.Core.Scheduling.Planning;

namespace VirtAgents.Benchmarks;

/// <summary>
/// Plans beside moving one VM at a time (steepest descent) on clusters drawn from seeds: score, moves, GB, time, what planning
/// the result anew moves, and how often planning from the middle of a plan moves again what it has moved; hosts that consolidation leaves in use; and the time of one placement. With a number: so many seeds.
/// </summary>
internal static class PlanBench
{
    private const int LargestDescent = 100, Placements = 200, Middles = 16;

    public static int Run(string[] args)
    {
        int seeds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1;
        foreach (PlanWorld world in PlanWorld.All)
        {
            for (int seed = 1; seed <= seeds; seed++)
            {
                Balance(world, seed);
            }

            Consolidate(world);
        }

        Place(PlanWorld.All[^1]);
        return 0;
    }

    private static void Balance(PlanWorld world, int seed)
    {
        ClusterSnapshot cluster = world.Build(seed);
        var options = new PlanOptions(PlanGoal.Balance);
        var watch = Stopwatch.StartNew();
        MigrationPlan plan = Planner.Plan(cluster, options);
        double seconds = watch.Elapsed.TotalSeconds;
        int again = Planner.Plan(After(cluster, plan.Moves), options).Moves.Length;
        string beside = "";
        if (world.Hosts <= LargestDescent)
        {
            DescentResult descent = PlanComparison.Descend(cluster);
            beside = Text($"; one VM at a time {descent.Score:F4} by {descent.Moves} moves, {descent.UsedGb:F0} GB: ratio {plan.After.Score / descent.Score:F3}");
        }

        Console.WriteLine(Text($"plan balance, {world.Name}, {cluster.Vms.Length} VMs, seed {seed}: score {plan.Before.Score:F4} to {plan.After.Score:F4} by {plan.Moves.Length} moves, {plan.Moves.Sum(m => m.UsedGb):F0} GB, {seconds:F2} s, planned anew {again} moves{beside}{FromItsMiddle(world, cluster, plan)}"));
    }

    private static void Consolidate(PlanWorld world)
    {
        ClusterSnapshot cluster = world.Build(seed: 1);
        var watch = Stopwatch.StartNew();
        MigrationPlan plan = Planner.Plan(cluster, new PlanOptions(PlanGoal.Consolidate));
        Console.WriteLine(Text($"plan consolidate, {world.Name}: {plan.Before.HostsInUse} to {plan.After.HostsInUse} hosts in use, at least {plan.HostsNeeded}, by {plan.Moves.Length} moves, {watch.Elapsed.TotalSeconds:F2} s"));
    }

    private static void Place(PlanWorld world)
    {
        ClusterSnapshot cluster = world.Build(seed: 1);
        ClusterVm vm = cluster.Vms[0] with { Id = "new", Host = "" };
        Once(cluster, vm);
        var watch = Stopwatch.StartNew();
        Once(cluster, vm);
        double first = watch.Elapsed.TotalMilliseconds;
        var placer = new Placer(cluster);
        watch.Restart();
        for (int i = 0; i < Placements; i++)
        {
            placer.Place(vm);
        }

        Console.WriteLine(Text($"place, {world.Name}, {cluster.Vms.Length} VMs: {first:F1} ms from a snapshot, {watch.Elapsed.TotalMilliseconds / Placements:F3} ms for each further VM"));
    }

    private static void Once(ClusterSnapshot cluster, ClusterVm vm)
    {
        if (new Placer(cluster).Place(vm).Host is null)
        {
            throw new InvalidOperationException("The VM was not placed, so nothing was measured.");
        }
    }

    private static string FromItsMiddle(PlanWorld world, ClusterSnapshot cluster, MigrationPlan plan)
    {
        if (world.Hosts > LargestDescent)
        {
            return "";
        }

        int[] middles = [.. Enumerable.Range(1, Middles).Select(i => i * plan.Moves.Length / (Middles + 1)).Where(m => m > 0).Distinct()];
        return Text($"; from {middles.Length} states in its middle {middles.Count(m => MovesAgain(cluster, [.. plan.Moves.Take(m)]))} plans move a VM again");
    }

    private static bool MovesAgain(ClusterSnapshot cluster, PlannedMove[] done) =>
        Planner.Plan(After(cluster, done), new PlanOptions(PlanGoal.Balance)).Moves.Select(m => m.Vm).Intersect(done.Select(m => m.Vm)).Any();

    private static ClusterSnapshot After(ClusterSnapshot cluster, IEnumerable<PlannedMove> moves)
    {
        var at = moves.ToLookup(m => m.Vm, m => m.To);
        return cluster with { Vms = [.. cluster.Vms.Select(v => at[v.Id].LastOrDefault() is { } to ? v with { Host = to } : v)] };
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
