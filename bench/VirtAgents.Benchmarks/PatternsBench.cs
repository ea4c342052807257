using System.Globalization;

namespace VirtAgents.Benchmarks;

/// <summary>
/// What is told of patterns in simulated worlds with a known culprit, and in the same worlds without one: precision, recall, how long it takes, false ones for 1,000
/// VM-days. Arguments: number of worlds of each pattern (20), first seed (1).
/// </summary>
internal static class PatternsBench
{
    public static int Run(string[] args)
    {
        int worlds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 20;
        int seed = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1;
        NeighbourBench.Run(worlds, seed);
        ScarcityBench.Run(worlds, seed);
        LeakBench.Run(worlds, seed);
        return 0;
    }
}
