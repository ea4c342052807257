using Microsoft.EntityFrameworkCore;

namespace VirtAgents.Collector.Control;

/// <summary>Drops what ended long ago: directives, incidents, proposals, plans, requests, limits and confirmed hosts, with what belongs to them.</summary>
/// <remarks>
/// Of each kind the newest stays, whatever its age: numbers go on from there, and lists and webhooks are read by number. A directive or
/// request that was dropped is not known any more, so its id would be taken as a new one.
/// </remarks>
internal sealed class ControlRetention(ControlQueue queue, IDbContextFactory<ControlContext> contexts)
{
    // Whoever has something to record waits for one batch at most.
    private const int Batch = 200;

    private static readonly Kind[] Kinds =
    [
        new(
            static (c, before) => c.Directives.Where(d => !d.IsOpen && d.UpdatedUnixMs < before && d.Number < c.Directives.Max(n => n.Number)).OrderBy(d => d.Number).Select(d => d.Id),
            static async (c, ids) =>
            {
                await c.Set<StepRow>().Where(s => ids.Contains(s.DirectiveId)).ExecuteDeleteAsync();
                await c.Remediations.Where(r => ids.Contains(r.DirectiveId)).ExecuteDeleteAsync();
                return await c.Directives.Where(d => ids.Contains(d.Id)).ExecuteDeleteAsync();
            }),
        new(
            static (c, before) => c.Incidents
                .Where(i => !i.IsActive && i.UpdatedUnixMs < before && i.Number < c.Incidents.Max(n => n.Number) && !i.Steps.Any(s => s.Number == c.IncidentSteps.Max(n => n.Number)))
                .OrderBy(i => i.Number).Select(i => i.Id),
            static async (c, ids) =>
            {
                await c.IncidentSteps.Where(s => ids.Contains(s.IncidentId)).ExecuteDeleteAsync();
                return await c.Incidents.Where(i => ids.Contains(i.Id)).ExecuteDeleteAsync();
            }),
        new(
            static (c, before) => c.Proposals.Where(p => p.EndedUnixMs > 0 && p.EndedUnixMs < before && p.Number < c.Proposals.Max(n => n.Number)).OrderBy(p => p.Number).Select(p => p.Id),
            static (c, ids) => c.Proposals.Where(p => ids.Contains(p.Id)).ExecuteDeleteAsync()),
        new(
            static (c, before) => c.Plans.Where(p => !p.IsActive && p.EndedUnixMs < before && p.Number < c.Plans.Max(n => n.Number)).OrderBy(p => p.Number).Select(p => p.Id),
            static async (c, ids) =>
            {
                await c.PlanSteps.Where(s => ids.Contains(s.PlanId)).ExecuteDeleteAsync();
                return await c.Plans.Where(p => ids.Contains(p.Id)).ExecuteDeleteAsync();
            }),
        new(
            static (c, before) => c.StartRequests.Where(r => !r.IsOpen && r.EndedUnixMs < before && r.Number < c.StartRequests.Max(n => n.Number)).OrderBy(r => r.Number).Select(r => r.Id),
            static (c, ids) => c.StartRequests.Where(r => ids.Contains(r.Id)).ExecuteDeleteAsync()),
        LimitsOf<ShareLimitRow>(),
        LimitsOf<ThrottleRow>(),
        new(
            static (c, before) => c.OffConfirmations.Where(o => !o.IsOpen && o.EndedUnixMs < before && o.Number < c.OffConfirmations.Max(n => n.Number)).OrderBy(o => o.Number).Select(o => o.Id),
            static async (c, ids) =>
            {
                await c.Recoveries.Where(r => ids.Contains(r.ConfirmationId)).ExecuteDeleteAsync();
                return await c.OffConfirmations.Where(o => ids.Contains(o.Id)).ExecuteDeleteAsync();
            }),
    ];

    /// <summary>Drops what ended before a moment, milliseconds since 1970 UTC, so long ago that nothing of it can begin anew; how much it was.</summary>
    public async Task<int> DropAsync(long beforeUnixMs, CancellationToken cancellationToken)
    {
        int dropped = 0;
        foreach (Kind kind in Kinds)
        {
            Guid[] ids;
            do
            {
                ids = await FindAsync(kind, beforeUnixMs, cancellationToken);
                dropped += ids.Length == 0 ? 0 : await queue.RunAsync(context => DropAsync(context, kind, ids), cancellationToken);
            }
            while (ids.Length == Batch);
        }

        return dropped;
    }

    private async Task<Guid[]> FindAsync(Kind kind, long beforeUnixMs, CancellationToken cancellationToken)
    {
        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        return await kind.Old(context, beforeUnixMs).Take(Batch).ToArrayAsync(cancellationToken);
    }

    private static Kind LimitsOf<TRow>()
        where TRow : LimitRow => new(
            static (c, before) => c.Set<TRow>().Where(l => !l.IsOpen && l.EndedUnixMs < before && l.Number < c.Set<TRow>().Max(n => n.Number)).OrderBy(l => l.Number).Select(l => l.Id),
            static (c, ids) => c.Set<TRow>().Where(l => ids.Contains(l.Id)).ExecuteDeleteAsync());

    private static async Task<int> DropAsync(ControlContext context, Kind kind, Guid[] ids)
    {
        await using var whole = await context.Database.BeginTransactionAsync();
        int dropped = await kind.DropAsync(context, ids);
        await whole.CommitAsync();
        return dropped;
    }

    /// <summary>One kind of record.</summary>
    /// <param name="Old">Ids of those that may go, oldest first.</param>
    /// <param name="DropAsync">Drops them with what belongs to them; how many there were.</param>
    private sealed record Kind(Func<ControlContext, long, IQueryable<Guid>> Old, Func<ControlContext, Guid[], Task<int>> DropAsync);
}
