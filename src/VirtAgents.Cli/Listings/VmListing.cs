using VirtAgents.Cli.Output;
using VirtAgents.Cli.Formatting;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Listings;

/// <summary>Columns of VMs.</summary>
internal static class VmListing
{
    public static IReadOnlyList<Column<Vm>> At(DateTimeOffset now) =>
    [
        Columns.Text<Vm>("name", "NAME", vm => vm.Name),
        Columns.Data<Vm>("id", vm => Datum.Text(vm.Id)),
        Columns.Text<Vm>("host", "HOST", vm => vm.Host, rank: 1),
        Columns.Data<Vm>("host_id", vm => Datum.Text(vm.HostId)),
        Columns.Data<Vm>("tenant", vm => Datum.Text(vm.Tenant)),
        new() { Key = "state", Header = "STATE", Value = vm => Datum.Text(EnumNames.States.Of(vm.State)), Text = StateOf, Tone = vm => ToneOf(vm.State) },
        Columns.Data<Vm>("reason", vm => Datum.Text(EnumNames.Reasons.OrNull(vm.Reason))),
        Columns.Data<Vm>("last_known_state", vm => LastKnownStateOf(vm)),
        Columns.Data<Vm>("since", vm => Datum.Time(vm.SinceUnixMs)),
        Columns.Shown<Vm>("SINCE", vm => Instants.Age(vm.SinceUnixMs, now), rank: 6, alignRight: true),
        Columns.Data<Vm>("vcpu_count", vm => Datum.WholeOrUnknown(vm.VcpuCount)),
        Columns.Number<Vm>("cpu_percent", "CPU", vm => Datum.Of(vm.CpuPercent), Units.Percent),
        Columns.Number<Vm>("steal_percent", "STEAL", vm => Datum.Of(vm.StealPercent), Units.Percent, rank: 5),
        Columns.Data<Vm>("memory_bytes", vm => Datum.WholeOrUnknown(vm.MemoryBytes)),
        Columns.Number<Vm>("memory_used_percent", "MEMORY", vm => Datum.Of(vm.MemoryUsedPercent), Units.Percent),
        Columns.Number<Vm>("memory_rss_bytes", "RSS", vm => Datum.Of(vm.MemoryRssBytes), Units.Bytes, rank: 4),
        Columns.Number<Vm>("disk_read_bytes_per_second", "READ", vm => Datum.Of(vm.DiskReadBytesPerSecond), Units.BytesPerSecond, rank: 3),
        Columns.Number<Vm>("disk_write_bytes_per_second", "WRITE", vm => Datum.Of(vm.DiskWriteBytesPerSecond), Units.BytesPerSecond, rank: 3),
        Columns.Number<Vm>("network_receive_bytes_per_second", "RECEIVE", vm => Datum.Of(vm.NetworkReceiveBytesPerSecond), Units.BytesPerSecond, rank: 2),
        Columns.Number<Vm>("network_transmit_bytes_per_second", "TRANSMIT", vm => Datum.Of(vm.NetworkTransmitBytesPerSecond), Units.BytesPerSecond, rank: 2),
        Columns.Data<Vm>("last_report", vm => Datum.Time(vm.LastReportUnixMs)),
        Columns.Data<Vm>("disks", vm => Datum.List(vm.Disks)),
        Columns.Data<Vm>("interfaces", vm => Datum.List(vm.Interfaces)),
        Columns.Data<Vm>("evidence", vm => Datum.Text(vm.Evidence)),
        Columns.Data<Vm>("cpu_host_percent", vm => Datum.Of(vm.CpuHostPercent)),
        Columns.Data<Vm>("cpu_throttled_percent", vm => Datum.Of(vm.CpuThrottledPercent)),
        Columns.Data<Vm>("contention_score", vm => Datum.Of(vm.ContentionScore)),
        Columns.Data<Vm>("memory_rss_percent", vm => Datum.Of(vm.MemoryRssPercent)),
        Columns.Data<Vm>("memory_source", vm => Datum.Text(EnumNames.MemorySources.OrNull(vm.MemorySource))),
        Columns.Data<Vm>("limits", vm => Datum.List(vm.Limits.Select(VmLimits.Name))),
        Columns.Data<Vm>("definition_digest", vm => Datum.Text(vm.DefinitionDigest)),
        Columns.Data<Vm>("autostart", vm => Datum.Flag(vm.HasAutostart ? vm.Autostart : null)),
    ];

    /// <summary>The state, and why when it is not the usual one.</summary>
    public static string StateOf(Vm vm)
    {
        var state = EnumNames.States.Of(vm.State);
        return vm.State != VmState.Running && EnumNames.Reasons.OrNull(vm.Reason) is { } reason && reason != state ? $"{state} ({reason})" : state;
    }

    public static Tone ToneOf(VmState state) => state switch
    {
        VmState.Running => Tone.Good,
        VmState.Crashed or VmState.Stuck => Tone.Bad,
        VmState.Unspecified or VmState.Paused or VmState.ShuttingDown or VmState.PmSuspended => Tone.Warning,
        _ => Tone.Quiet,
    };

    // Only told while the state itself is unknown or stuck; otherwise it would repeat an old state as if it mattered.
    private static Datum LastKnownStateOf(Vm vm) =>
        vm.LastKnownState == VmState.Unspecified ? Datum.Unknown : Datum.Text(EnumNames.States.Of(vm.LastKnownState));
}
