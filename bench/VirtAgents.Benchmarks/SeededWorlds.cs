namespace VirtAgents.Benchmarks;

/// <summary>Worlds by their seeds, two at a time.</summary>
internal static class SeededWorlds
{
    /// <summary>What came of each, in the order of their seeds.</summary>
    /// <param name="worlds">How many.</param>
    /// <param name="seed">Seed of the first; each next one has the next.</param>
    /// <param name="play">Plays the world of a seed.</param>
    public static T[] Play<T>(int worlds, int seed, Func<int, T> play)
    {
        var outcomes = new T[worlds];
        Parallel.For(0, worlds, new ParallelOptions { MaxDegreeOfParallelism = 2 }, one => outcomes[one] = play(seed + one));
        return outcomes;
    }
}
