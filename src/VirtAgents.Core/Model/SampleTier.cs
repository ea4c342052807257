namespace VirtAgents.Core.Model;

/// <summary>The two sampling rhythms of an agent. The numbers are part of the wire format.</summary>
public enum SampleTier
{
    /// <summary>Not a tier; never sent.</summary>
    Unspecified = 0,

    /// <summary>Cheap figures read without asking the hypervisor (default every 2 s).</summary>
    Fast = 1,

    /// <summary>Figures that only the hypervisor knows (default every 15 s).</summary>
    Slow = 2,
}
