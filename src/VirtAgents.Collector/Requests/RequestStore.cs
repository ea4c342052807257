using Microsoft.EntityFrameworkCore;
using VirtAgents.Collector.Control;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Requests;

namespace VirtAgents.Collector.Requests;

/// <summary>Requests in the control database.</summary>
internal sealed class RequestStore(ControlQueue queue, IDbContextFactory<ControlContext> contexts)
{
    /// <summary>Most requests that have not ended.</summary>
    public const int MostOpen = 10_000;

    private const int MostMeasured = 100_000;

    /// <summary>Requests that have not ended, oldest first.</summary>
    public async Task<IReadOnlyList<StartRequestRow>> OpenAsync(CancellationToken cancellationToken)
    {
        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.StartRequests.AsNoTracking().Where(r => r.IsOpen).OrderBy(r => r.Number).ToListAsync(cancellationToken);
    }

    /// <summary>One request; null = there is none.</summary>
    public async Task<StartRequestRow?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.StartRequests.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, cancellationToken);
    }

    /// <summary>Requests, newest first.</summary>
    /// <param name="stage">Only those in this stage; none = any.</param>
    /// <param name="before">Only older ones than this request; null = from the newest.</param>
    /// <param name="most">At most so many.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<IReadOnlyList<StartRequestRow>> ListAsync(RequestStage stage, Guid? before, int most, CancellationToken cancellationToken)
    {
        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        IQueryable<StartRequestRow> rows = context.StartRequests.AsNoTracking();
        rows = stage == RequestStage.None ? rows : rows.Where(r => r.Stage == stage);
        if (before is not null)
        {
            rows = rows.Where(r => r.Number < context.StartRequests.Where(b => b.Id == before).Select(b => b.Number).Single());
        }

        return await rows.OrderByDescending(r => r.Number).Take(most).ToListAsync(cancellationToken);
    }

    /// <summary>Newest requests whose VM was seen running since a time.</summary>
    public async Task<IReadOnlyList<StartRequestRow>> StartedSinceAsync(long unixMs, CancellationToken cancellationToken)
    {
        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.StartRequests.AsNoTracking().Where(r => r.StartedUnixMs > unixMs).OrderByDescending(r => r.StartedUnixMs).Take(MostMeasured).ToListAsync(cancellationToken);
    }

    /// <summary>Directives of requests that were sent, as they are now.</summary>
    public async Task<Dictionary<Guid, DirectiveNow>> DirectivesAsync(IEnumerable<StartRequestRow> rows, CancellationToken cancellationToken)
    {
        Guid[] ids = [.. rows.Where(r => r.Stage is RequestStage.Sent or RequestStage.Moving).Select(r => r.Stage == RequestStage.Sent ? r.DirectiveId : r.MoveDirectiveId!.Value)];
        if (ids.Length == 0)
        {
            return [];
        }

        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Directives.Where(d => ids.Contains(d.Id)).ToDictionaryAsync(d => d.Id, d => new DirectiveNow(d.State, d.Detail, d.UpdatedUnixMs), cancellationToken);
    }

    /// <summary>Records a request, unless its id is known.</summary>
    /// <returns>What is recorded under the id; or null with why it was not recorded.</returns>
    public Task<(StartRequestRow? Row, string? Problem)> AddAsync(StartRequestRow row, CancellationToken cancellationToken) => queue.RunAsync<(StartRequestRow?, string?)>(
        async context =>
        {
            if (await context.StartRequests.SingleOrDefaultAsync(r => r.Id == row.Id) is { } known)
            {
                return (known, null);
            }

            if (await context.StartRequests.FirstOrDefaultAsync(r => r.IsOpen && r.VmId == row.VmId) is { } other)
            {
                return (null, $"request {other.Id} for VM {row.VmName} has not ended: it is {other.Stage.ToString().ToLowerInvariant()}");
            }

            if (await context.StartRequests.CountAsync(r => r.IsOpen) >= MostOpen)
            {
                return (null, $"{MostOpen} requests have not ended, and no more are taken until some have");
            }

            row.Number = (await context.StartRequests.MaxAsync(r => (long?)r.Number) ?? 0) + 1;
            context.Add(row);
            await context.SaveChangesAsync();
            return (row, null);
        },
        cancellationToken);

    /// <summary>Changes a request that is still in a stage; null = it is not, and nothing was changed.</summary>
    public Task<StartRequestRow?> ChangeAsync(Guid id, RequestStage stage, Action<StartRequestRow> change, CancellationToken cancellationToken) => queue.RunAsync(
        async context =>
        {
            StartRequestRow? row = await context.StartRequests.SingleOrDefaultAsync(r => r.Id == id && r.Stage == stage);
            if (row is not null)
            {
                change(row);
                await context.SaveChangesAsync();
            }

            return row;
        },
        cancellationToken);

    /// <summary>Marks a request as sent, to be saved with its directive; false = it does not wait any more, or another directive about its VM has not ended.</summary>
    public static async Task<bool> TrySendAsync(ControlContext context, Guid id, Guid directive, long nowUnixMs)
    {
        if (await FreeAsync(context, id) is not { } row)
        {
            return false;
        }

        (row.Stage, row.DirectiveId, row.SentUnixMs) = (RequestStage.Sent, directive, nowUnixMs);
        return true;
    }

    /// <summary>Marks that the VM of a request is moved, likewise.</summary>
    public static async Task<bool> TryMoveAsync(ControlContext context, Guid id, Guid directive, HostInfo target, string why)
    {
        if (await FreeAsync(context, id) is not { MoveDirectiveId: null } row)
        {
            return false;
        }

        (row.Stage, row.MoveDirectiveId, row.TargetId, row.TargetName, row.Choice) = (RequestStage.Moving, directive, target.Id.Value, target.Name, why);
        return true;
    }

    // A request that waits, and about whose VM nothing else goes on; null = it does not, or something does.
    private static async Task<StartRequestRow?> FreeAsync(ControlContext context, Guid id) =>
        await context.StartRequests.SingleOrDefaultAsync(r => r.Id == id && r.Stage == RequestStage.Waiting) is { } row
            && !await context.Directives.AnyAsync(d => d.IsOpen && !d.IsDryRun && d.VmId == row.VmId) ? row : null;
}
