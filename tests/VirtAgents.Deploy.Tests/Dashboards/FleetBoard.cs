using VirtAgents.Core.Model;
using static VirtAgents.Deploy.Tests.Dashboards.Influx;

namespace VirtAgents.Deploy.Tests.Dashboards;

/// <summary>Everything at a glance: what reports, what does not, and who takes the most.</summary>
internal static class FleetBoard
{
    private static readonly string[] Chosen = ["cluster", "host", "tenant"];
    private static readonly Scope Hosts = new(SubjectKind.Host, Chosen);
    private static readonly Scope Vms = new(SubjectKind.Vm, Chosen);
    private static readonly Scope Disks = new(SubjectKind.VmDisk, Chosen);
    private static readonly Scope Cards = new(SubjectKind.VmInterface, Chosen);

    private const string ReportGap = "A gap means that no agent reported at all, which says nothing of the VMs.";
    private const string Silence = "Looks back a day, whatever time is chosen. What is silent is unknown: it may run well.";

    public static Board Make() => new(
        "fleet",
        "VirtAgents / Fleet",
        "All hosts and VMs: what reports, what does not, and who takes the most.",
        [new("cluster", SubjectKind.Host), new("host", SubjectKind.Host), new("tenant", SubjectKind.Vm)],
        [Now(), Silent(), Busiest(), HostLoad()])
    {
        Refresh = "1m",
    };

    private static Part Now() => new(
        "Now",
        Number("Hosts that report", "Hosts whose agent reported within the last two minutes.", SubjectKind.Host, Metric.HostUptime, ""),
        Number("VMs known", "VMs whose state was read within the last two minutes, whatever it is.", SubjectKind.Vm, Metric.VmStateCode, ""),
        Number("VMs running", "VMs that were seen running within the last two minutes.", SubjectKind.Vm, Metric.VmStateCode, "\"v\" = 1"),
        new Panel("Hosts over time", "none", "Hosts with a report in each interval. " + ReportGap, new Target(Counted(Hosts, Metric.HostUptime, "host_id"), "hosts")) { Width = 12 },
        new Panel(
            "VMs by state",
            "none",
            "VMs whose state was read in each interval. A VM that is missing in both is unknown. " + ReportGap,
            new Target(Counted(Vms, Metric.VmStateCode, "vm_id", "\"v\" = 1"), "running"),
            new Target(Counted(Vms, Metric.VmStateCode, "vm_id", "\"v\" != 1"), "in another state")) { IsStacked = true, Interval = "2m" });

    private static Part Silent() => new(
        "What does not report or does not run",
        new Panel("Hosts by last report, the most silent first", "s", "When each host was heard of last, and its uptime then. " + Silence, new Target(Newest(Hosts, ("uptime", Last(Metric.HostUptime)))))
        {
            Kind = PanelKind.Table, Width = 8, LookBack = "24h", SortBy = "Time", IsAscending = true, Rows = 20, LinksTo = ["host"],
            Units = [("Time", "dateTimeFromNow"), ("uptime", "dtdurations")],
        },
        new Panel("VMs by last report, the most silent first", "none", "When the state of each VM was read last, what it was, and which host told it. " + Silence, new Target(NewestOfVm(Vms, "state", Metric.VmStateCode)))
        {
            Kind = PanelKind.Table, Width = 8, LookBack = "24h", SortBy = "Time", IsAscending = true, Rows = 20, LinksTo = ["host", "vm"],
            States = VmStates.All, Units = [("Time", "dateTimeFromNow")],
        },
        new Panel("VMs that do not run", "none", "VMs whose last known state of the chosen time is not running. Empty means that none was seen so, not that all run.", new Target(NewestOfVm(Vms, "state", Metric.VmStateCode, "\"state\" != 1")))
        {
            Kind = PanelKind.Table, Width = 8, SortBy = "Time", Rows = 20, LinksTo = ["host", "vm"], States = VmStates.All, Units = [("Time", "dateTimeFromNow")],
        });

    private static Part Busiest() => new(
        "VMs that take the most, mean of the chosen time",
        Most("CPU of VMs", "percent", "CPU time of its vCPUs; 100 means that all its vCPUs are busy.", Vms, "mean(\"v\")", [("v", Ratios.OfVcpus(Metric.VmCpuTime))]),
        Most("Steal of VMs", "percent", "Time in which its vCPUs were ready and had to wait for a pCPU.", Vms, "mean(\"v\")", [("v", Ratios.OfVcpus(Metric.VmCpuDelay))]),
        Most("Memory of VMs on the host", "bytes", "Memory of the host that it occupies.", Vms, "mean(\"v\")", [("v", Mean(Metric.VmMemoryRss))]),
        Most(
            "Disk latency of VMs",
            "ms",
            "Time that one read or write takes, over all operations of the disk. Disks without operations have none and are not listed.",
            Disks,
            "1000 * sum(\"busy\") / sum(\"done\")",
            [("busy", $"{Rate(Metric.DiskReadTime)} + {Rate(Metric.DiskWriteTime)}"), ("done", $"{Rate(Metric.DiskReads)} + {Rate(Metric.DiskWrites)}")],
            "\"done\" > 0"),
        Most("Disk throughput of VMs", "Bps", "Bytes read and written.", Disks, "mean(\"v\")", [("v", $"{Rate(Metric.DiskReadBytes)} + {Rate(Metric.DiskWriteBytes)}")]),
        Most("Network of VMs", "Bps", "Bytes received and transmitted.", Cards, "mean(\"v\")", [("v", $"{Rate(Metric.NetReceiveBytes)} + {Rate(Metric.NetTransmitBytes)}")]));

    private static Part HostLoad() => new(
        "Hosts",
        Graph("CPU of hosts", "percent", "Time of all pCPUs that is not idle, waiting for I/O or stolen.", Ratios.HostCpu) with { IsShare = true },
        Graph("Memory of hosts in use", "percent", "Memory that is not available to new processes.", Ratios.HostMemory) with { IsShare = true },
        Graph("Load of hosts", "short", "Processes that run or wait, mean of one minute. Compare it with the pCPUs of the host.", Mean(Metric.HostLoad1)),
        Graph("Hosts waiting for I/O (PSI)", "percent", "Share of time in which at least one task waited for I/O. Kernels without pressure information give nothing.", $"100 * {Rate(Metric.HostPsiIoSome)}") with { IsShare = true });

    private static Panel Number(string title, string about, SubjectKind kind, MetricId metric, string condition) =>
        new(title, "none", about + " Nothing reported is shown as unknown.", new Target(Influx.Number(new Scope(kind, Chosen), metric, kind == SubjectKind.Host ? "host_id" : "vm_id", condition), title))
        {
            Kind = PanelKind.Number, Width = 8, LookBack = "2m",
        };

    private static string Counted(Scope scope, MetricId metric, string tag, string condition = "") => Influx.Number(scope, metric, tag, condition, overTime: true);

    private static Panel Most(string title, string unit, string about, Scope scope, string outer, (string Name, string Expression)[] columns, string where = "") =>
        new(title, unit, about + " A VM without figures is not listed: unknown, not zero.", new Target(Top(scope, "mean", 10, outer, columns, where)))
        {
            Kind = PanelKind.Table, Width = 8, SortBy = "mean", Interval = "5m", Intervals = 12, LinksTo = ["host", "vm"],
        };

    private static Panel Graph(string title, string unit, string about, string expression) =>
        new(title, unit, $"{about} {Panel.Gap}", new Target(Each(Hosts, expression), "$tag_host")) { LinksTo = ["host"] };
}
