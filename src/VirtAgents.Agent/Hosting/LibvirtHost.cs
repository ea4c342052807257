using System.Globalization;
using Microsoft.Extensions.Logging;
using VirtAgents.Agent.Configuration;
using VirtAgents.Agent.Stream;
using VirtAgents.Agent.Witness;
using VirtAgents.Hypervisors;
using VirtAgents.Hypervisors.Libvirt;
using VirtAgents.Hypervisors.Libvirt.Control;

namespace VirtAgents.Agent.Hosting;

/// <summary>This machine, through libvirt.</summary>
internal static partial class LibvirtHost
{
    /// <exception cref="HypervisorUnavailableException">Libvirt was not asked for and is not there.</exception>
    public static ObservedHost Open(AgentOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        string? uri = options.LibvirtUri.Length > 0 ? options.LibvirtUri : null;
        if (options.Hypervisor == HypervisorChoice.Auto && uri is null && LibvirtSockets.FindUri() is null)
        {
            throw new HypervisorUnavailableException(
                $"no libvirt on this machine: neither of {LibvirtSockets.Describe()} is there. Install and start libvirt (Debian, Ubuntu: apt-get install "
                + "libvirt-daemon-system), or set Hypervisor=Libvirt to wait for it, or try a made-up estate with --simulate 8");
        }

        ILogger logger = loggers.CreateLogger("VirtAgents.Libvirt");
        IReadOnlyList<string> shared = options.Witness.HeartbeatDirectories;
        var hypervisor = new LibvirtHypervisor(
            new LibvirtOptions
            {
                Uri = uri, HostName = options.HostName.Length > 0 ? options.HostName : null, SharedDirectories = options.Acting.SharedDirectories,
                KeepsDefinitions = shared.Count > 0,
            },
            time,
            note => LogNote(logger, note));
        // It connects when a policy allows acting, not before.
        var control = new LibvirtControl(new LibvirtControlOptions { Uri = uri, SharedDirectories = options.Acting.SharedDirectories }, time, shared.Count > 0 ? new KeptDefinitions(shared, time) : null);
        return new ObservedHost(hypervisor, options.Cluster, options.Spool.Path, () => Reach.Open, () => true, _ => { }, WatchesClock: true, ReadBootTime(), control, UsualPolicy: null);
    }

    /// <summary>When the kernel started, from <c>btime</c> of /proc/stat; 0 = unknown.</summary>
    private static long ReadBootTime()
    {
        const string key = "btime ";
        try
        {
            string? line = File.ReadLines("/proc/stat").FirstOrDefault(l => l.StartsWith(key, StringComparison.Ordinal));
            return long.TryParse(line.AsSpan(line is null ? 0 : key.Length), CultureInfo.InvariantCulture, out long seconds) ? seconds * 1_000 : 0;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    [LoggerMessage(1411, LogLevel.Warning, "libvirt: {Note}")]
    private static partial void LogNote(ILogger logger, string note);
}
