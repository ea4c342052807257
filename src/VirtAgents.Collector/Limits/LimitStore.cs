using Microsoft.EntityFrameworkCore;
using VirtAgents.Collector.Control;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Limits;

namespace VirtAgents.Collector.Limits;

/// <summary>Limits of one table of the control database.</summary>
internal abstract class LimitStore<TRow>(ControlQueue queue, IDbContextFactory<ControlContext> contexts)
    where TRow : LimitRow
{
    /// <summary>Limits that have not ended, oldest first.</summary>
    public Task<IReadOnlyList<TRow>> OpenAsync(CancellationToken cancellationToken) => ReadAsync(all => all.Where(l => l.IsOpen).OrderBy(l => l.Number), cancellationToken);

    /// <summary>Limits that have ended, newest first.</summary>
    public Task<IReadOnlyList<TRow>> EndedAsync(int most, CancellationToken cancellationToken) =>
        ReadAsync(all => all.Where(l => !l.IsOpen).OrderByDescending(l => l.Number).Take(most), cancellationToken);

    /// <summary>Directives of limits that are being set or taken back, as they are now.</summary>
    public async Task<Dictionary<Guid, DirectiveNow>> DirectivesAsync(IEnumerable<TRow> rows, CancellationToken cancellationToken)
    {
        Guid[] ids = [.. rows.Where(r => r.Stage is LimitStage.Setting or LimitStage.Releasing).Select(r => r.DirectiveId)];
        if (ids.Length == 0)
        {
            return [];
        }

        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Directives.Where(d => ids.Contains(d.Id)).ToDictionaryAsync(d => d.Id, d => new DirectiveNow(d.State, d.Detail, d.UpdatedUnixMs), cancellationToken);
    }

    /// <summary>Changes a limit that is still in a stage; false = it is not, and nothing was changed.</summary>
    public Task<bool> ChangeAsync(Guid id, LimitStage stage, Action<TRow> change, CancellationToken cancellationToken) => queue.RunAsync(
        async context =>
        {
            bool isThere = await TryChangeAsync(context, id, stage, change);
            await context.SaveChangesAsync();
            return isThere;
        },
        cancellationToken);

    /// <summary>Adds a limit, to be saved with its directive; false = its VM, interface or disk has one.</summary>
    public static async Task<bool> TryAddAsync(ControlContext context, TRow row)
    {
        DbSet<TRow> all = context.Set<TRow>();
        if (await all.AnyAsync(l => l.IsOpen && l.VmId == row.VmId && l.Device == row.Device && l.Resource == row.Resource))
        {
            return false;
        }

        row.Number = (await all.MaxAsync(l => (long?)l.Number) ?? 0) + 1;
        context.Add(row);
        return true;
    }

    /// <summary>Changes a limit, to be saved with its directive; false = it is not in that stage any more.</summary>
    public static async Task<bool> TryChangeAsync(ControlContext context, Guid id, LimitStage stage, Action<TRow> change)
    {
        if (await context.Set<TRow>().SingleOrDefaultAsync(l => l.Id == id && l.Stage == stage) is not { } row)
        {
            return false;
        }

        change(row);
        return true;
    }

    /// <summary>Some limits, as they are now.</summary>
    protected async Task<IReadOnlyList<T>> ReadAsync<T>(Func<IQueryable<TRow>, IQueryable<T>> some, CancellationToken cancellationToken)
    {
        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        return await some(context.Set<TRow>().AsNoTracking()).ToListAsync(cancellationToken);
    }
}
