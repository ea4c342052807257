using VirtAgents.Core.Directives;

namespace VirtAgents.Hypervisors.Simulated;

/// <summary>How long an order may take.</summary>
internal static class OrderTime
{
    /// <summary>A move that arrived at the last moment still has to leave its source.</summary>
    private static readonly TimeSpan Departure = TimeSpan.FromSeconds(5);

    /// <summary>A parameter of the order goes before the time of its kind; who may use force after that gets the time for it.</summary>
    public static TimeSpan AllowedFor(DirectiveOrder order)
    {
        DirectiveDefinition definition = DirectiveCatalogue.Find(order.Kind)!;
        long? seconds = order.Number("grace_seconds") ?? order.Number("timeout_seconds");
        TimeSpan allowed = seconds is long given ? TimeSpan.FromSeconds(given) : definition.TimeAllowed;
        if (order.Kind == DirectiveKind.Migrate)
        {
            return allowed + Departure; // the world aborts it in time
        }

        return order.Flag("force") ? allowed + DirectiveCatalogue.Find(DirectiveKind.Destroy)!.TimeAllowed : allowed;
    }
}
