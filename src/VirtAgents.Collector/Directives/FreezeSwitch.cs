using Microsoft.EntityFrameworkCore;
using VirtAgents.Collector.Control;

namespace VirtAgents.Collector.Directives;

/// <summary>The switch that stops all acting. It is changed in the order of the ledger: what comes after it sees it.</summary>
internal sealed partial class FreezeSwitch(
    ControlQueue queue, IDbContextFactory<ControlContext> contexts, DirectiveLinks links, TimeProvider time, ILogger<FreezeSwitch> log)
{
    /// <summary>Its position; null = it was never touched.</summary>
    public async Task<FreezeRow?> ReadAsync(CancellationToken cancellationToken)
    {
        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Freezes.AsNoTracking().SingleOrDefaultAsync(cancellationToken);
    }

    /// <summary>Sets it; when acting goes on, what waited is sent.</summary>
    public async Task<FreezeRow> SetAsync(bool isFrozen, string reason, string actor, CancellationToken cancellationToken)
    {
        FreezeRow row = await queue.RunAsync(context => SetAsync(context, isFrozen, reason, actor), cancellationToken);
        LogSet(isFrozen ? "frozen" : "not frozen any more", actor, reason);
        if (!isFrozen)
        {
            links.WakeAll();
        }

        return row;
    }

    private async Task<FreezeRow> SetAsync(ControlContext context, bool isFrozen, string reason, string actor)
    {
        FreezeRow? row = await context.Freezes.SingleOrDefaultAsync();
        if (row is null)
        {
            row = new FreezeRow();
            context.Add(row);
        }

        (row.IsFrozen, row.Reason, row.Actor, row.SinceUnixMs) = (isFrozen, reason, actor, time.GetUtcNow().ToUnixTimeMilliseconds());
        await context.SaveChangesAsync();
        return row;
    }

    [LoggerMessage(2060, LogLevel.Warning, "Acting is {Position}, by {Actor}: {Reason}")]
    private partial void LogSet(string position, string actor, string reason);
}
