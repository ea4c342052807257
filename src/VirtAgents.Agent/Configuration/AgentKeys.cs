using Microsoft.Extensions.Logging;
using static VirtAgents.Agent.Configuration.KeyFactory;

namespace VirtAgents.Agent.Configuration;

/// <summary>Every key the agent understands; the documentation is made from this table.</summary>
internal static class AgentKeys
{
    private const int LongestPath = 4096;
    private const int LongestName = 253;

    private static readonly LogLevel[] LogLevels = [LogLevel.Debug, LogLevel.Information, LogLevel.Warning, LogLevel.Error];

    /// <summary>All keys, in the order of the documentation.</summary>
    public static IReadOnlyList<ConfigurationKey> All { get; } =
    [
        new("Collector:Endpoints", "list of URLs", "1 to 16 addresses such as https://collector.example:7443", "http://127.0.0.1:7443",
            "Collectors in the order of preference; the next one is tried when a stream cannot be opened or breaks. Plain http is for this machine only.",
            EndpointList.Apply, IsList: true),
        Flag("Collector:AllowPlaintext", false, (o, v) => o.Collector.AllowPlaintext = v,
            "Allows http:// to other machines. Everything is then readable and forgeable on the way."),
        Text("Collector:CaFile", "", LongestPath, "path of a PEM file", (o, v) => o.Collector.CaFile = v,
            "Certificate authorities that may vouch for the collector; empty = those of the system."),
        Text("Collector:CertificateFile", "", LongestPath, "path of a PEM file", (o, v) => o.Collector.CertificateFile = v,
            "Certificate the agent shows to the collector; needs Collector:KeyFile. Read anew for each connection, so it can be renewed in place."),
        Text("Collector:KeyFile", "", LongestPath, "path of a PEM file", (o, v) => o.Collector.KeyFile = v,
            "Private key of that certificate."),
        Choice("Hypervisor", HypervisorChoice.Auto, [HypervisorChoice.Auto, HypervisorChoice.Libvirt, HypervisorChoice.Simulated], (o, v) => o.Hypervisor = v,
            "Auto = libvirt when its socket is there, else an error; Libvirt = also while it cannot be reached; Simulated = a made-up estate."),
        Text("Libvirt:Uri", "", LongestPath, "a libvirt URI", (o, v) => o.LibvirtUri = v,
            "Connection to libvirt; empty = the read-only socket of libvirtd or virtqemud."),
        Duration("Sampling:FastInterval", Seconds(2), Milliseconds(100), Minutes(10), (o, v) => o.Sampling.FastInterval = v,
            "Rhythm of the cheap figures, unless the collector wishes another one."),
        Duration("Sampling:FastMin", Seconds(1), Milliseconds(100), Minutes(10), (o, v) => o.Sampling.FastMin = v,
            "Shortest fast interval the collector may ask for."),
        Duration("Sampling:FastMax", Minutes(1), Milliseconds(100), Minutes(10), (o, v) => o.Sampling.FastMax = v,
            "Longest fast interval the collector may ask for."),
        Duration("Sampling:SlowInterval", Seconds(15), Seconds(1), Minutes(60), (o, v) => o.Sampling.SlowInterval = v,
            "Rhythm of the figures that only the hypervisor knows."),
        Duration("Sampling:SlowMin", Seconds(5), Seconds(1), Minutes(60), (o, v) => o.Sampling.SlowMin = v,
            "Shortest slow interval the collector may ask for."),
        Duration("Sampling:SlowMax", Minutes(10), Seconds(1), Minutes(60), (o, v) => o.Sampling.SlowMax = v,
            "Longest slow interval the collector may ask for."),
        Text("Spool:Path", "/var/lib/virtagents/spool", LongestPath, "path of a directory", (o, v) => o.Spool.Path = v,
            "Where unacknowledged messages wait; simulated hosts have a directory each below it."),
        Size("Spool:MaxBytes", 256L << 20, 1L << 20, 1L << 40, (o, v) => o.Spool.MaxBytes = v,
            "Most the spool keeps; beyond it the oldest are dropped, counted, and reported to the collector as missing."),
        Duration("Spool:MaxAge", TimeSpan.FromDays(1), Minutes(1), TimeSpan.FromDays(30), (o, v) => o.Spool.MaxAge = v,
            "Longest time a message waits for its acknowledgement."),
        Text("Acting:Policy", "", LongestPath, "path of a file", (o, v) => o.Acting.Policy = v,
            "What may be done on the host: see directives.md. Empty = /etc/virtagents/policy.json, without which nothing is; simulated hosts allow everything then."),
        Text("Acting:Journal", "", LongestPath, "path of a directory", (o, v) => o.Acting.Journal = v,
            "Where directives.journal is, by which each directive is carried out at most once; simulated hosts have a directory each below it. Empty = the directory of the spool."),
        new("Acting:SharedDirectories", "list of paths", "up to 64 absolute paths", "",
            "Directories that are the same storage on every host to migrate to, where libvirt cannot tell by itself: VMs whose disks are all below them, and not cached by the host, migrate without copying. Pools there count as shared for plans and incidents, as those on file systems of the network do. Volumes of pools there are only deleted or resized when the directive says that no other host uses them.",
            SharedDirectoryList.Read, IsList: true),
        new("Witness:Listen", "address", WitnessListen.Allowed, "",
            "Where agents of other hosts may see that this one lives when the collector does not hear it (see liveness.md): one line tells the identity of the host, and nothing is read. 0.0.0.0 or [::] = on all addresses; the collector then tells others the address that this agent comes from.",
            WitnessListen.Apply),
        new("Witness:HeartbeatDirectories", "list of paths", HeartbeatDirectoryList.Allowed, "",
            "Directories on storage that hosts share. Each 10 s the agent writes a small file there by which others see that it lives though no network reaches it, and reads those of other hosts when the collector asks. It also keeps the definitions of VMs there that other hosts can run (see liveness.md). The agent must be allowed to write there.",
            HeartbeatDirectoryList.Apply, IsList: true),
        Text("Cluster", "", LongestName, "a name", (o, v) => o.Cluster = v, 
            "Cluster the host belongs to; empty = the default one. Simulated hosts: that of the scenario goes first, and empty = sim."),
        Text("HostName", "", LongestName, "a name", (o, v) => o.HostName = v, "Name to show for the host; empty = the machine's own."),
        Choice("Log:Level", LogLevel.Information, LogLevels, (o, v) => o.LogLevel = v, "Least important messages that are written."),
        Integer("Simulation:Hosts", 8, 1, 1000, (o, v) => o.Simulation.Hosts = (int)v, 
            "Simulated hosts, each with an agent session of its own. An error beside a scenario that says itself what hosts there are."),
        Integer("Simulation:VmsPerHost", 20, 0, 500, (o, v) => o.Simulation.VmsPerHost = (int)v, "VMs of each simulated host. An error like the one of Simulation:Hosts."),
        Integer("Simulation:Seed", 1, 0, int.MaxValue, (o, v) => o.Simulation.Seed = v, "The same seed gives the same estate."),
        Text("Simulation:Scenario", "", LongestPath, "path of a scenario file", (o, v) => o.Simulation.Scenario = v,
            "Faults to play, on the hosts that the scenario describes, else on those of Simulation:Hosts. Empty = nothing goes wrong."),
        Text("Simulation:ControlSocket", "", LongestPath, "absolute path, at most 107 bytes", (o, v) => o.Simulation.ControlSocket = v,
            "Unix socket, for its owner only, that takes faults while the simulation runs: see scenarios.md and virtctl inject. Empty = none."),
        Number("Simulation:Speed", 1, 0.01, 1000, (o, v) => o.Simulation.Speed = v, "Simulated seconds per second."),
        Flag("Simulation:Spool", true, (o, v) => o.Simulation.Spool = v,
            "Each simulated host has a spool on disk, with four open files; false = a small one in memory, where so many files may not be open."),
    ];

    private static TimeSpan Milliseconds(int value) => TimeSpan.FromMilliseconds(value);

    private static TimeSpan Seconds(int value) => TimeSpan.FromSeconds(value);

    private static TimeSpan Minutes(int value) => TimeSpan.FromMinutes(value);
}
