using Microsoft.EntityFrameworkCore;
using VirtAgents.Collector.Control;
using VirtAgents.Core.Detection.Remediation;
using VirtAgents.Core.Model;

namespace VirtAgents.Collector.Remediation;

/// <summary>Proposals in the control database.</summary>
internal sealed class ProposalStore(ControlQueue queue, IDbContextFactory<ControlContext> contexts)
{
    /// <summary>The proposals that are open, and those about findings that hold since a time or later.</summary>
    public async Task<List<ProposalRow>> KnownAsync(long sinceUnixMs, CancellationToken cancellationToken)
    {
        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Proposals.AsNoTracking()
            .Where(p => p.State == ProposalState.Open || p.SinceUnixMs >= sinceUnixMs)
            .OrderBy(p => p.Number).ToListAsync(cancellationToken);
    }

    /// <summary>One proposal; null = there is none.</summary>
    public async Task<ProposalRow?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Proposals.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, cancellationToken);
    }

    /// <summary>Proposals, newest first.</summary>
    /// <param name="state">Only those in this state; unspecified = any.</param>
    /// <param name="before">Only older ones than this proposal; null = from the newest.</param>
    /// <param name="most">At most so many.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<IReadOnlyList<ProposalRow>> ListAsync(ProposalState state, Guid? before, int most, CancellationToken cancellationToken)
    {
        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        IQueryable<ProposalRow> rows = context.Proposals.AsNoTracking();
        rows = state == ProposalState.Unspecified ? rows : rows.Where(p => p.State == state);
        if (before is not null)
        {
            rows = rows.Where(p => p.Number < context.Proposals.Where(b => b.Id == before).Select(b => b.Number).Single());
        }

        return await rows.OrderByDescending(p => p.Number).Take(most).ToListAsync(cancellationToken);
    }

    /// <summary>Records a new proposal.</summary>
    public Task AddAsync(ProposalRow row, CancellationToken cancellationToken) => queue.RunAsync(
        async context =>
        {
            row.Number = (await context.Proposals.MaxAsync(p => (long?)p.Number) ?? 0) + 1;
            context.Add(row);
            return await context.SaveChangesAsync();
        },
        cancellationToken);

    /// <summary>Ends an open proposal without a directive; false = it is not open any more.</summary>
    public Task<bool> EndAsync(Guid id, ProposalState state, string actor, string note, long nowUnixMs, CancellationToken cancellationToken) => queue.RunAsync(
        async context =>
        {
            bool isEnded = await TryEndAsync(context, id, state, actor, note, nowUnixMs) is not null;
            await context.SaveChangesAsync();
            return isEnded;
        },
        cancellationToken);

    /// <summary>Marks a proposal as approved, to be saved with its directive; false = it is not open any more.</summary>
    public static async Task<bool> TryApproveAsync(ControlContext context, Approval approval, RemediationRow sent)
    {
        if (await TryEndAsync(context, approval.Proposal, ProposalState.Approved, approval.Actor, approval.Note, sent.AtUnixMs) is not { } row)
        {
            return false;
        }

        row.DirectiveId = sent.DirectiveId;
        return true;
    }

    /// <summary>A row as rules see it.</summary>
    public static Proposal ToProposal(ProposalRow row) =>
        new(row.Id, row.Finding, row.Detail, row.SinceUnixMs, new VmId(row.VmId), row.Rule, row.Directive, row.ExpiresUnixMs, row.State);

    private static async Task<ProposalRow?> TryEndAsync(ControlContext context, Guid id, ProposalState state, string actor, string note, long nowUnixMs)
    {
        ProposalRow? row = await context.Proposals.SingleOrDefaultAsync(p => p.Id == id && p.State == ProposalState.Open);
        if (row is not null)
        {
            (row.State, row.Actor, row.Note, row.EndedUnixMs) = (state, actor, note, nowUnixMs);
        }

        return row;
    }
}
