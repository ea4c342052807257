using System.Globalization;

namespace VirtAgents.Benchmarks;

/// <summary>
/// What is told of patterns in simulated worlds with a known culprit, and in the same worlds without one: precision, recall, how long it takes, false ones for 1,000
/// VM-days. Arguments: number of worlds of each pattern (20), first seed (1), one pattern (all).
/// </summary>
internal static class PatternsBench
{
    private static readonly (string Name, Action<int, int> Run)[] All =
    [
        ("neighbours", NeighbourBench.Run), ("scarcity", ScarcityBench.Run), ("storms", StormBench.Run), ("leaks", LeakBench.Run),
        ("thrashing", ThrashBench.Of(MemoryShortage.Thrashing)), ("balloon", ThrashBench.Of(MemoryShortage.Starvation)), ("spikes", SpikeBench.Run),
    ];

    public static int Run(string[] args)
    {
        int worlds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 20;
        int seed = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1;
        if (args.Length > 2 && !All.Any(p => p.Name == args[2]))
        {
            Console.Error.WriteLine($"patterns: '{args[2]}' is not allowed; give one of {string.Join(", ", All.Select(p => p.Name))}");
            return 2;
        }

        Run(worlds, seed, args.Length > 2 ? args[2] : null);
        return 0;
    }

    /// <summary>Plays the worlds of one pattern; null = of all.</summary>
    public static void Run(int worlds, int seed, string? only = null)
    {
        foreach ((_, Action<int, int> run) in All.Where(p => only is null || p.Name == only))
        {
            run(worlds, seed);
        }
    }
}
