using VirtAgents.Core.Model;
using static VirtAgents.Deploy.Tests.Dashboards.Influx;

namespace VirtAgents.Deploy.Tests.Dashboards;

/// <summary>One VM or a few: what it gets, what it wants, and how long it waits.</summary>
internal static class VmBoard
{
    private static readonly string[] Chosen = ["cluster", "host", "tenant", "vm"];
    private static readonly Scope Vms = new(SubjectKind.Vm, Chosen);
    private static readonly Scope Disks = new(SubjectKind.VmDisk, Chosen);
    private static readonly Scope Cards = new(SubjectKind.VmInterface, Chosen);

    private const string NeedsBalloon = "The VM tells it through its balloon driver; without one nothing is known.";

    public static Board Make() => new(
        "vm",
        "VirtAgents / VM",
        "One VM or a few: state, CPU, memory, disks, network. A VM that moved has a line for each host.",
        [new("cluster", SubjectKind.Host), new("host", SubjectKind.Host), new("tenant", SubjectKind.Vm), new("vm", SubjectKind.Vm, HasAll: false)],
        [State(), Cpu(), Memory(), DisksPart(), Network()]);

    private static Part State() => new(
        "State",
        new Panel("State", "none", "State as it was read, with the host that told it. " + Panel.Gap, Of(Vms, Last(Metric.VmStateCode), "$tag_vm on $tag_host"))
        {
            Kind = PanelKind.States, States = VmStates.All, Width = 16, LinksTo = ["host"],
        },
        Graph("vCPUs", "none", "Its vCPUs.", Of(Vms, Mean(Metric.VmVcpuCount), "$tag_vm on $tag_host")) with { Width = 8 });

    private static Part Cpu() => new(
        "CPU",
        Graph("CPU", "percent", "CPU time of its vCPUs; 100 means that all its vCPUs are busy. With the work of QEMU itself it can be more.", Of(Vms, Ratios.OfVcpus(Metric.VmCpuTime), "$tag_vm on $tag_host")),
        Graph("Steal", "percent", "Time in which its vCPUs were ready and had to wait for a pCPU.", Of(Vms, Ratios.OfVcpus(Metric.VmCpuDelay), "$tag_vm on $tag_host")),
        Graph(
            "pCPUs it takes",
            "none",
            "CPU time of its process in each second: of its vCPUs, and in the kernel of the host for it.",
            Of(Vms, Rate(Metric.VmCpuTime), "$tag_vm on $tag_host all"),
            Of(Vms, Rate(Metric.VmVcpuTime), "$tag_vm on $tag_host vCPUs"),
            Of(Vms, Rate(Metric.VmCpuSystem), "$tag_vm on $tag_host kernel")),
        Graph(
            "Held back",
            "percent",
            "Time in which it was throttled by its limit, and in which its vCPUs waited for I/O.",
            Of(Vms, Ratios.OfVcpus(Metric.VmCpuThrottled), "$tag_vm on $tag_host throttled"),
            Of(Vms, Ratios.OfVcpus(Metric.VmVcpuWait), "$tag_vm on $tag_host waiting for I/O")));

    private static Part Memory() => new(
        "Memory",
        Graph(
            "Memory of the host for it",
            "bytes",
            "What it may have at most, what its balloon leaves it, and what it occupies on the host.",
            Of(Vms, Mean(Metric.VmBalloonMaximum), "$tag_vm on $tag_host maximum"),
            Of(Vms, Mean(Metric.VmBalloonCurrent), "$tag_vm on $tag_host balloon"),
            Of(Vms, Mean(Metric.VmMemoryRss), "$tag_vm on $tag_host occupied"),
            Of(Vms, Mean(Metric.VmMemoryCgroup), "$tag_vm on $tag_host occupied, with caches")),
        Graph(
            "Memory as it sees it",
            "bytes",
            NeedsBalloon,
            Of(Vms, Mean(Metric.VmMemoryAvailable), "$tag_vm on $tag_host total"),
            Of(Vms, Mean(Metric.VmMemoryUsable), "$tag_vm on $tag_host usable"),
            Of(Vms, Mean(Metric.VmMemoryUnused), "$tag_vm on $tag_host unused"),
            Of(Vms, Mean(Metric.VmMemoryCaches), "$tag_vm on $tag_host cache")),
        Graph(
            "Memory in use",
            "percent",
            "Share of its memory that is not usable for new processes, while its figures move. " + NeedsBalloon,
            new Target(
                Each(
                    Vms,
                    "100 * (mean(\"total\") - mean(\"usable\")) / mean(\"total\")",
                    [("total", Mean(Metric.VmMemoryAvailable)), ("usable", Mean(Metric.VmMemoryUsable)), ("moved", Rate(Metric.VmBalloonUpdated))],
                    "\"moved\" > 0"),
                "$tag_vm on $tag_host")) with { IsShare = true },
        Graph(
            "Swapping inside it",
            "Bps",
            NeedsBalloon,
            Of(Vms, Rate(Metric.VmSwapIn), "$tag_vm on $tag_host in"),
            Of(Vms, Rate(Metric.VmSwapOut), "$tag_vm on $tag_host out")),
        Graph("Major page faults inside it", "ops", NeedsBalloon, Of(Vms, Rate(Metric.VmMajorFaults), "$tag_vm on $tag_host")));

