using VirtAgents.Core.Model;
using static VirtAgents.Deploy.Tests.Dashboards.Influx;

namespace VirtAgents.Deploy.Tests.Dashboards;

/// <summary>Pools and volumes: how full, how well, how fast.</summary>
internal static class StorageBoard
{
    private static readonly string[] Chosen = ["cluster", "host", "pool"];
    private static readonly Scope Pools = new(SubjectKind.Pool, Chosen);
    private static readonly Scope Volumes = new(SubjectKind.Volume, Chosen);
    private static readonly Scope VmDisks = new(SubjectKind.VmDisk, Chosen);
    private static readonly Scope HostDisks = new(SubjectKind.HostDisk, Chosen);

    /// <summary>At least two readings of pools and volumes, which agents make once a minute.</summary>
    private const string OfPools = "2m";

    private const string Shared = "A pool that several hosts share has a line for each of them.";

    public static Board Make() => new(
        "storage",
        "VirtAgents / Storage",
        "Pools and volumes: how full, whether they work, how fast.",
        [new("cluster", SubjectKind.Host), new("host", SubjectKind.Host), new("pool", SubjectKind.Pool)],
        [PoolsPart(), VolumesPart(), Speed()]);

    private static Part PoolsPart() => new(
        "Pools",
        new Panel(
            "Pools",
            "bytes",
            "Last known figures of each pool in the chosen time. An empty place means that the pool did not work and nothing could be read. " + Shared,
            new Target(Newest(
                Pools,
                ("state", Last(Metric.PoolActive)),
                ("size", Last(Metric.PoolCapacity)),
                ("allocated", Last(Metric.PoolAllocation)),
                ("available", Last(Metric.PoolAvailable)),
                ("used", $"100 * {Last(Metric.PoolAllocation)} / {Last(Metric.PoolCapacity)}"),
                ("volumes", Last(Metric.PoolVolumes)),
                ("not listed", Last(Metric.PoolVolumesLeftOut)))))
        {
            Kind = PanelKind.Table, Width = 24, SortBy = "used", Rows = 200, LinksTo = ["host"],
            Units = [("state", "none"), ("used", "percent"), ("volumes", "none"), ("not listed", "none")],
        },
        Graph("Pool in use", "percent", "Allocated share of each pool; at 100 VMs that write to it stop. " + Shared, Of(Pools, $"100 * {Mean(Metric.PoolAllocation)} / {Mean(Metric.PoolCapacity)}", "$tag_pool of $tag_host")) with { IsShare = true, RedFrom = 100, Interval = OfPools },
        Graph("Available", "bytes", "Room left in each pool. " + Shared, Of(Pools, Mean(Metric.PoolAvailable), "$tag_pool of $tag_host")) with { Interval = OfPools },
        new Panel("Whether pools work", "none", $"Whether each pool could be used when it was looked at. {Panel.Gap} {Shared}", Of(Pools, Last(Metric.PoolActive), "$tag_pool of $tag_host"))
        {
            Kind = PanelKind.States, States = [(0, "failed", "red"), (1, "works", "green")], Interval = OfPools,
        },
        Graph("Time of a refresh", "s", "Time that the hypervisor takes to look through a pool. Agents of libvirt hosts may not ask for it: they have none.", Of(Pools, Mean(Metric.PoolRefreshTime), "$tag_pool of $tag_host")) with { Interval = OfPools });

    private static Part VolumesPart() => new(
        "Volumes",
        Largest("Largest by what they take", "bytes", "Room that each volume takes in its pool.", "mean(\"v\")", [("v", Mean(Metric.VolumeAllocation))], ""),
        Largest("Fullest", "percent", "Room that each volume takes, of its size. A volume of size zero is not listed.", "100 * mean(\"taken\") / mean(\"size\")", [("taken", Mean(Metric.VolumeAllocation)), ("size", Mean(Metric.VolumeCapacity))], "\"size\" > 0"),
        Graph("Promised and taken", "bytes", "Sizes of all listed volumes of a pool, and the room that they take. Together they may be larger than the pool.", new Target(Sum(Volumes, Mean(Metric.VolumeCapacity), "host", "pool"), "$tag_pool of $tag_host promised"), new Target(Sum(Volumes, Mean(Metric.VolumeAllocation), "host", "pool"), "$tag_pool of $tag_host taken")) with { Width = 24, Interval = OfPools });

    private static Part Speed() => new(
        "How fast",
        Latency("Read latency of VMs", "Time that one read takes, over all disks of the VMs of a host.", VmDisks, Metric.DiskReadTime, Metric.DiskReads),
        Latency("Write latency of VMs", "Time that one write takes, over all disks of the VMs of a host.", VmDisks, Metric.DiskWriteTime, Metric.DiskWrites),
        Graph(
            "Latency of the hosts' disks",
            "ms",
            "Time that one operation takes. Without operations there is none, and a gap.",
            new Target(Ratios.Latency(HostDisks, Metric.HostDiskReadTime, Metric.HostDiskReads), "$tag_host $tag_disk read"),
            new Target(Ratios.Latency(HostDisks, Metric.HostDiskWriteTime, Metric.HostDiskWrites), "$tag_host $tag_disk write")),
        Graph("Hosts' disks busy", "percent", "Share of time with at least one request under way. A disk that serves many at once can do more at 100.", Of(HostDisks, $"100 * {Rate(Metric.HostDiskBusyTime)}", "$tag_host $tag_disk")));

    private static Target Of(Scope scope, string expression, string legend) => new(Each(scope, expression), legend);

    private static Panel Graph(string title, string unit, string about, params Target[] targets) => new(title, unit, $"{about} {Panel.Gap}", targets) { LinksTo = ["host"] };

    private static Panel Largest(string title, string unit, string about, string outer, (string Name, string Expression)[] columns, string where) =>
        new(title, unit, about + " What is not read is not listed: unknown, not zero.", new Target(Top(Volumes, "mean", 20, outer, columns, where)))
        {
            Kind = PanelKind.Table, SortBy = "mean", Rows = 20, Interval = "5m", Intervals = 12, LinksTo = ["host"],
        };

    private static Panel Latency(string title, string about, Scope scope, MetricId seconds, MetricId operations) =>
        Graph(title, "ms", about + " Without operations there is none, and a gap.", new Target(LatencyOfHost(scope, seconds, operations), "$tag_host"));

    private static string LatencyOfHost(Scope scope, MetricId seconds, MetricId operations) =>
        OnGrid(scope, "1000 * sum(\"busy\") / sum(\"done\")", [("busy", Rate(seconds)), ("done", Rate(operations))], "\"done\" > 0", ["host"]);
}
