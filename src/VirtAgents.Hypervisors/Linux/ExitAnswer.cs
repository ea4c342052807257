namespace VirtAgents.Hypervisors.Linux;

/// <summary>What the kernel says about the end of a process.</summary>
internal enum ExitAnswer
{
    /// <summary>The process has not been collected by its parent yet.</summary>
    NotYet,

    /// <summary>It told the status.</summary>
    Known,

    /// <summary>This kernel never tells.</summary>
    Unsupported,
}
