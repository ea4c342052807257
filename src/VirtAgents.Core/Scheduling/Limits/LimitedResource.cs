namespace VirtAgents.Core.Scheduling.Limits;

/// <summary>What the collector limits. The numbers are stored: never reuse one.</summary>
public enum LimitedResource
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>What an interface of a VM sends, bytes per second.</summary>
    NetworkOut = 1,

    /// <summary>What an interface of a VM receives, bytes per second.</summary>
    NetworkIn = 2,

    /// <summary>CPU time of a VM, percent of one pCPU for each vCPU.</summary>
    Cpu = 3,

    /// <summary>Operations of a disk of a VM each second.</summary>
    DiskOperations = 4,

    /// <summary>What is read from and written to a disk of a VM, bytes per second.</summary>
    DiskBytes = 5,
}