    private static Part DisksPart() => new(
        "Disks",
        Graph(
            "Disk throughput",
            "Bps",
            "Bytes of each disk.",
            Of(Disks, Rate(Metric.DiskReadBytes), "$tag_vm $tag_disk read"),
            Of(Disks, Rate(Metric.DiskWriteBytes), "$tag_vm $tag_disk write")),
        Graph(
            "Disk operations",
            "iops",
            "Operations of each disk.",
            Of(Disks, Rate(Metric.DiskReads), "$tag_vm $tag_disk read"),
            Of(Disks, Rate(Metric.DiskWrites), "$tag_vm $tag_disk write"),
            Of(Disks, Rate(Metric.DiskFlushes), "$tag_vm $tag_disk flush")),
        Graph(
            "Disk latency",
            "ms",
            "Time that one operation takes. Without operations there is none, and a gap.",
            new Target(Ratios.Latency(Disks, Metric.DiskReadTime, Metric.DiskReads), "$tag_vm $tag_disk read"),
            new Target(Ratios.Latency(Disks, Metric.DiskWriteTime, Metric.DiskWrites), "$tag_vm $tag_disk write"),
            new Target(Ratios.Latency(Disks, Metric.DiskFlushTime, Metric.DiskFlushes), "$tag_vm $tag_disk flush")),
        Graph("Failed operations", "none", "All failed operations of each disk since its start. Any is a fault of the storage below.", Of(Disks, Last(Metric.DiskErrors), "$tag_vm $tag_disk")) with { RedFrom = 1 },
        Graph(
            "Size",
            "bytes",
            "Size that the VM sees, and what its image takes in the pool.",
            Of(Disks, Mean(Metric.DiskCapacity), "$tag_vm $tag_disk size"),
            Of(Disks, Mean(Metric.DiskAllocation), "$tag_vm $tag_disk allocated"),
            Of(Disks, Mean(Metric.DiskPhysical), "$tag_vm $tag_disk file")));

    private static Part Network() => new(
        "Network",
        Graph(
            "Network throughput",
            "Bps",
            "Bytes of each interface, as the VM sees it.",
            Of(Cards, Rate(Metric.NetReceiveBytes), "$tag_vm $tag_nic receive"),
            Of(Cards, Rate(Metric.NetTransmitBytes), "$tag_vm $tag_nic transmit")),
        Graph(
            "Packets",
            "pps",
            "Packets of each interface, as the VM sees it.",
            Of(Cards, Rate(Metric.NetReceivePackets), "$tag_vm $tag_nic receive"),
            Of(Cards, Rate(Metric.NetTransmitPackets), "$tag_vm $tag_nic transmit")),
        Graph(
            "Drops",
            "pps",
            "Packets of each interface that were dropped.",
            Of(Cards, Rate(Metric.NetReceiveDrops), "$tag_vm $tag_nic receive"),
            Of(Cards, Rate(Metric.NetTransmitDrops), "$tag_vm $tag_nic transmit")),
        Graph(
            "Errors",
            "pps",
            "Packets of each interface that were wrong.",
            Of(Cards, Rate(Metric.NetReceiveErrors), "$tag_vm $tag_nic receive"),
            Of(Cards, Rate(Metric.NetTransmitErrors), "$tag_vm $tag_nic transmit")));

    private static Target Of(Scope scope, string expression, string legend) => new(Each(scope, expression), legend);

    private static Panel Graph(string title, string unit, string about, params Target[] targets) => new(title, unit, $"{about} {Panel.Gap}", targets) { LinksTo = ["host"] };
}
