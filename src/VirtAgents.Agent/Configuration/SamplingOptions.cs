namespace VirtAgents.Agent.Configuration;

/// <summary>The two rhythms, and how far the collector may change them.</summary>
internal sealed class SamplingOptions
{
    public TimeSpan FastInterval { get; set; }

    public TimeSpan FastMin { get; set; }

    public TimeSpan FastMax { get; set; }

    public TimeSpan SlowInterval { get; set; }

    public TimeSpan SlowMin { get; set; }

    public TimeSpan SlowMax { get; set; }
}
