using VirtAgents.Core.Directives;

namespace VirtAgents.Hypervisors.Simulated;

/// <summary>How long an order may take.</summary>
internal static class OrderTime
{
    /// <summary>A move that arrived at the last moment still has to leave its source.</summary>
    private static readonly TimeSpan Departure = TimeSpan.FromSeconds(5);

    public static TimeSpan AllowedFor(DirectiveOrder order) =>
        order.Kind == DirectiveKind.Migrate ? order.TimeAllowed + Departure : order.TimeAllowed; // the world aborts a move in time
}
