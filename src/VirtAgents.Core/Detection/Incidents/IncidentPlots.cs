using VirtAgents.Core.Metrics;

namespace VirtAgents.Core.Detection.Incidents;

/// <summary>Stored values that show what led to an incident.</summary>
/// <param name="Metric">Metric to query.</param>
/// <param name="Vm">UUID of the VM; empty = not about a VM.</param>
/// <param name="Host">UUID of the host; empty = not about a host or what belongs to it.</param>
/// <param name="Device">Device; empty = the whole VM or host, or all of its devices.</param>
/// <param name="FromUnixMs">From this time on, milliseconds since 1970 UTC.</param>
/// <param name="ToUnixMs">Before this time, milliseconds since 1970 UTC.</param>
public sealed record IncidentPlot(string Metric, string Vm, string Host, string Device, long FromUnixMs, long ToUnixMs);

/// <summary>Chooses which stored values show what led to an incident, by the kind of element its root is.</summary>
public static class IncidentPlots
{
    private const long BeforeMs = 30 * 60_000L;
    private const long AfterMs = 30 * 60_000L;

    private static readonly string[] OfVm = ["vm_cpu_percent", "vm_steal_percent", "vm_memory_rss_percent", "vm_disk_latency_ms", "vm_disk_iops"];
    private static readonly string[] OfUnusualVm = [.. VmSignals.All.Select(s => s.Name)];
    private static readonly string[] OfHost = ["host_cpu_percent", "host_memory_used_percent", "host_cpu_iowait_percent", "host_disk_busy_percent"];
    private static readonly string[] OfPool = ["storage_pool_used_percent"];
    private static readonly string[] OfNetwork = ["host_network_receive_bytes_per_second", "host_network_transmit_bytes_per_second"];

    /// <summary>The values of the root's element from half an hour before it began to half an hour after it ended, or until now.</summary>
    /// <remarks>For a pool that hosts share, as the host sees it that told of it first; none when no single host did.</remarks>
    public static IReadOnlyList<IncidentPlot> Of(Incident incident, long nowUnixMs)
    {
        ArgumentNullException.ThrowIfNull(incident);
        Finding root = incident.Root;
        long from = root.SinceUnixMs - BeforeMs, to = Math.Min(nowUnixMs, (incident.ResolvedUnixMs ?? nowUnixMs) + AfterMs);
        string name = root.Key.Element.Id[(root.Key.Element.Id.IndexOf('/', StringComparison.Ordinal) + 1)..];
        return root.Key.Element.Kind switch
        {
            ElementKind.Vm when root.Key.Kind is FindingKind.VmUnusual or FindingKind.VmUnlikePeers or FindingKind.VmMemoryLeak or FindingKind.VmThrashing or FindingKind.VmPeriodicSpikes or FindingKind.VmNoisyNeighbour or FindingKind.VmBalloonStarved => Plots(OfUnusualVm, root.Key.Element.Id, "", ""),
            ElementKind.Vm => Plots(OfVm, root.Key.Element.Id, "", ""),
            ElementKind.Host => Plots(OfHost, "", root.Key.Element.Id, ""),
            ElementKind.Pool when root.HostId.Length > 0 => Plots(OfPool, "", root.HostId, name),
            ElementKind.Network when root.HostId.Length > 0 => Plots(OfNetwork, "", root.HostId, name),
            _ => [],
        };

        IReadOnlyList<IncidentPlot> Plots(string[] metrics, string vm, string host, string device) =>
            [.. metrics.Select(metric => new IncidentPlot(metric, vm, host, device, from, to))];
    }
}
