namespace VirtAgents.Agent.Configuration;

/// <summary>One thing that is wrong with the configuration, for the operator.</summary>
/// <param name="Key">The key as it was written, or the file.</param>
/// <param name="Value">The value as it was given; null when there is none to show.</param>
/// <param name="Problem">What is wrong and what is allowed.</param>
/// <param name="Source">Where it was said.</param>
internal sealed record ConfigurationError(string Key, string? Value, string Problem, string Source)
{
    public override string ToString() => Value is null ? $"{Key}: {Problem} ({Source})" : $"{Key} = \"{Value}\": {Problem} ({Source})";
}
