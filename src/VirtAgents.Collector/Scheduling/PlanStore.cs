using Microsoft.EntityFrameworkCore;
using VirtAgents.Collector.Control;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Requests;

namespace VirtAgents.Collector.Scheduling;

/// <summary>Plans in the control database.</summary>
internal sealed class PlanStore(ControlQueue queue, IDbContextFactory<ControlContext> contexts)
{
    private const int MostPast = 20;

    /// <summary>Plans that have not ended, oldest first, with their steps.</summary>
    public async Task<IReadOnlyList<PlanRow>> ActiveAsync(CancellationToken cancellationToken)
    {
        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        return await WithSteps(context).Where(p => p.IsActive).OrderBy(p => p.Number).ToListAsync(cancellationToken);
    }

    /// <summary>Newest plans of a rule for a cluster that have ended, newest first.</summary>
    public async Task<IReadOnlyList<PastPlan>> PastAsync(string rule, string cluster, CancellationToken cancellationToken)
    {
        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Plans.Where(p => !p.IsActive && p.Rule == rule && p.Cluster == cluster).OrderByDescending(p => p.Number).Take(MostPast)
            .Select(p => new PastPlan(p.State, p.EndedUnixMs)).ToListAsync(cancellationToken);
    }

    /// <summary>One plan with its steps; null = there is none.</summary>
    public async Task<PlanRow?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        return await WithSteps(context).SingleOrDefaultAsync(p => p.Id == id, cancellationToken);
    }

    /// <summary>Plans with their steps, newest first.</summary>
    /// <param name="state">Only those in this state; none = any.</param>
    /// <param name="before">Only older ones than this plan; null = from the newest.</param>
    /// <param name="most">At most so many.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<IReadOnlyList<PlanRow>> ListAsync(PlanState state, Guid? before, int most, CancellationToken cancellationToken)
    {
        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        IQueryable<PlanRow> rows = WithSteps(context);
        rows = state == PlanState.None ? rows : rows.Where(p => p.State == state);
        if (before is not null)
        {
            rows = rows.Where(p => p.Number < context.Plans.Where(b => b.Id == before).Select(b => b.Number).Single());
        }

        return await rows.OrderByDescending(p => p.Number).Take(most).ToListAsync(cancellationToken);
    }

    /// <summary>Records a new plan.</summary>
    public Task AddAsync(PlanRow row, CancellationToken cancellationToken) => queue.RunAsync(
        async context =>
        {
            row.Number = (await context.Plans.MaxAsync(p => (long?)p.Number) ?? 0) + 1;
            context.Add(row);
            return await context.SaveChangesAsync();
        },
        cancellationToken);

    /// <summary>Changes a plan that has not ended; null = it has, and nothing was changed.</summary>
    public Task<PlanRow?> ChangeAsync(Guid id, Action<PlanRow> change, CancellationToken cancellationToken) => queue.RunAsync(
        async context =>
        {
            PlanRow? row = await context.Plans.Include(p => p.Steps.OrderBy(s => s.Ordinal)).SingleOrDefaultAsync(p => p.Id == id && p.IsActive);
            if (row is not null)
            {
                change(row);
                row.IsActive = row.State < PlanState.Done;
                await context.SaveChangesAsync();
            }

            return row;
        },
        cancellationToken);

    /// <summary>Moves that were begun, newest first, each with the name of its rule.</summary>
    /// <param name="before">Only those begun before this directive; null = from the newest.</param>
    /// <param name="most">At most so many.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<IReadOnlyList<(PlanStepRow Step, string Rule)>> OutcomesAsync(Guid? before, int most, CancellationToken cancellationToken)
    {
        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = context.PlanSteps.AsNoTracking().Where(s => s.SentUnixMs > 0)
            .Join(context.Plans, s => s.PlanId, p => p.Id, (s, p) => new { Step = s, p.Rule })
            .Join(context.Directives, s => s.Step.DirectiveId, d => d.Id, (s, d) => new { s.Step, s.Rule, d.Number });
        if (before is not null)
        {
            rows = rows.Where(s => s.Number < context.Directives.Where(d => d.Id == before).Select(d => d.Number).Single());
        }

        return [.. (await rows.OrderByDescending(s => s.Number).Take(most).ToArrayAsync(cancellationToken)).Select(s => (s.Step, s.Rule))];
    }

    /// <summary>Marks a step as sent, to be saved with its directive; false = it is not to be begun any more.</summary>
    public static async Task<bool> TrySendAsync(ControlContext context, PlanStepRow step, Guid directive, LoadPair loads, long nowUnixMs)
    {
        PlanRow? plan = await context.Plans.SingleOrDefaultAsync(p => p.Id == step.PlanId && p.State == PlanState.Running);
        if (plan is null || await context.PlanSteps.SingleOrDefaultAsync(s => s.PlanId == step.PlanId && s.Ordinal == step.Ordinal && s.State == StepState.Waiting) is not { } row)
        {
            return false;
        }

        plan.Detail = "";
        (row.State, row.DirectiveId, row.SentUnixMs) = (StepState.Sent, directive, nowUnixMs);
        (row.FromCpuBefore, row.ToCpuBefore) = (loads.From, loads.To);
        return true;
    }

    /// <summary>Directives of steps, as they are now.</summary>
    public async Task<Dictionary<Guid, DirectiveNow>> DirectivesAsync(IEnumerable<PlanRow> plans, CancellationToken cancellationToken)
    {
        Guid[] ids = [.. plans.SelectMany(p => p.Steps).Where(s => s.State == StepState.Sent).Select(s => s.DirectiveId)];
        if (ids.Length == 0)
        {
            return [];
        }

        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Directives.Where(d => ids.Contains(d.Id)).ToDictionaryAsync(d => d.Id, d => new DirectiveNow(d.State, d.Detail, d.UpdatedUnixMs), cancellationToken);
    }

    /// <summary>Migrations that have not ended, whoever ordered them.</summary>
    public async Task<IReadOnlyList<MigrationUnderWay>> UnderWayAsync(CancellationToken cancellationToken)
    {
        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        var open = await context.Directives.Where(d => d.IsOpen && !d.IsDryRun && d.Kind == DirectiveKind.Migrate)
            .Select(d => new
            {
                d.VmId, d.HostId, To = context.PlanSteps.Where(s => s.DirectiveId == d.Id).Select(s => (Guid?)s.ToId).FirstOrDefault() ?? context.StartRequests.Where(r => r.MoveDirectiveId == d.Id).Select(r => r.TargetId).FirstOrDefault(),
            })
            .ToArrayAsync(cancellationToken);
        return [.. open.Select(o => new MigrationUnderWay(new VmId(o.VmId), new HostId(o.HostId), o.To is { } to ? new HostId(to) : default))];
    }

    /// <summary>VMs that plans move and that were not seen on their new hosts yet, also when their directive has ended.</summary>
    public async Task<IReadOnlyList<(Guid Vm, Guid Host)>> UnseenMovesAsync(CancellationToken cancellationToken)
    {
        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        var steps = await context.Plans.Where(p => p.IsActive).SelectMany(p => p.Steps).Where(s => s.State == StepState.Sent || s.State == StepState.Moved).Select(s => new { s.VmId, s.ToId }).ToArrayAsync(cancellationToken);
        return [.. steps.Select(s => (s.VmId, s.ToId))];
    }

    /// <summary>VMs that are on their way up, or are moved to be started then, and on which hosts, whoever ordered it. Those of requests until they are seen there.</summary>
    public async Task<IReadOnlyList<(Guid Vm, Guid Host)>> StartingAsync(CancellationToken cancellationToken)
    {
        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        var open = await context.Directives.Where(d => d.IsOpen && !d.IsDryRun && (d.Kind == DirectiveKind.Start || d.Kind == DirectiveKind.Restore || d.Kind == DirectiveKind.Recover))
            .Select(d => new { d.VmId, d.HostId }).ToArrayAsync(cancellationToken);
        var requested = await context.StartRequests.Where(r => r.IsOpen && (r.Stage == RequestStage.Moving || r.Stage == RequestStage.Sent))
            .Select(r => new { r.VmId, HostId = r.Stage == RequestStage.Sent ? r.HostId : r.TargetId ?? Guid.Empty }).ToArrayAsync(cancellationToken);
        return [.. open.Concat(requested).Select(o => (o.VmId, o.HostId))];
    }

    /// <summary>Moves that plans began since a time.</summary>
    public async Task<int> BegunSinceAsync(long unixMs, CancellationToken cancellationToken)
    {
        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.PlanSteps.CountAsync(s => s.SentUnixMs > unixMs, cancellationToken);
    }

    /// <summary>VMs that somebody ordered to be migrated since a time. Goes through the ledger, so it is for plans, not for each look.</summary>
    public async Task<HashSet<Guid>> MovedSinceAsync(long unixMs, CancellationToken cancellationToken)
    {
        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        return [.. await context.Directives.Where(d => d.Kind == DirectiveKind.Migrate && !d.IsDryRun && d.CreatedUnixMs > unixMs).Select(d => d.VmId).Distinct().ToArrayAsync(cancellationToken)];
    }

    private static IQueryable<PlanRow> WithSteps(ControlContext context) => context.Plans.AsNoTracking().Include(p => p.Steps.OrderBy(s => s.Ordinal));
}
