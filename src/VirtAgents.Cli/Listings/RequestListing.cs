using System.Globalization;
using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Output;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Listings;

/// <summary>Columns of requests to start VMs, and of the figures of their queue.</summary>
internal static class RequestListing
{
    private const double Percent = 100;

    public static IReadOnlyList<Column<StartRequestRecord>> Requests(DateTimeOffset now) =>
    [
        Columns.Text<StartRequestRecord>("id", "ID", request => request.Id),
        Columns.Text<StartRequestRecord>("state", "STATE", request => EnumNames.Requests.Of(request.State)),
        Columns.Number<StartRequestRecord>("place", "PLACE", request => request.HasPlace ? Datum.Whole(request.Place) : Datum.Unknown, Plain),
        Columns.Text<StartRequestRecord>("vm", "VM", request => request.Vm),
        Columns.Text<StartRequestRecord>("host", "HOST", request => request.Host),
        Columns.Text<StartRequestRecord>("tenant", "TENANT", request => request.Tenant, rank: 3),
        Columns.Number<StartRequestRecord>("priority", "PRIORITY", request => request.HasPriority ? Datum.Whole(request.Priority) : Datum.Unknown, Plain, rank: 4),
        Columns.Number<StartRequestRecord>(
            "estimate_seconds", "ESTIMATE", request => Datum.Of(request.HasEstimateSeconds ? request.EstimateSeconds : null), seconds => Durations.Format(TimeSpan.FromSeconds(seconds)), rank: 2),
        Columns.Shown<StartRequestRecord>("AGE", request => Instants.Age(request.SubmittedUnixMs, now), alignRight: true),
        .. Facts(),
        Columns.Shown<StartRequestRecord>("WHY", request => request.Detail, rank: 1),
    ];

    public static IReadOnlyList<Column<QueueFiguresRecord>> Figures { get; } =
    [
        Columns.Number<QueueFiguresRecord>("waiting", "WAITING", figures => Datum.Whole(figures.Waiting), Plain),
        Columns.Number<QueueFiguresRecord>("started", "STARTED", figures => Datum.Whole(figures.Started), Plain),
        Seconds("wait_mean", "WAIT MEAN", figures => figures.HasWaitMeanSeconds ? figures.WaitMeanSeconds : null),
        Seconds("wait_p50", "P50", figures => figures.HasWaitMedianSeconds ? figures.WaitMedianSeconds : null),
        Seconds("wait_p95", "P95", figures => figures.HasWaitP95Seconds ? figures.WaitP95Seconds : null),
        Seconds("wait_max", "MAX", figures => figures.HasWaitMaxSeconds ? figures.WaitMaxSeconds : null),
        Columns.Number<QueueFiguresRecord>("bsld_mean", "SLOWDOWN", figures => Datum.Of(figures.HasBoundedSlowdown ? figures.BoundedSlowdown : null), Fine),
        Columns.Number<QueueFiguresRecord>("jain", "JAIN", figures => Datum.Of(figures.HasJain ? figures.Jain : null), Fine),
        Columns.Number<QueueFiguresRecord>("vcpus_promised", "VCPUS", figures => Datum.Of(figures.HasVcpusPromised ? figures.VcpusPromised : null), Share),
        Columns.Number<QueueFiguresRecord>("memory_promised", "MEMORY", figures => Datum.Of(figures.HasMemoryPromised ? figures.MemoryPromised : null), Share),
    ];

    private static Column<StartRequestRecord>[] Facts() =>
    [
        Columns.Data<StartRequestRecord>("vm_id", request => Datum.Text(request.VmId)),
        Columns.Data<StartRequestRecord>("host_id", request => Datum.Text(request.HostId)),
        Columns.Data<StartRequestRecord>("anywhere", request => Datum.Text(request.Anywhere ? "yes" : "no")),
        Columns.Data<StartRequestRecord>("target", request => Datum.Text(request.Target)),
        Columns.Data<StartRequestRecord>("choice", request => Datum.Text(request.Choice)),
        Columns.Data<StartRequestRecord>("move_directive_id", request => Datum.Text(request.MoveDirectiveId)),
        Columns.Data<StartRequestRecord>("vcpus", request => Datum.WholeOrUnknown((ulong)Math.Max(0, request.Vcpus))),
        Columns.Data<StartRequestRecord>("memory_bytes", request => Datum.WholeOrUnknown((ulong)Math.Max(0, request.MemoryBytes))),
        Columns.Data<StartRequestRecord>("not_before", request => Datum.Time(request.NotBeforeUnixMs)),
        Columns.Data<StartRequestRecord>("deadline", request => Datum.Time(request.DeadlineUnixMs)),
        Columns.Data<StartRequestRecord>("submitted", request => Datum.Time(request.SubmittedUnixMs)),
        Columns.Data<StartRequestRecord>("sent", request => Datum.Time(request.SentUnixMs)),
        Columns.Data<StartRequestRecord>("started", request => Datum.Time(request.StartedUnixMs)),
        Columns.Data<StartRequestRecord>("ended", request => Datum.Time(request.EndedUnixMs)),
        Columns.Data<StartRequestRecord>("reservation", request => Datum.Time(request.HasReservationUnixMs ? request.ReservationUnixMs : 0)),
        Columns.Data<StartRequestRecord>("directive_id", request => Datum.Text(request.DirectiveId)),
        Columns.Data<StartRequestRecord>("actor", request => Datum.Text(request.Actor)),
        Columns.Data<StartRequestRecord>("note", request => Datum.Text(request.Note)),
        Columns.Data<StartRequestRecord>("detail", request => Datum.Text(request.Detail)),
    ];

    private static Column<QueueFiguresRecord> Seconds(string key, string header, Func<QueueFiguresRecord, double?> value) =>
        Columns.Number<QueueFiguresRecord>(key, header, figures => Datum.Of(value(figures) is { } known ? Math.Round(known, 2) : null), number => number.ToString("0.0", CultureInfo.InvariantCulture) + " s");

    private static string Plain(double number) => number.ToString("0", CultureInfo.InvariantCulture);

    private static string Fine(double number) => number.ToString("0.000", CultureInfo.InvariantCulture);

    private static string Share(double ratio) => (ratio * Percent).ToString("0", CultureInfo.InvariantCulture) + "%";
}
