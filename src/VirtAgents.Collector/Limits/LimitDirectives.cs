using Microsoft.EntityFrameworkCore;
using VirtAgents.Collector.Control;
using VirtAgents.Core.Scheduling.Control;

namespace VirtAgents.Collector.Limits;

/// <summary>How directives of limits stand.</summary>
internal static class LimitDirectives
{
    /// <summary>Those of some ids, as they are now.</summary>
    public static async Task<Dictionary<Guid, DirectiveNow>> ReadAsync(IDbContextFactory<ControlContext> contexts, Guid[] ids, CancellationToken cancellationToken)
    {
        if (ids.Length == 0)
        {
            return [];
        }

        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Directives.Where(d => ids.Contains(d.Id)).ToDictionaryAsync(d => d.Id, d => new DirectiveNow(d.State, d.Detail, d.UpdatedUnixMs), cancellationToken);
    }
}
