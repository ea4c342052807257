namespace VirtAgents.Core.Model;

/// <summary>What a sample is about. The numbers are part of the wire format and of the store: never reuse one.</summary>
public enum SubjectKind
{
    /// <summary>Not a subject; never sent.</summary>
    Unspecified = 0,

    /// <summary>The host itself.</summary>
    Host = 1,

    /// <summary>One VM.</summary>
    Vm = 2,

    /// <summary>One disk of a VM, named by its target (<c>vda</c>).</summary>
    VmDisk = 3,

    /// <summary>One interface of a VM, named by its MAC address.</summary>
    VmInterface = 4,

    /// <summary>One storage pool of a host, named as the hypervisor names it.</summary>
    Pool = 5,

    /// <summary>One block device of the host.</summary>
    HostDisk = 6,

    /// <summary>One physical or bridge interface of the host.</summary>
    HostInterface = 7,

    /// <summary>The agent process itself.</summary>
    Agent = 8,

    /// <summary>One volume of a storage pool, named by pool and volume (<see cref="VolumeInfo.DeviceOf"/>).</summary>
    Volume = 9,
}
