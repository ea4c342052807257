using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Output;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Listings;

/// <summary>Columns of limits that divide uplinks, and of the uplinks.</summary>
internal static class ShareListing
{
    public static IReadOnlyList<Column<ShareUplink>> Uplinks { get; } =
    [
        Columns.Text<ShareUplink>("host", "HOST", uplink => uplink.Host),
        Columns.Text<ShareUplink>("uplink", "UPLINK", uplink => uplink.Uplink),
        Columns.Text<ShareUplink>("resource", "RESOURCE", uplink => uplink.Resource, rank: 1),
        Columns.Text<ShareUplink>("rule", "RULE", uplink => uplink.Rule, rank: 2),
        Columns.Number<ShareUplink>("bytes_per_second", "USED", uplink => Datum.Of(uplink.HasBytesPerSecond ? uplink.BytesPerSecond : null), Units.BytesPerSecond),
        Columns.Number<ShareUplink>("capacity_bytes_per_second", "CAPACITY", uplink => Datum.Of(uplink.CapacityBytesPerSecond), Units.BytesPerSecond),
        Columns.Text<ShareUplink>("divided", "DIVIDED", uplink => uplink.Pressed ? "yes" : "no"),
        Columns.Text<ShareUplink>("detail", "HOW IT STANDS", uplink => uplink.Detail, rank: 3),
    ];

    public static IReadOnlyList<Column<ShareLimit>> Limits(DateTimeOffset now) =>
    [
        Columns.Data<ShareLimit>("id", limit => Datum.Text(limit.Id)),
        Columns.Text<ShareLimit>("state", "STATE", limit => EnumNames.Shares.Of(limit.State)),
        Columns.Text<ShareLimit>("vm", "VM", limit => limit.Vm),
        Columns.Data<ShareLimit>("vm_id", limit => Datum.Text(limit.VmId)),
        Columns.Text<ShareLimit>("mac", "INTERFACE", limit => limit.Mac, rank: 3),
        Columns.Text<ShareLimit>("host", "HOST", limit => limit.Host, rank: 2),
        Columns.Text<ShareLimit>("resource", "RESOURCE", limit => limit.Resource, rank: 1),
        Columns.Number<ShareLimit>("bytes_per_second", "LIMIT", limit => Datum.Whole(limit.BytesPerSecond), Units.BytesPerSecond),
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
