using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Output;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Listings;

/// <summary>Columns of throttles.</summary>
internal static class ThrottleListing
{
    public static IReadOnlyList<Column<Throttle>> At(DateTimeOffset now) =>
    [
        Columns.Data<Throttle>("id", throttle => Datum.Text(throttle.Id)),
        Columns.Text<Throttle>("state", "STATE", throttle => EnumNames.Throttles.Of(throttle.State)),
        Columns.Text<Throttle>("vm", "VM", throttle => throttle.Vm),
        Columns.Data<Throttle>("vm_id", throttle => Datum.Text(throttle.VmId)),
        Columns.Text<Throttle>("host", "HOST", throttle => throttle.Host, rank: 2),
        Columns.Text<Throttle>("resource", "RESOURCE", throttle => throttle.Resource),
        Columns.Text<Throttle>("device", "DISK", throttle => throttle.Device, rank: 3),
        Columns.Shown<Throttle>("LIMIT", throttle => Amounts.OfLimit(throttle.Resource, throttle.Amount), alignRight: true),
        Columns.Data<Throttle>("amount", throttle => Datum.Whole(throttle.Amount)),
        Columns.Shown<Throttle>("USED", throttle => Amounts.OfLimit(throttle.Resource, throttle.Used), rank: 2, alignRight: true),
        Columns.Data<Throttle>("used", throttle => Datum.Of(throttle.Used)),
        Columns.Text<Throttle>("rule", "RULE", throttle => throttle.Rule, rank: 2),
        Columns.Data<Throttle>("finding", throttle => Datum.Text(EnumNames.Findings.OrNull(throttle.Finding))),
        Columns.Shown<Throttle>("AGE", throttle => Instants.Age(throttle.SetUnixMs, now), rank: 1, alignRight: true),
        Columns.Data<Throttle>("set", throttle => Datum.Time(throttle.SetUnixMs)),
        Columns.Data<Throttle>("expires", throttle => Datum.Time(throttle.ExpiresUnixMs)),
        Columns.Data<Throttle>("ended", throttle => Datum.Time(throttle.EndedUnixMs)),
        Columns.Data<Throttle>("directive_id", throttle => Datum.Text(throttle.DirectiveId)),
        Columns.Data<Throttle>("incident_id", throttle => Datum.Text(throttle.IncidentId)),
        Columns.Data<Throttle>("reason", throttle => Datum.Text(throttle.Reason)),
        Columns.Data<Throttle>("outcome", throttle => Datum.Text(throttle.Outcome)),
        Columns.Shown<Throttle>("WHY", throttle => throttle.Outcome.Length > 0 ? throttle.Outcome : throttle.Reason, rank: 4),
    ];
}
