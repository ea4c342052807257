using VirtAgents.Cli.Output;
using VirtAgents.Cli.Formatting;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Listings;

/// <summary>Columns of storage pools.</summary>
internal static class PoolListing
{
    private const double NearlyFullPercent = 90;

    public static IReadOnlyList<Column<Pool>> At(DateTimeOffset now) =>
    [
        Columns.Text<Pool>("host", "HOST", pool => pool.Host),
        Columns.Text<Pool>("name", "NAME", pool => pool.Name),
        Columns.Text<Pool>("type", "TYPE", pool => pool.Type, rank: 3),
        new() { Key = "shared", Header = "SHARED", Value = pool => Datum.Flag(pool.Shared), Text = pool => pool.Shared ? "yes" : "no", Rank = 4 },
        new() { Key = "active", Header = "STATE", Value = pool => Datum.Flag(ActiveOf(pool)), Text = StateOf, Tone = ToneOf },
        Columns.Number<Pool>("capacity_bytes", "SIZE", pool => Datum.Of(pool.CapacityBytes), Units.Bytes),
        Columns.Number<Pool>("allocation_bytes", "USED", pool => Datum.Of(pool.AllocationBytes), Units.Bytes, rank: 2),
        Columns.Number<Pool>("available_bytes", "FREE", pool => Datum.Of(pool.AvailableBytes), Units.Bytes),
        new()
        {
            Key = "used_percent",
            Header = "USE",
            Value = pool => Datum.Of(UsedPercentOf(pool)),
            Text = pool => UsedPercentOf(pool) is { } percent ? Units.Percent(percent) : "-",
            Tone = pool => UsedPercentOf(pool) >= NearlyFullPercent ? Tone.Bad : Tone.Plain,
            AlignRight = true,
        },
        Columns.Data<Pool>("last_report", pool => Datum.Time(pool.LastReportUnixMs)),
        Columns.Shown<Pool>("REPORT", pool => Instants.Age(pool.LastReportUnixMs, now), rank: 1, alignRight: true),
    ];

    private static bool? ActiveOf(Pool pool) => pool.Active is { Known: true } active ? active.Number != 0 : null;

    private static string StateOf(Pool pool) => ActiveOf(pool) switch { true => "active", false => "failed", null => "-" };

    private static Tone ToneOf(Pool pool) => ActiveOf(pool) switch { true => Tone.Good, false => Tone.Bad, null => Tone.Warning };

    // What is not available is used: a pool on a shared file system fills by the files of others, too.
    private static double? UsedPercentOf(Pool pool) =>
        pool is { CapacityBytes: { Known: true, Number: > 0 } capacity, AvailableBytes: { Known: true } available }
            ? 100 * (1 - available.Number / capacity.Number)
            : null;
}
