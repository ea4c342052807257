namespace VirtAgents.Simulation.Faults;

/// <summary>Whether a step that was asked for was done.</summary>
public enum InjectionVerdict
{
    /// <summary>It was done.</summary>
    Done = 0,

    /// <summary>It is a step, but cannot be carried out now (pausing a VM that is off).</summary>
    Refused = 1,

    /// <summary>It is not a step of this world.</summary>
    Invalid = 2,
}
