namespace VirtAgents.Simulation.Faults;

/// <summary>What a kind of fault is done to.</summary>
public enum FaultTarget
{
    /// <summary>A VM.</summary>
    Vm = 0,

    /// <summary>A host.</summary>
    Host = 1,

    /// <summary>A pool.</summary>
    Pool = 2,

    /// <summary>An interface of a host or of a VM.</summary>
    Interface = 3,
}
