using VirtAgents.Collector.Sessions;
using VirtAgents.Core.Directives;
using VirtAgents.Protocol;
using VirtAgents.Protocol.V1;
using DirectiveState = VirtAgents.Core.Directives.DirectiveState;
using RefusalReason = VirtAgents.Core.Directives.RefusalReason;

namespace VirtAgents.Collector.Directives;

/// <summary>What an agent tells of a directive.</summary>
/// <param name="Id">The directive.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Refusal">Why it was refused.</param>
/// <param name="Detail">Why, or what was observed; for people.</param>
/// <param name="Progress">How far it is.</param>
/// <param name="HostTimeUnixMs">When, by the clock of the host.</param>
internal sealed record DirectiveNews(
    Guid Id, DirectiveState State, RefusalReason Refusal, string Detail, DirectiveProgress Progress, long HostTimeUnixMs)
{
    /// <summary>What was measured of a migration that is done.</summary>
    public MigrationFigures Figures { get; init; }

    /// <summary>Reads and checks a message.</summary>
    /// <exception cref="StreamRefusal">It breaks the protocol.</exception>
    public static DirectiveNews Read(DirectiveUpdate message)
    {
        DirectiveState state = DirectiveMapping.FromWire(message.State);
        string? problem = !WireGuid.TryRead(message.DirectiveId, out Guid id) ? $"directive_id has {message.DirectiveId.Length} bytes (16)"
            : state == DirectiveState.None ? $"state {(int)message.State} is none that an agent tells"
            : !Enum.IsDefined((RefusalReason)message.Refusal) ? $"refusal {(int)message.Refusal} is out of range"
            : message.Detail.Length > ProtocolLimits.Default.TextLength ? $"detail has {message.Detail.Length} characters (at most {ProtocolLimits.Default.TextLength})"
            : message.ProgressPercent > 100 ? $"progress_percent {message.ProgressPercent} is out of range (0 to 100)"
            : message.TimeUnixMs < 0 ? "time_unix_ms is negative"
            : message.RemainingBytes > long.MaxValue || message.DirtyBytesPerSecond > long.MaxValue ? "remaining_bytes or dirty_bytes_per_second is out of range"
            : message.DowntimeMilliseconds > long.MaxValue || message.SentBytes > long.MaxValue ? "downtime_milliseconds or sent_bytes is out of range"
            : null;
        return problem is not null
            ? throw StreamRefusal.Violation($"directive_update: {problem}")
            : new(
                id, state, state == DirectiveState.Refused ? (RefusalReason)message.Refusal : RefusalReason.None, message.Detail,
                new((int)message.ProgressPercent, (long)message.RemainingBytes, (long)message.DirtyBytesPerSecond), message.TimeUnixMs)
            {
                Figures = new(message.HasDowntimeMilliseconds ? (long)message.DowntimeMilliseconds : null, message.HasSentBytes ? (long)message.SentBytes : null),
            };
    }
}

/// <summary>How far a directive is.</summary>
/// <param name="Percent">Done so far, 0 to 100; 0 also when the kind reports none.</param>
/// <param name="RemainingBytes">Still to be sent; 0 also when unknown.</param>
/// <param name="DirtyBytesPerSecond">How fast the guest writes its memory anew; 0 also when unknown.</param>
internal readonly record struct DirectiveProgress(int Percent, long RemainingBytes, long DirtyBytesPerSecond);
