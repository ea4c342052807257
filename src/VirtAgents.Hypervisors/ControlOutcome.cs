using VirtAgents.Core.Directives;

namespace VirtAgents.Hypervisors;

/// <summary>How carrying out an order ended.</summary>
/// <param name="State"><see cref="DirectiveState.Done"/>, <see cref="DirectiveState.Failed"/> or <see cref="DirectiveState.Cancelled"/>.</param>
/// <param name="Detail">What was observed; for people.</param>
public sealed record ControlOutcome(DirectiveState State, string Detail)
{
    /// <summary>What was measured of a migration; nothing is known of other kinds.</summary>
    public MigrationFigures Figures { get; init; }

    /// <summary>The post-condition was observed.</summary>
    public static ControlOutcome Done(string detail) => new(DirectiveState.Done, detail);

    /// <summary>The post-condition was not observed.</summary>
    public static ControlOutcome Failed(string detail) => new(DirectiveState.Failed, detail);

    /// <summary>It was aborted by order.</summary>
    public static ControlOutcome Cancelled(string detail) => new(DirectiveState.Cancelled, detail);
}

/// <summary>News of an order that is being carried out.</summary>
/// <param name="Percent">Done so far, 0 to 100; null when it cannot be told.</param>
/// <param name="RemainingBytes">Memory and disks still to be sent; null when it cannot be told or is none of this kind.</param>
/// <param name="DirtyBytesPerSecond">How fast the guest writes its memory anew; null when it cannot be told.</param>
/// <param name="Detail">What goes on, for people.</param>
public sealed record ControlProgress(int? Percent, long? RemainingBytes, long? DirtyBytesPerSecond, string Detail);
