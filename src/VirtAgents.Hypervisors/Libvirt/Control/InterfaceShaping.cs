namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>How the interfaces of VMs can be limited on a host.</summary>
internal enum InterfaceShaping
{
    /// <summary>libvirt does it, both ways.</summary>
    Libvirt,

    /// <summary>By a token bucket on the tap: only what the VM receives.</summary>
    Tap,

    /// <summary>Not at all.</summary>
    None,
}
