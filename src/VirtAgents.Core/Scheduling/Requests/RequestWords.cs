using System.Globalization;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Queues;

namespace VirtAgents.Core.Scheduling.Requests;

/// <summary>Decisions about requests in words.</summary>
internal static class RequestWords
{
    public static string Of(QueueDecision decision, string host, long? reservationUnixMs) => decision.Verdict switch
    {
        QueueVerdict.StartsAsHead => $"starts: first in the order of host {host}, and there is room",
        QueueVerdict.StartsBeforeReservation => $"starts: passes the head of host {host}, and is expected to end before {At(reservationUnixMs)}, when that begins",
        QueueVerdict.StartsBesideReservation => $"starts: passes the head of host {host}, and leaves it what it needs",
        QueueVerdict.WaitsForRoom => $"waits: first in the order of host {host}, {Lack(decision)}{(reservationUnixMs is null ? "" : $", expected to start at {At(reservationUnixMs)}")}",
        QueueVerdict.WaitsBehindHead => $"waits: the first in the order of host {host} does not fit, and nothing may pass it",
        QueueVerdict.WaitsBehindHeadForRoom => $"waits: {Lack(decision)} on host {host}",
        QueueVerdict.WaitsNotToDelayHead => $"waits: it would delay the first in the order of host {host}{(reservationUnixMs is null ? ", whose start nobody can tell yet" : $", which is expected to start at {At(reservationUnixMs)}")}",
        QueueVerdict.WaitsForQuota => $"waits: the quota of tenant '{decision.Request.Tenant}' is used up",
        _ => throw new InvalidOperationException($"a verdict without words: {decision.Verdict}"),
    };

    public static string Of(VmState state) => state switch
    {
        VmState.ShuttingDown => "shutting down",
        VmState.ShutOff => "shut off",
        VmState.PmSuspended => "suspended",
        VmState.MigratedAway => "migrated away",
        _ => state.ToString().ToLowerInvariant(),
    };

    public static string Of(Resources amount) => string.Create(CultureInfo.InvariantCulture, $"{amount.Processors} vCPUs and {amount.MemoryMib} MiB");

    public static string Time(long unixMs) => DateTimeOffset.FromUnixTimeMilliseconds(unixMs).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string At(long? unixMs) => unixMs is { } known ? Time(known) : "a time that nobody can tell yet";

    // Where more is promised than may be, as limits were lowered, nothing is left, and not less.
    private static string Lack(QueueDecision decision) =>
        $"needs {Of(decision.Request.Need)}, {Of(new Resources(Math.Max(0, decision.Free.Processors), Math.Max(0, decision.Free.MemoryMib)))} may still be promised";
}
