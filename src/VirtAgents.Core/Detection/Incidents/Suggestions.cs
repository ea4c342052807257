using VirtAgents.Core.Detection.Patterns;
using static VirtAgents.Core.Detection.Incidents.FindingKind;

namespace VirtAgents.Core.Detection.Incidents;

/// <summary>What could be done about an incident. Nothing that destroys, and nothing at all to what cannot be seen.</summary>
internal static class Suggestions
{
    private const string Start = "start", Resume = "resume", SetDrain = "set_drain", SetMemory = "set_memory";

    /// <summary>What fits an incident as it stands; null when there is nothing to do.</summary>
    /// <param name="root">Its root.</param>
    /// <param name="standingStill">VMs of it that stand still for a disk.</param>
    /// <param name="crashed">VMs of it that crashed and have not been started.</param>
    public static Suggestion? For(Finding root, int standingStill, int crashed) => root.Key.Kind switch
    {
        _ when !root.IsActive => AfterRoot(standingStill, crashed),
        VmCrashed => new(Start, "The VM is off since it crashed: start it."),
        VmPanicked when crashed > 0 => new(Start, "The VM is off since its operating system panicked: start it."),
        VmPanicked => Look("Look at the console of the VM, keep a dump of its memory if one is wanted, then reset it."),
        VmPausedByIoError => Look("Look at the storage of the VM's disks. Once it answers, resume the VM; before that it would only stop again."),
        VmPausedForSpace => Look("Free space below the VM's disks first, then resume the VM."),
        VmIoErrors => Look("Look at the storage of the disk; the VM goes on, its data may be at risk."),
        VmBootLoop => Look("Look at the console of the VM: it does not get through its boot, and starting it again does not help."),
        VmGuestHung => Look("Look at its console. A guest that has come to a stand seldom goes on; what it had not written is lost with a reset, so keep what you need to find out why first ('virsh dump')."),
        VmRunsTwice => Look("Stop the one that is not to run at once, by hand ('virsh destroy' on its host): if both write to the same disks these are being destroyed. Then undefine it there and check the file systems."),
        VmStartsTwice => Look("Undefine it on the host where it is off ('virsh undefine'), or take autostart from it there ('virsh autostart --disable'), before that host boots."),
        VmHung => Look("Look at the storage of the VM and at its process on the host; a process that waits for storage goes on by itself."),
        PoolFull => Look($"Free space in the pool or enlarge it first{Then(standingStill)}."),
        PoolFillsSoon => Look("Free space in the pool or enlarge it before it is full; 'virtctl pools --volumes' lists what is in it."),
        PoolFillsWithinHours => Look("Free space in the pool or enlarge it now, or stop what fills it; 'virtctl pools --volumes' lists what is in it. VMs stand still when it is full."),
        PoolFailed => Look($"Bring the pool back{Then(standingStill)}."),
        PoolSuspected => Look($"Look at the pool: its VMs fail together though nobody tells that it does. Bring it back{Then(standingStill)}."),
        HostTroubled => new(SetDrain, "Have nothing more placed on the host, and look at its kernel log and hardware."),
        FindingKind.HostSilent => Look("Look at the host by its console or power control. Start its VMs elsewhere only when it is certain to be off."),
        HostLost => Look("Look at the host by its console or power control. That nobody sees it is no proof that it is off, so start its VMs elsewhere only when you have switched it off; nothing is started by itself."),
        HostPartitioned => Look("Look at the network between the collector and the host. Its VMs run on: start none of them elsewhere."),
        AgentDead => Look("Look at the agent's service on the host and start it. The machine runs, and so may its VMs."),
        AgentLost => Look("Look whether the agent runs on the host; its VMs may run on all the same."),
        HypervisorLost => Look("Look at the hypervisor's service on the host and restart it; its VMs run on meanwhile."),
        VmOutOfSight => Look("Look at the host of the VM; nothing is known of the VM, so leave it as it is."),
        SamplesMissing => Look("Look at the network between host and collector, and at the disk of the agent's spool."),
        ClockJumped => Look("Look at the time service of the host."),
        DiskSlow => Look("Look at the disk: its health, and what else loads it."),
        ThresholdWarning or ThresholdError => Look("Look at the figure over the last days: whether it grows, comes at certain hours, or came at once."),
        VmMemoryLeak => Look("Look at which process of the VM takes the memory. Restarting that process or the VM at an hour of your choice gains time; more memory delays the end only."),
        VmThrashing => Look("Give it more memory, or have its programs use less. Where the evidence says that its balloon leaves it less than it may have, enlarge the balloon first."),
        VmBalloonStarved => Feed(HostRooms.Read(root.Evidence)),
        VmPeriodicSpikes => Look("Look at what runs on the VM at these times; nothing may be wrong. Where others of its host wait then, run it at other times."),
        VmNoisyNeighbour => Look("Throttle it, or move it, or those who wait, to another host or pool; the evidence names them."),
        FindingKind.HostSaturated => Look("Move VMs to hosts with less load; 'virtctl plan --live --goal balance' tells which."),
        FindingKind.HostBootStorm => Look("Wait: it ends when the VMs have booted. If it comes again, start them one after the other, or on several hosts."),
        PoolSlow => Look("Look at the pool: its health, what else loads it, and whether its VMs together want more than it gives."),
        VmUnlikePeers => Look("Compare the figure with that of its peers over the last days, and what differs between them; nothing may be wrong."),
        VmUnusual => Look("Look at the figure over the last days, and at what was changed on the VM; nothing may be wrong."),
        FailoverRoomShort => Look("Add memory or a host, bring back a host that is drained, or stop VMs that can wait: until then some VMs stay down when a host fails."),
        InterfaceDown => Look("Look at the cable, the switch port and who set the interface down."),
        _ => null,
    };

    private static Suggestion Feed(HostRoom room) => room switch
    {
        HostRoom.Enough => new(SetMemory, "The host has the memory: enlarge the balloon of the VM, up to its maximum."),
        HostRoom.Lacking => Look("Its host has not what the VM needs: move it, or others, to a host with more room, or free memory of the host first; then enlarge the balloon of the VM."),
        _ => Look("Look what its host has free. If that is enough, enlarge the balloon of the VM; if not, move it, or others, to a host with more room."),
    };

    private static Suggestion? AfterRoot(int standingStill, int crashed) =>
        standingStill > 0 ? new(Resume, $"The cause is gone and {Count(standingStill)} still: resume {Them(standingStill)}.")
        : crashed > 0 ? new(Start, $"The cause is gone and {Them(crashed)} may be started again.")
        : null;

    private static string Then(int standingStill) => standingStill > 0 ? $", then resume what stands still ({standingStill} VM{(standingStill > 1 ? "s" : "")})" : "";

    private static string Count(int standingStill) => standingStill == 1 ? "1 VM stands" : $"{standingStill} VMs stand";

    private static string Them(int count) => count == 1 ? "it" : $"all {count}";

    private static Suggestion Look(string text) => new("", text);
}
