using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Output;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Listings;

/// <summary>Columns of limits that divide what is full, and of the places.</summary>
internal static class ShareListing
{
    public static IReadOnlyList<Column<ShareUplink>> Uplinks { get; } =
    [
        Columns.Shown<ShareUplink>("HOST", uplink => uplink.Host.Length > 0 ? uplink.Host : Units.Count(uplink.Hosts.Count, "host")),
        Columns.Data<ShareUplink>("host", uplink => Datum.Text(uplink.Host)),
        Columns.Data<ShareUplink>("hosts", uplink => Datum.List(uplink.Hosts)),
        Columns.Text<ShareUplink>("place", "PLACE", uplink => uplink.Place),
        Columns.Data<ShareUplink>("uplink", uplink => Datum.Text(uplink.Uplink)),
        Columns.Text<ShareUplink>("resource", "RESOURCE", uplink => uplink.Resource, rank: 1),
        Columns.Text<ShareUplink>("rule", "RULE", uplink => uplink.Rule, rank: 2),
        Columns.Shown<ShareUplink>("USED", uplink => Amounts.Of(uplink.Resource, uplink.HasUsed ? uplink.Used : null), alignRight: true),
        Columns.Data<ShareUplink>("used", uplink => Datum.Of(uplink.HasUsed ? uplink.Used : null)),
        Columns.Data<ShareUplink>("bytes_per_second", uplink => Datum.Of(uplink.HasBytesPerSecond ? uplink.BytesPerSecond : null)),
        Columns.Shown<ShareUplink>("CAPACITY", uplink => Amounts.Of(uplink.Resource, uplink.HasCapacity ? uplink.Capacity : null), alignRight: true),
        Columns.Data<ShareUplink>("capacity", uplink => Datum.Of(uplink.HasCapacity ? uplink.Capacity : null)),
        Columns.Data<ShareUplink>("capacity_bytes_per_second", uplink => Datum.Of(uplink.CapacityBytesPerSecond)),
        Columns.Text<ShareUplink>("divided", "DIVIDED", uplink => uplink.Pressed ? "yes" : "no"),
        Columns.Text<ShareUplink>("detail", "HOW IT STANDS", uplink => uplink.Detail, rank: 3),
    ];

    public static IReadOnlyList<Column<ShareLimit>> Limits(DateTimeOffset now) =>
    [
        Columns.Data<ShareLimit>("id", limit => Datum.Text(limit.Id)),
        Columns.Text<ShareLimit>("state", "STATE", limit => EnumNames.Shares.Of(limit.State)),
        Columns.Text<ShareLimit>("vm", "VM", limit => limit.Vm),
        Columns.Data<ShareLimit>("vm_id", limit => Datum.Text(limit.VmId)),
        Columns.Text<ShareLimit>("device", "DEVICE", limit => limit.Device, rank: 3),
        Columns.Data<ShareLimit>("mac", limit => Datum.Text(limit.Mac)),
        Columns.Text<ShareLimit>("host", "HOST", limit => limit.Host, rank: 2),
        Columns.Text<ShareLimit>("resource", "RESOURCE", limit => limit.Resource, rank: 1),
        Columns.Shown<ShareLimit>("LIMIT", limit => Amounts.OfLimit(limit.Resource, limit.Amount), alignRight: true),
        Columns.Data<ShareLimit>("amount", limit => Datum.Whole(limit.Amount)),
        Columns.Data<ShareLimit>("bytes_per_second", limit => Datum.Whole(limit.BytesPerSecond)),
        Columns.Data<ShareLimit>("previous_bytes_per_second", limit => Datum.Whole(limit.PreviousBytesPerSecond)),
        Columns.Text<ShareLimit>("rule", "RULE", limit => limit.Rule, rank: 2),
        Columns.Shown<ShareLimit>("AGE", limit => Instants.Age(limit.SetUnixMs, now), alignRight: true),
        Columns.Data<ShareLimit>("set", limit => Datum.Time(limit.SetUnixMs)),
        Columns.Data<ShareLimit>("changed", limit => Datum.Time(limit.ChangedUnixMs)),
        Columns.Data<ShareLimit>("expires", limit => Datum.Time(limit.ExpiresUnixMs)),
        Columns.Data<ShareLimit>("ended", limit => Datum.Time(limit.EndedUnixMs)),
        Columns.Data<ShareLimit>("directive_id", limit => Datum.Text(limit.DirectiveId)),
        Columns.Data<ShareLimit>("reason", limit => Datum.Text(limit.Reason)),
        Columns.Data<ShareLimit>("detail", limit => Datum.Text(limit.Detail)),
        Columns.Shown<ShareLimit>("WHY", limit => limit.Detail.Length > 0 ? limit.Detail : limit.Reason, rank: 4),
    ];
}
