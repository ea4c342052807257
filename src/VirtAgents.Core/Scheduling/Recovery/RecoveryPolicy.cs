using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Control;

namespace VirtAgents.Core.Scheduling.Recovery;

/// <summary>What becomes of the VMs of a host that a person has confirmed to be off.</summary>
/// <param name="Mode">Observe: nothing; recommend: it is told where they would be started; auto: they are started. Approve is none of its modes, as the confirmation is the approval.</param>
/// <param name="MaxPerHost">VMs that may be on their way up on one host at the same time; 1 to 100.</param>
public sealed record RecoveryPolicy(ScheduleMode Mode, int MaxPerHost)
{
    /// <summary>Nothing is started.</summary>
    public static RecoveryPolicy None { get; } = new(ScheduleMode.Observe, 2);

    /// <summary>Only VMs whose name fits this glob; empty = any.</summary>
    public string Vm { get; init; } = "";

    /// <summary>Only VMs of tenants that fit this glob; empty = any.</summary>
    public string Tenant { get; init; } = "";

    /// <summary>Whether it is about a VM.</summary>
    public bool IsAbout(VmInfo vm)
    {
        ArgumentNullException.ThrowIfNull(vm);
        return (Vm.Length == 0 || new NameGlob(Vm).Matches(vm.Name)) && (Tenant.Length == 0 || new NameGlob(Tenant).Matches(vm.Tenant));
    }
}
