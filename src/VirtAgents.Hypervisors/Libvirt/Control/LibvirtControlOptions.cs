namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>Settings of acting through libvirt.</summary>
public sealed record LibvirtControlOptions
{
    /// <summary>libvirt URI. One that names a daemon's read-only socket stands for the socket beside it over which one may act.</summary>
    /// <value>Null = the socket of libvirtd, else of virtqemud, whichever is there.</value>
    public string? Uri { get; init; }

    /// <summary>Directory below which libvirt's sockets are looked for.</summary>
    /// <value>Default <c>/run</c>.</value>
    public string RunDirectory { get; init; } = "/run";

    /// <summary>How long the connection stays open after its last use.</summary>
    /// <value>Default 30 s; 0 to 1 h.</value>
    public TimeSpan IdleTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest time a call takes that only looks; a VM that does not answer within it is in an unknown state.</summary>
    /// <value>Default 5 s; 500 ms to 5 min.</value>
    public TimeSpan LookTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest time an attempt to connect takes.</summary>
    /// <value>Default 10 s; 1 s to 5 min.</value>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a post-condition is looked for.</summary>
    /// <value>Default 250 ms; 10 ms to 1 min.</value>
    public TimeSpan LookInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// How long, after a restart of the agent, the post-condition of an order is looked for that does not go on in libvirt by itself.
    /// While it is seen to be under way, or nothing can be seen, that time does not run.
    /// </summary>
    /// <value>Default 10 s; 0 to 5 min.</value>
    public TimeSpan FollowUpTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Most threads that may be blocked in libvirt for good; beyond it nothing is begun any more.</summary>
    /// <value>Default 4; 1 to 16 (libvirtd serves 20 calls at a time, and sampling needs some).</value>
    public int AbandonedThreadLimit { get; init; } = 4;

    /// <summary>
    /// Directories that every host sees as the same, though libvirt cannot tell it from the type of their file system: VMs
    /// whose disks are all below them, and are not cached by the host, may migrate without copying.
    /// </summary>
    /// <value>Default none: libvirt judges by itself.</value>
    public IReadOnlyList<string> SharedDirectories { get; init; } = [];

    /// <summary>Where the kernel's files are.</summary>
    public Linux.LinuxRoots Roots { get; init; } = Linux.LinuxRoots.Default;

    /// <summary>Every setting that is out of range: its name, its value and the range. Connects to nothing.</summary>
    public IReadOnlyList<string> Validate()
    {
        (string Name, TimeSpan Value, TimeSpan Least, TimeSpan Most)[] times =
        [
            (nameof(IdleTime), IdleTime, TimeSpan.Zero, TimeSpan.FromHours(1)),
            (nameof(LookTimeout), LookTimeout, TimeSpan.FromMilliseconds(500), TimeSpan.FromMinutes(5)),
            (nameof(ConnectTimeout), ConnectTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5)),
            (nameof(LookInterval), LookInterval, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1)),
            (nameof(FollowUpTime), FollowUpTime, TimeSpan.Zero, TimeSpan.FromMinutes(5)),
        ];
        return
        [
            .. times.Where(t => t.Value < t.Least || t.Value > t.Most).Select(t => $"{t.Name} is {t.Value}, allowed are {t.Least} to {t.Most}"),
            .. AbandonedThreadLimit is < 1 or > 16 ? [$"{nameof(AbandonedThreadLimit)} is {AbandonedThreadLimit}, allowed are 1 to 16"] : Array.Empty<string>(),
            .. SharedDirectories.Where(path => !path.StartsWith('/')).Select(path => $"{nameof(SharedDirectories)}: '{path}' is no absolute path"),
        ];
    }
}
