using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;

namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>Starting, ending and pausing VMs.</summary>
internal static class PowerDirectives
{
    // After a crash of its process a VM is off too. One that was migrated away runs elsewhere: it must never start here.
    private static readonly VmState[] Off = [VmState.ShutOff, VmState.Crashed];

    private static readonly PowerRule StartRule = new(
        false, [.. Off], (vm, order) => vm.Connection.Create(vm.Domain, order.Flag("paused")),
        (vm, order) => vm.Condition.IsAlive && !IsStarting(vm) && vm.Condition.State == (order.Flag("paused") ? VmState.Paused : VmState.Running))
    {
        Effect = vm => vm.Connection.HasManagedSave(vm.Domain) ? "it would go on from its saved memory image" : "it would boot",
        IsUnderWay = IsStarting,
    };

    private static readonly PowerRule DestroyRule = new(
        true, [VmState.Running, VmState.Paused, VmState.ShuttingDown, VmState.Crashed, VmState.PmSuspended],
        (vm, _) => vm.Connection.Destroy(vm.Domain), (vm, _) => IsOff(vm))
    {
        Effect = _ => "it would end at once, and lose what its guest has not written",
    };

    private static readonly PowerRule ShutdownRule = new(
        true, [VmState.Running], (vm, _) => vm.Connection.Shutdown(vm.Domain), (vm, _) => vm.Condition is { IsAlive: false, State: VmState.ShutOff })
    {
        Effect = _ => "its guest would be asked to shut down",
        IsHopeless = vm => !vm.Condition.IsAlive,
    };

    private static readonly PowerRule SuspendRule = new(
        true, [VmState.Running], (vm, _) => vm.Connection.Suspend(vm.Domain),
        (vm, _) => vm.Condition is { State: VmState.Paused, Reason: VmStateReason.UserPaused })
    {
        Effect = _ => "its vCPUs would stop",
        IsHopeless = vm => !vm.Condition.IsAlive,
    };

    private static readonly PowerRule ResumeRule = new(
        true, [VmState.Paused], (vm, _) => vm.Connection.Resume(vm.Domain), (vm, _) => vm.Condition.State == VmState.Running)
    {
        Effect = _ => "its vCPUs would run on",
        Objection = vm => vm.Condition.Reason == VmStateReason.MigrationPause
            ? "the VM is paused by a migration, and may run on another host" : null,
        IsHopeless = vm => !vm.Condition.IsAlive,
    };

    private static readonly PowerRule SaveRule = new(
        true, [VmState.Running, VmState.Paused], (vm, _) => vm.Connection.ManagedSave(vm.Domain),
        (vm, _) => IsOff(vm) && vm.Connection.HasManagedSave(vm.Domain))
    {
        Effect = _ => "its memory would be written to disk and it would end",
        Objection = vm => vm.Connection.IsPersistent(vm.Domain) ? null : "the VM would be forgotten when it ends, so its memory cannot be kept",
        IsHopeless = IsOff,
        GoesOn = (connection, domain) => connection.JobOf(domain) is not null,
    };

    private static readonly PowerRule RestoreRule = new(
        false, [.. Off], (vm, _) => vm.Connection.Create(vm.Domain, paused: false),
        (vm, _) => vm.Condition.State == VmState.Running && !vm.Connection.HasManagedSave(vm.Domain))
    {
        Effect = _ => "it would go on from its saved memory image",
        Objection = vm => vm.Connection.HasManagedSave(vm.Domain) ? null : "the VM has no saved memory image",
        IsUnderWay = IsStarting,
    };

    public static IEnumerable<ControlAction> All(ControlEvents events)
    {
        yield return new PowerAction(DirectiveKind.Start, StartRule);
        yield return new ShutdownAction(ShutdownRule, new PowerAction(DirectiveKind.Destroy, DestroyRule));
        yield return new PowerAction(DirectiveKind.Destroy, DestroyRule);
        yield return new PowerAction(DirectiveKind.Suspend, SuspendRule);
        yield return new PowerAction(DirectiveKind.Resume, ResumeRule);
        yield return new RebootAction(
            DirectiveKind.Reboot, (connection, domain) => connection.Reboot(domain), "its guest would be asked to reboot", events);
        yield return new RebootAction(
            DirectiveKind.Reset, (connection, domain) => connection.Reset(domain), "it would be reset, and lose what its guest has not written", events);
        yield return new PowerAction(DirectiveKind.Save, SaveRule);
        yield return new PowerAction(DirectiveKind.Restore, RestoreRule);
    }

    // libvirt goes on with a start that has begun when the agent dies, and a QEMU that waits for storage may take long.
    private static bool IsStarting(VmView vm) => vm.Condition is { State: VmState.Paused, Reason: VmStateReason.StartingPaused };

    private static bool IsOff(VmView vm) => !vm.Condition.IsAlive;
}
