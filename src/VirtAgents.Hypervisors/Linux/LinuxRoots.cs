namespace VirtAgents.Hypervisors.Linux;

/// <summary>Where the kernel's files are. Tests point it at trees captured from real hosts.</summary>
/// <param name="Proc">Mount point of procfs.</param>
/// <param name="Sys">Mount point of sysfs, with the cgroup hierarchies in <c>fs/cgroup</c>.</param>
/// <param name="Etc">Directory of the host's configuration (<c>machine-id</c>).</param>
public sealed record LinuxRoots(string Proc = "/proc", string Sys = "/sys", string Etc = "/etc")
{
    /// <summary>The running host.</summary>
    public static LinuxRoots Default { get; } = new();
}
