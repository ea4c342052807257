using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Linux;

namespace VirtAgents.Hypervisors.Libvirt;

/// <summary>Settings of the libvirt adapter.</summary>
public sealed record LibvirtOptions
{
    /// <summary>libvirt URI.</summary>
    /// <value>Null = the read-only socket of libvirtd, else of virtqemud, whichever is there.</value>
    public string? Uri { get; init; }

    /// <summary>Identity of the host.</summary>
    /// <value>Null = made from the machine id (<see cref="HostIdentity"/>).</value>
    public HostId? HostId { get; init; }

    /// <summary>Name of the host.</summary>
    /// <value>Null = the kernel's host name.</value>
    public string? HostName { get; init; }

    /// <summary>Longest time a slow sample takes.</summary>
    /// <value>Default 10 s; 1 s to 5 min.</value>
    public TimeSpan SlowDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A VM whose monitor has not answered one command for that long is stuck.</summary>
    /// <value>Default 5 s; 500 ms to <see cref="SlowDeadline"/>.</value>
    public TimeSpan HungAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often stuck VMs, and VMs whose process stands still, are looked at.</summary>
    /// <value>Default 2 s; 100 ms to 1 min.</value>
    public TimeSpan HungProbeInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often storage pools are read.</summary>
    /// <value>Default 60 s; 1 s to 1 h.</value>
    public TimeSpan PoolRefreshInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often everything is listed and compared with what the events told.</summary>
    /// <value>Default 5 min; 10 s to 1 day.</value>
    public TimeSpan ReconcileInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Longest time an attempt to connect takes.</summary>
    /// <value>Default 10 s; 1 s to 5 min.</value>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>First and longest wait before the next attempt to connect; it doubles in between.</summary>
    /// <value>Default 500 ms and 15 s.</value>
    public (TimeSpan First, TimeSpan Longest) RetryDelay { get; init; } = (TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(15));

    /// <summary>How long the end of a VM's process waits for libvirt to say why, before it is told without.</summary>
    /// <value>Default 500 ms; 0 to 1 min.</value>
    public TimeSpan ExitGrace { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Most threads that may be blocked in libvirt for good; beyond it calls that may block are left out.</summary>
    /// <value>Default 8; 1 to 16 (libvirtd serves 20 calls at a time).</value>
    public int AbandonedThreadLimit { get; init; } = 8;

    /// <summary>Events that wait for a reader at most.</summary>
    /// <value>Default 4,096; 16 to 1,000,000.</value>
    public int EventQueueLength { get; init; } = 4096;

    /// <summary>Directory in which libvirt keeps the pids of its processes (<c>libvirt/qemu/NAME.pid</c>).</summary>
    /// <value>Default <c>/run</c>.</value>
    public string RunDirectory { get; init; } = "/run";

    /// <summary>Directories that are the same storage on other hosts, by the operator's word; absolute paths.</summary>
    /// <value>Default none: what is on a file system of the network is known without.</value>
    public IReadOnlyList<string> SharedDirectories { get; init; } = [];

    /// <summary>Whether the definitions that VMs start from next are read too, so that they can be kept elsewhere.</summary>
    /// <value>Default false: it takes one call more for each VM when it is read.</value>
    public bool KeepsDefinitions { get; init; }

    /// <summary>Where the kernel's files are.</summary>
    public LinuxRoots Roots { get; init; } = LinuxRoots.Default;

    /// <summary>Every setting that is out of range: its name, its value and the range. Connects to nothing.</summary>
    public IReadOnlyList<string> Validate()
    {
        List<string> errors = [];
        Check(nameof(SlowDeadline), SlowDeadline, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));
        Check(nameof(HungAfter), HungAfter, TimeSpan.FromMilliseconds(500), SlowDeadline);
        Check(nameof(HungProbeInterval), HungProbeInterval, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1));
        Check(nameof(PoolRefreshInterval), PoolRefreshInterval, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        Check(nameof(ReconcileInterval), ReconcileInterval, TimeSpan.FromSeconds(10), TimeSpan.FromDays(1));
        Check(nameof(ConnectTimeout), ConnectTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));
        Check(nameof(RetryDelay) + ".First", RetryDelay.First, TimeSpan.FromMilliseconds(10), RetryDelay.Longest);
        Check(nameof(RetryDelay) + ".Longest", RetryDelay.Longest, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(10));
        Check(nameof(ExitGrace), ExitGrace, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        CheckNumber(nameof(AbandonedThreadLimit), AbandonedThreadLimit, 1, 16);
        CheckNumber(nameof(EventQueueLength), EventQueueLength, 16, 1_000_000);
        return errors;

        void Check(string name, TimeSpan value, TimeSpan least, TimeSpan most)
        {
            if (value < least || value > most)
            {
                errors.Add($"{name} is {value}, allowed are {least} to {most}");
            }
        }

        void CheckNumber(string name, int value, int least, int most)
        {
            if (value < least || value > most)
            {
                errors.Add($"{name} is {value}, allowed are {least} to {most}");
            }
        }
    }
}
