namespace VirtAgents.Core.Metrics;

/// <summary>A value of a series, or why there is none at that time.</summary>
/// <param name="Value">The value; without meaning but for its time when it is unknown.</param>
/// <param name="Unknown">Why it is unknown.</param>
public readonly record struct ExplainedValue(WeightedValue Value, UnknownReason Unknown)
{
    /// <summary>Whether there is a value.</summary>
    public bool IsKnown => Unknown == UnknownReason.None;

    /// <summary>The values that are known.</summary>
    public static IEnumerable<WeightedValue> Known(IEnumerable<ExplainedValue> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        foreach (ExplainedValue value in values)
        {
            if (value.IsKnown)
            {
                yield return value.Value;
            }
        }
    }

    /// <summary>No value at a time.</summary>
    public static ExplainedValue Missing(long timeUnixMs, UnknownReason reason) => new(new WeightedValue(timeUnixMs, 0, 1), reason);
}
