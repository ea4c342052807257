namespace VirtAgents.Core.Metrics;

/// <summary>What is told of steps without a value.</summary>
public enum GapFill
{
    /// <summary>Nothing: they are left out.</summary>
    None = 0,

    /// <summary>That there is none.</summary>
    Null = 1,

    /// <summary>The newest value before, for at most <see cref="StepGrid.HoldMs"/>; then that there is none.</summary>
    Previous = 2,
}
