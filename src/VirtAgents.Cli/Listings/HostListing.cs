using System.Globalization;
using VirtAgents.Cli.Output;
using VirtAgents.Cli.Formatting;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Listings;

/// <summary>Columns of hosts.</summary>
internal static class HostListing
{
    public static IReadOnlyList<Column<Host>> At(DateTimeOffset now) =>
    [
        Columns.Text<Host>("name", "NAME", host => host.Name),
        Columns.Data<Host>("id", host => Datum.Text(host.Id)),
        Columns.Text<Host>("cluster", "CLUSTER", host => host.Cluster, rank: 5),
        new() { Key = "agent_status", Header = "AGENT", Value = host => Datum.Text(EnumNames.Agents.OrNull(host.Agent)), Text = AgentOf, Tone = ToneOf },
        Columns.Data<Host>("agent_version", host => Datum.Text(host.AgentVersion)),
        new() { Key = "hypervisor", Header = "HYPERVISOR", Value = host => Datum.Text(host.Hypervisor), Text = HypervisorOf, Tone = HypervisorToneOf, Rank = 4 },
        Columns.Data<Host>("hypervisor_status", host => Datum.Text(EnumNames.Hypervisors.OrNull(host.HypervisorStatus))),
        Columns.Shown<Host>("VMS", VmsOf, alignRight: true),
        Columns.Data<Host>("running_vm_count", host => KnowsVms(host) ? Datum.Whole(host.RunningVmCount) : Datum.Unknown),
        Columns.Data<Host>("unknown_vm_count", host => Datum.Whole(host.UnknownVmCount)),
        Columns.Data<Host>("vm_count", host => Datum.Whole(host.VmCount)),
        Columns.Data<Host>("cpu_count", host => Datum.WholeOrUnknown(host.CpuCount)),
        Columns.Number<Host>("cpu_percent", "CPU", host => Datum.Of(host.CpuPercent), Units.Percent),
        Columns.Number<Host>("memory_bytes", "SIZE", host => Datum.WholeOrUnknown(host.MemoryBytes), Units.Bytes, rank: 3),
        Columns.Number<Host>("memory_used_percent", "MEMORY", host => Datum.Of(host.MemoryUsedPercent), Units.Percent),
        Columns.Data<Host>("last_report", host => Datum.Time(host.LastReportUnixMs)),
        Columns.Shown<Host>("REPORT", host => Instants.Age(host.LastReportUnixMs, now), rank: 2, alignRight: true),
        Columns.Data<Host>("draining", host => host.HasDraining ? Datum.Flag(host.Draining) : Datum.Unknown),
        Columns.Data<Host>("takes_no_vm", host => Datum.Text(host.TakesNoVm)),
    ];

    /// <summary>
    /// Whether the number of running VMs is knowledge: without an agent, or with its hypervisor away, the collector counts
    /// none as running, and showing that would look like an outage of every VM.
    /// </summary>
    public static bool KnowsVms(Host host) => host.Agent == AgentStatus.Connected && host.HypervisorStatus == HypervisorStatus.Up;

    private static string VmsOf(Host host)
    {
        var running = KnowsVms(host) ? host.RunningVmCount.ToString(CultureInfo.InvariantCulture) : "-";
        var unknown = KnowsVms(host) && host.UnknownVmCount > 0 ? $" ({host.UnknownVmCount} unknown)" : "";
        return $"{running}/{host.VmCount}{unknown}";
    }

    private static string AgentOf(Host host) => EnumNames.Agents.OrNull(host.Agent) + (host.Draining ? " (draining)" : host.TakesNoVm.Length > 0 ? " (takes no VM)" : "");

    private static string HypervisorOf(Host host) =>
        host.HypervisorStatus == HypervisorStatus.Lost ? (host.Hypervisor + " (lost)").TrimStart() : host.Hypervisor;

    private static Tone ToneOf(Host host) => host.Agent switch
    {
        AgentStatus.Connected => Tone.Good,
        AgentStatus.Lost or AgentStatus.Silent => Tone.Bad,
        AgentStatus.Stopped => Tone.Warning,
        _ => Tone.Quiet,
    };

    private static Tone HypervisorToneOf(Host host) => host.HypervisorStatus == HypervisorStatus.Lost ? Tone.Bad : Tone.Plain;
}
