namespace VirtAgents.Agent.Configuration;

/// <summary>Where unacknowledged messages wait, and how many.</summary>
internal sealed class SpoolOptions
{
    public string Path { get; set; } = "";

    public long MaxBytes { get; set; }

    public TimeSpan MaxAge { get; set; }
}
