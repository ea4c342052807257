namespace VirtAgents.Agent.Configuration;

/// <summary>Where the VMs are.</summary>
internal enum HypervisorChoice
{
    /// <summary>Libvirt when it is there, else an error that says what to do; never a simulation.</summary>
    Auto = 0,

    /// <summary>Libvirt, also while it cannot be reached.</summary>
    Libvirt = 1,

    /// <summary>A made-up estate, for trying and testing.</summary>
    Simulated = 2,
}
