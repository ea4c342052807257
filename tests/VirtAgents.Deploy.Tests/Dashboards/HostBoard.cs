using VirtAgents.Core.Model;
using static VirtAgents.Deploy.Tests.Dashboards.Influx;

namespace VirtAgents.Deploy.Tests.Dashboards;

/// <summary>One host or a few: what it has, who uses it, and who waits.</summary>
internal static class HostBoard
{
    private static readonly string[] Chosen = ["cluster", "host"];
    private static readonly Scope Hosts = new(SubjectKind.Host, Chosen);
    private static readonly Scope Disks = new(SubjectKind.HostDisk, Chosen);
    private static readonly Scope Cards = new(SubjectKind.HostInterface, Chosen);
    private static readonly Scope Vms = new(SubjectKind.Vm, Chosen);
    private static readonly Scope VmDisks = new(SubjectKind.VmDisk, Chosen);
    private static readonly Scope VmCards = new(SubjectKind.VmInterface, Chosen);
    private static readonly string[] OfVm = ["host", "vm", "vm_id"];

    private const string NoPressure = "Kernels without pressure information give nothing.";

    public static Board Make() => new(
        "host",
        "VirtAgents / Host",
        "One host or a few: CPU, memory, pressure, disks, network, and its VMs.",
        [new("cluster", SubjectKind.Host), new("host", SubjectKind.Host, HasAll: false)],
        [Cpu(), Memory(), DisksPart(), Network(), VmsPart()]);

    private static Part Cpu() => new(
        "CPU",
        Graph(
            "CPU time",
            "percent",
            "Where the time of all pCPUs goes; what is missing to 100 is idle. Waiting for I/O is idle time with requests under way. With several hosts chosen the stacks add up.",
            Of(Hosts, Ratios.HostCpuShare(Metric.HostCpuUser), "$tag_host user (with VMs)"),
            Of(Hosts, Ratios.HostCpuShare(Metric.HostCpuSystem), "$tag_host system"),
            Of(Hosts, Ratios.HostCpuShare(Metric.HostCpuIoWait), "$tag_host waiting for I/O"),
            Of(Hosts, Ratios.HostCpuShare(Metric.HostCpuSteal), "$tag_host stolen")) with { IsStacked = true },
        Graph("Load", "short", "Processes that run or wait, mean of one minute.", Of(Hosts, Mean(Metric.HostLoad1), "$tag_host")),
        Graph("Waiting for a pCPU (PSI)", "percent", "Share of time in which at least one task waited for a pCPU. " + NoPressure, Pressure(Metric.HostPsiCpuSome, "some")) with { IsShare = true },
        Graph("Uptime", "s", "Time since the host booted. It begins anew after a boot.", Of(Hosts, Mean(Metric.HostUptime), "$tag_host")));

    private static Part Memory() => new(
        "Memory",
        Graph(
            "Memory",
            "bytes",
            "Memory of the host. What is available can be given to new processes without swapping.",
            Of(Hosts, Mean(Metric.HostMemoryTotal), "$tag_host total"),
            Of(Hosts, $"{Mean(Metric.HostMemoryTotal)} - {Mean(Metric.HostMemoryAvailable)}", "$tag_host in use"),
            Of(Hosts, Mean(Metric.HostMemoryAvailable), "$tag_host available")),
        Graph("Memory in use", "percent", "Share of the memory that is not available.", Of(Hosts, Ratios.HostMemory, "$tag_host")) with { IsShare = true },
        Graph(
            "Swap",
            "bytes",
            "Swap space. A host without swap has a size of zero.",
            Of(Hosts, Mean(Metric.HostSwapTotal), "$tag_host total"),
            Of(Hosts, $"{Mean(Metric.HostSwapTotal)} - {Mean(Metric.HostSwapFree)}", "$tag_host in use")),
        Graph(
            "Waiting for memory (PSI)",
            "percent",
            "Share of time in which at least one task (some), or all of them (full), waited for memory. " + NoPressure,
            Pressure(Metric.HostPsiMemorySome, "some"),
            Pressure(Metric.HostPsiMemoryFull, "full")) with { IsShare = true });

