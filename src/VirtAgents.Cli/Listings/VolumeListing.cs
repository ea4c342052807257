using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Output;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Listings;

/// <summary>Columns of volumes.</summary>
internal static class VolumeListing
{
    public static IReadOnlyList<Column<Volume>> At(DateTimeOffset now) =>
    [
        Columns.Text<Volume>("host", "HOST", volume => volume.Host),
        Columns.Text<Volume>("pool", "POOL", volume => volume.Pool),
        Columns.Text<Volume>("name", "NAME", volume => volume.Name),
        Columns.Number<Volume>("capacity_bytes", "SIZE", volume => Datum.Of(volume.CapacityBytes), Units.Bytes),
        Columns.Number<Volume>("allocation_bytes", "USED", volume => Datum.Of(volume.AllocationBytes), Units.Bytes),
        Columns.Data<Volume>("last_report", volume => Datum.Time(volume.LastReportUnixMs)),
        Columns.Shown<Volume>("REPORT", volume => Instants.Age(volume.LastReportUnixMs, now), rank: 1, alignRight: true),
    ];
}
