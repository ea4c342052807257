namespace VirtAgents.Core.Directives;

/// <summary>What a directive asks for. The numbers are stored: never reuse one. Names on the wire are in <see cref="DirectiveCatalogue"/>.</summary>
public enum DirectiveKind
{
    /// <summary>No kind; never carried out.</summary>
    None = 0,

    /// <summary>Start a VM that is shut off; a saved memory image is restored.</summary>
    Start = 1,

    /// <summary>Ask the guest to shut down (ACPI), and after a grace time end it by force when that was ordered.</summary>
    Shutdown = 2,

    /// <summary>End a VM by force. Its guest loses what it has not written.</summary>
    Destroy = 3,

    /// <summary>Ask the guest to reboot.</summary>
    Reboot = 4,

    /// <summary>Reset a VM as by its reset button. Its guest loses what it has not written.</summary>
    Reset = 5,

    /// <summary>Stop the vCPUs; memory stays.</summary>
    Suspend = 6,

    /// <summary>Let the vCPUs of a paused VM run on.</summary>
    Resume = 7,

    /// <summary>Write the memory of a VM to disk and end it; the next start goes on from there.</summary>
    Save = 8,

    /// <summary>Start a VM from its saved memory image; refused when there is none.</summary>
    Restore = 9,

    /// <summary>Set the memory that the balloon leaves to the guest.</summary>
    SetMemory = 20,

    /// <summary>Set the number of vCPUs of a running VM; never fewer than it has.</summary>
    SetVcpus = 21,

    /// <summary>Limit the CPU time of each vCPU.</summary>
    SetCpuQuota = 22,

    /// <summary>Set the weight of a VM in the competition for CPU time.</summary>
    SetCpuShare = 23,

    /// <summary>Bind a vCPU to physical CPUs.</summary>
    Pin = 24,

    /// <summary>Limit operations and bytes per second of a disk.</summary>
    SetDiskLimit = 25,

    /// <summary>Limit bytes per second of an interface.</summary>
    SetNicLimit = 26,

    /// <summary>Set the link of an interface up or down; down is a quarantine.</summary>
    SetLink = 27,

    /// <summary>Create a volume in a pool.</summary>
    CreateVolume = 40,

    /// <summary>Grow a volume.</summary>
    ResizeVolume = 41,

    /// <summary>Delete a volume that no VM uses.</summary>
    DeleteVolume = 42,

    /// <summary>Attach a volume to a VM as a disk.</summary>
    AttachDisk = 43,

    /// <summary>Detach a disk from a VM; the volume stays.</summary>
    DetachDisk = 44,

    /// <summary>Move a running VM to another host.</summary>
    Migrate = 60,

    /// <summary>Define and start a VM here whose host has ended, from the definition that it kept on storage that hosts share.</summary>
    Recover = 61,

    /// <summary>Mark the host as being drained, or not: schedulers place nothing there.</summary>
    SetDrain = 80,
}
