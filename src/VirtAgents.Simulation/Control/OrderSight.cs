using VirtAgents.Core.Directives;

namespace VirtAgents.Simulation.Control;

/// <summary>What is seen of an order that was begun.</summary>
/// <param name="Stage">What it means.</param>
/// <param name="Detail">What was seen; for people.</param>
public sealed record OrderSight(SightStage Stage, string Detail)
{
    /// <summary>Done so far, 0 to 100; null when it cannot be told.</summary>
    public int? Percent { get; init; }

    /// <summary>Memory and disks still to be sent; null when it is no migration.</summary>
    public long? RemainingBytes { get; init; }

    /// <summary>What was measured of a migration that is done.</summary>
    public MigrationFigures Figures { get; init; }

    /// <summary>How fast the VM writes its memory; null when it is no migration.</summary>
    public long? DirtyBytesPerSecond { get; init; }
}