    private static Part DisksPart() => new(
        "Disks",
        Graph(
            "Disk throughput",
            "Bps",
            "Bytes of each disk.",
            Of(Disks, Rate(Metric.HostDiskReadBytes), "$tag_host $tag_disk read"),
            Of(Disks, Rate(Metric.HostDiskWriteBytes), "$tag_host $tag_disk write")),
        Graph(
            "Disk operations",
            "iops",
            "Operations of each disk.",
            Of(Disks, Rate(Metric.HostDiskReads), "$tag_host $tag_disk read"),
            Of(Disks, Rate(Metric.HostDiskWrites), "$tag_host $tag_disk write")),
        Graph(
            "Disk latency",
            "ms",
            "Time that one operation takes. Without operations there is none, and a gap.",
            new Target(Ratios.Latency(Disks, Metric.HostDiskReadTime, Metric.HostDiskReads), "$tag_host $tag_disk read"),
            new Target(Ratios.Latency(Disks, Metric.HostDiskWriteTime, Metric.HostDiskWrites), "$tag_host $tag_disk write")),
        Graph("Disk busy", "percent", "Share of time with at least one request under way. A disk that serves many at once can do more at 100.", Of(Disks, $"100 * {Rate(Metric.HostDiskBusyTime)}", "$tag_host $tag_disk")),
        Graph(
            "Waiting for I/O (PSI)",
            "percent",
            "Share of time in which at least one task (some), or all of them (full), waited for I/O. " + NoPressure,
            Pressure(Metric.HostPsiIoSome, "some"),
            Pressure(Metric.HostPsiIoFull, "full")) with { IsShare = true });

    private static Part Network() => new(
        "Network",
        Graph(
            "Network throughput",
            "Bps",
            "Bytes of each interface.",
            Of(Cards, Rate(Metric.HostNetReceiveBytes), "$tag_host $tag_nic receive"),
            Of(Cards, Rate(Metric.HostNetTransmitBytes), "$tag_host $tag_nic transmit")),
        Graph(
            "Packets",
            "pps",
            "Packets of each interface.",
            Of(Cards, Rate(Metric.HostNetReceivePackets), "$tag_host $tag_nic receive"),
            Of(Cards, Rate(Metric.HostNetTransmitPackets), "$tag_host $tag_nic transmit")),
        Graph(
            "Drops and errors",
            "pps",
            "Packets that each interface dropped or found wrong.",
            Of(Cards, $"{Rate(Metric.HostNetReceiveDrops)} + {Rate(Metric.HostNetTransmitDrops)}", "$tag_host $tag_nic dropped"),
            Of(Cards, $"{Rate(Metric.HostNetReceiveErrors)} + {Rate(Metric.HostNetTransmitErrors)}", "$tag_host $tag_nic wrong")));

    private static Part VmsPart() => new(
        "Its VMs",
        Stack("CPU of its VMs", "none", "pCPUs that each VM takes.", new Target(Sum(Vms, Rate(Metric.VmCpuTime), OfVm), "$tag_vm")),
        Stack("Memory of its VMs", "bytes", "Memory of the host that each VM occupies.", new Target(Sum(Vms, Mean(Metric.VmMemoryRss), OfVm), "$tag_vm")),
        Stack("Disk throughput of its VMs", "Bps", "Bytes that each VM reads and writes, all disks.", new Target(Sum(VmDisks, $"{Rate(Metric.DiskReadBytes)} + {Rate(Metric.DiskWriteBytes)}", OfVm), "$tag_vm")),
        Stack("Network of its VMs", "Bps", "Bytes that each VM receives and transmits, all interfaces.", new Target(Sum(VmCards, $"{Rate(Metric.NetReceiveBytes)} + {Rate(Metric.NetTransmitBytes)}", OfVm), "$tag_vm")),
        Graph("Steal of its VMs", "percent", "Time in which the vCPUs of each VM were ready and had to wait for a pCPU.", Of(Vms, Ratios.OfVcpus(Metric.VmCpuDelay), "$tag_vm")) with { LinksTo = ["vm"] },
        new Panel("States of its VMs", "none", "State of each VM as it was read. " + Panel.Gap, new Target(Each(Vms, Last(Metric.VmStateCode)), "$tag_vm")) { Kind = PanelKind.States, States = VmStates.All });

    private static Target Of(Scope scope, string expression, string legend) => new(Each(scope, expression), legend);

    private static Target Pressure(MetricId waited, string which) => Of(Hosts, $"100 * {Rate(waited)}", $"$tag_host {which}");

    private static Panel Graph(string title, string unit, string about, params Target[] targets) => new(title, unit, $"{about} {Panel.Gap}", targets);

    private static Panel Stack(string title, string unit, string about, params Target[] targets) =>
        new(title, unit, $"{about} A VM that is not read is missing in the stack: unknown, not zero.", targets) { IsStacked = true, LinksTo = ["vm"] };
}
