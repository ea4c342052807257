using VirtAgents.Core.Model;

namespace VirtAgents.Core.Scheduling.Requests;

/// <summary>A request to start a VM that is off.</summary>
/// <param name="Number">Grows with each request; of two that are otherwise equal the smaller one is served first.</param>
/// <param name="Vm">The VM.</param>
/// <param name="Host">The host that has it.</param>
/// <param name="Stage">Where it stands.</param>
/// <param name="SubmittedUnixMs">When it came, milliseconds since 1970 UTC.</param>
public sealed record StartRequest(long Number, VmId Vm, HostId Host, RequestStage Stage, long SubmittedUnixMs)
{
    /// <summary>How long the VM is expected to run, seconds, over 0; null = unknown, which is taken as very long.</summary>
    public double? EstimateSeconds { get; init; }

    /// <summary>Higher is served first by the discipline <c>priority</c>; null = after all others.</summary>
    public int? Priority { get; init; }

    /// <summary>Whose it is where the VM has no tenant of its own; empty = nobody's.</summary>
    public string Tenant { get; init; } = "";

    /// <summary>Earliest start, milliseconds since 1970 UTC; null = at once.</summary>
    public long? NotBeforeUnixMs { get; init; }

    /// <summary>Latest start, milliseconds since 1970 UTC; null = none.</summary>
    public long? DeadlineUnixMs { get; init; }

    /// <summary>Whether the VM may be moved to another host before, once.</summary>
    public bool IsAnywhere { get; init; }

    /// <summary>Directive of its move; empty = none was recorded.</summary>
    public Guid MoveDirective { get; init; }

    /// <summary>Host that it is moved to, or was; default = none.</summary>
    public HostId Target { get; init; }

    /// <summary>Whether the VM may still be moved.</summary>
    public bool MayMove => IsAnywhere && MoveDirective == Guid.Empty;

    /// <summary>The host on which it takes room.</summary>
    public HostId GoesTo => Stage == RequestStage.Moving ? Target : Host;

    /// <summary>Its directive; empty = none was recorded.</summary>
    public Guid Directive { get; init; }

    /// <summary>When its directive was recorded, milliseconds since 1970 UTC; 0 = it was not.</summary>
    public long SentUnixMs { get; init; }

    /// <summary>When the VM was seen running, milliseconds since 1970 UTC; 0 = it was not.</summary>
    public long StartedUnixMs { get; init; }

    /// <summary>When nothing followed any more, milliseconds since 1970 UTC; 0 = it has not ended.</summary>
    public long EndedUnixMs { get; init; }

    /// <summary>How it ended, for people; empty = it has not.</summary>
    public string Detail { get; init; } = "";

    /// <summary>Whether nothing follows.</summary>
    public bool IsEnded => Stage >= RequestStage.Ended;

    /// <summary>The request once nothing follows.</summary>
    /// <param name="stage">How it ended.</param>
    /// <param name="why">Why, for people.</param>
    /// <param name="nowUnixMs">When, milliseconds since 1970 UTC.</param>
    public StartRequest End(RequestStage stage, string why, long nowUnixMs) => this with { Stage = stage, Detail = why, EndedUnixMs = nowUnixMs };
}
