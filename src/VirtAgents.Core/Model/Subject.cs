namespace VirtAgents.Core.Model;

/// <summary>
/// What a series is about, independent of any agent's dictionary. Subjects of VMs do not carry the host:
/// their history follows the VM.
/// </summary>
/// <param name="Kind">What it is.</param>
/// <param name="Owner">UUID of the VM for VM, VmDisk and VmInterface; UUID of the host for everything else.</param>
/// <param name="Device">Disk target, MAC address, pool, <c>pool/volume</c> or device name; empty for VM, Host and Agent.</param>
public sealed record Subject(SubjectKind Kind, Guid Owner, string Device)
{
    /// <summary>Whether the subject belongs to a VM and follows it from host to host.</summary>
    public bool FollowsVm => Kind is SubjectKind.Vm or SubjectKind.VmDisk or SubjectKind.VmInterface;
}
