using VirtAgents.Core.Directives;
using static VirtAgents.Core.Directives.DirectiveKind;

namespace VirtAgents.Cli.Directives;

/// <summary>The short forms below "vm".</summary>
internal static class VmVerbs
{
    public static IReadOnlyList<VmVerb> All { get; } =
    [
        new("start", Start, "Starts a VM that is shut off; one that was saved goes on where it was.", [Flag("--paused", Start, "paused", "With its vCPUs stopped.")], ("virtctl vm start web-1 --wait", "start it and wait until it runs")),
        new(
            "stop", Shutdown, "Asks the guest of a VM to shut down.", [Grace(Shutdown), Flag("--force", Shutdown, "force", "End it by force after the grace time; otherwise the directive fails then.")],
            ("virtctl vm stop web-1 --reason 'kernel update' --wait", "shut it down and wait until it is off"),
            ("virtctl vm stop web-1 --grace 30s --force", "by force if it does not obey within 30 seconds")),
        new("destroy", Destroy, "Ends a VM by force, at once.", [], ("virtctl vm destroy web-1", "as by pulling its plug")),
        new("reboot", Reboot, "Asks the guest of a VM to reboot.", [Grace(Reboot)], ("virtctl vm reboot web-1 --wait", "reboot it and wait until it has booted again")),
        new("reset", Reset, "Resets a VM as by its reset button.", [], ("virtctl vm reset web-1", "when its guest does not answer any more")),
        new("suspend", Suspend, "Stops the vCPUs of a VM; its memory stays.", [], ("virtctl vm suspend web-1", "let it stand still")),
        new("resume", Resume, "Lets the vCPUs of a paused VM run on.", [], ("virtctl vm resume web-1", "let it go on")),
        new("save", Save, "Writes the memory of a VM to disk and ends it; the next start goes on from there.", [], ("virtctl vm save web-1 --wait", "put it aside")),
        new("restore", Restore, "Starts a VM from its saved memory; refused when there is none.", [], ("virtctl vm restore web-1", "take it up again")),
        new(
            "migrate", Migrate, "Moves a VM to another host: one that runs, or with --offline one that is shut off.",
            [
                Value("--to", "ADDRESS", Migrate, "destination", "Address of the hypervisor to move it to, as its present host reaches it.") with { IsRequired = true },
                Flag("--copy-storage", Migrate, "storage", "Copy its disks, too; without it both hosts must reach them.") with { FlagText = "copied" },
                Value("--bandwidth", "SIZE", Migrate, "bandwidth_bytes_per_second", "At most so many bytes per second. Default: no limit."),
                Value("--downtime", "DURATION", Migrate, "downtime_milliseconds", "Longest pause at the end (1ms to 1m)."),
                Flag("--auto-converge", Migrate, "auto_converge", "Slow the guest down when it writes memory faster than it can be sent."),
                Flag("--offline", Migrate, DirectiveCatalogue.Offline, "Move the definition of a VM that is shut off."),
                Value("--abort-after", "DURATION", Migrate, "timeout_seconds", "Abort when it takes longer (1s to 1d). Default: 1h."),
            ],
            ("virtctl vm migrate web-1 --to qemu+tls://host-02/system --dry-run", "ask whether it can be moved"),
            ("virtctl vm migrate web-1 --to qemu+tls://host-02/system --bandwidth 100MiB --wait", "move it and follow how far it is")),
        new(
            "resize", null, "Gives a running VM another size; of vCPUs only more. Each is done after the one before.",
            [Value("--vcpus", "N", SetVcpus, "vcpus", "So many vCPUs, at most its maximum."), Value("--memory", "SIZE", SetMemory, "memory_bytes", "So much memory, at most its maximum.")],
            ("virtctl vm resize web-1 --memory 4GiB --vcpus 4", "both, one after the other")),
        new(
            "limit", null, "Limits what a VM may use. 0 = no limit; what is not named stays. Each is done after the one before.",
            [
                Value("--cpu", "PERCENT", SetCpuQuota, "percent", "Of one physical CPU, for each vCPU."),
                Value("--share", "N", SetCpuShare, "share", "Weight in the competition for CPU time; 1024 is the default."),
                Value("--disk", "NAME", SetDiskLimit, "disk", "Disk that --iops and --bytes are about, such as vda."),
                Value("--iops", "N", SetDiskLimit, "total_iops", "Operations per second of the disk."),
                Value("--bytes", "SIZE", SetDiskLimit, "total_bytes_per_second", "Bytes per second of the disk."),
                Value("--interface", "MAC", SetNicLimit, "mac", "Interface that --in and --out are about, in lower case."),
                Value("--in", "SIZE", SetNicLimit, "in_bytes_per_second", "Bytes per second to the VM."),
                Value("--out", "SIZE", SetNicLimit, "out_bytes_per_second", "Bytes per second from the VM."),
                Value("--for", "DURATION", null, DirectiveCatalogue.LeaseSeconds, "The host takes limits of CPU, disk and interface back by itself after that (1m to 7d). Default: they last until the VM ends."),
            ],
            ("virtctl vm limit web-1 --cpu 50", "half a CPU for each of its vCPUs"),
            ("virtctl vm limit db-1 --disk vda --iops 500 --bytes 20MiB --for 2h", "what its disk may do, for two hours"),
            ("virtctl vm limit web-1 --interface 52:54:00:00:00:01 --out 0", "no limit any more")),
    ];

    private static VerbOption Grace(DirectiveKind kind) => Value("--grace", "DURATION", kind, "grace_seconds", "How long the guest may take (1s to 1h). Default: 2m.");

    private static VerbOption Flag(string name, DirectiveKind kind, string parameter, string description) => new(name, "", kind, parameter, description);

    private static VerbOption Value(string name, string value, DirectiveKind? kind, string parameter, string description) => new(name, value, kind, parameter, description);
}
