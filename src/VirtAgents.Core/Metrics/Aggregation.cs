namespace VirtAgents.Core.Metrics;

/// <summary>How the values of a step become one.</summary>
public enum Aggregation
{
    /// <summary>Mean, weighted by what each value stands for (time, requests); of plain values the plain mean.</summary>
    Average = 0,

    /// <summary>Sum of the values.</summary>
    Sum = 1,

    /// <summary>Smallest value.</summary>
    Minimum = 2,

    /// <summary>Greatest value.</summary>
    Maximum = 3,

    /// <summary>Newest value.</summary>
    Last = 4,

    /// <summary>Number of values.</summary>
    Count = 5,

    /// <summary>A percentile by nearest rank: the smallest value that so many percent of the values do not exceed.</summary>
    Percentile = 6,

    /// <summary>Sample standard deviation of the values; nothing for a single value.</summary>
    StandardDeviation = 7,
}
