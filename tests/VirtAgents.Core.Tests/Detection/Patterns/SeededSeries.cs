namespace VirtAgents.Core.Tests.Detection.Patterns;

/// <summary>Random numbers that are the same at each run.</summary>
internal static class SeededSeries
{
    /// <summary>Independent, normal, with mean 0 and standard deviation 1.</summary>
    public static double[] Normal(int seed, int count)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))];
    }

    /// <summary>Each is a part of the one before and a normal step: wanders around 0 with standard deviation 1.</summary>
    public static double[] Wandering(int seed, int count, double memory)
    {
        double[] values = Normal(seed, count);
        for (int i = 1; i < count; i++)
        {
            values[i] = (memory * values[i - 1]) + (Math.Sqrt(1 - (memory * memory)) * values[i]);
        }

        return values;
    }
}
