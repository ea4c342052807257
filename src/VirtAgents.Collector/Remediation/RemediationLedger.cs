using Microsoft.EntityFrameworkCore;
using VirtAgents.Collector.Control;
using VirtAgents.Core.Detection.Remediation;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;

namespace VirtAgents.Collector.Remediation;

/// <summary>What rules have done, from the control database.</summary>
internal sealed class RemediationLedger(ControlQueue queue, IDbContextFactory<ControlContext> contexts)
{
    /// <summary>Everything rules have sent since a time. What set a throttle that has ended counts as ended then, so that the pause before the next begins there.</summary>
    public async Task<List<PastAction>> SinceAsync(long unixMs, CancellationToken cancellationToken)
    {
        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await context.Remediations.AsNoTracking()
            .Where(r => r.AtUnixMs > unixMs)
            .Join(context.Directives, r => r.DirectiveId, d => d.Id, (r, d) => new { r.DirectiveId, r.Rule, r.VmId, r.AtUnixMs, d.IsOpen, d.UpdatedUnixMs })
            .ToArrayAsync(cancellationToken);
        Dictionary<Guid, long> released = await context.Throttles.Where(t => !t.IsOpen && t.SetUnixMs > unixMs).ToDictionaryAsync(t => t.Id, t => t.EndedUnixMs, cancellationToken);
        return [.. rows.Select(r => new PastAction(r.Rule, new VmId(r.VmId), r.AtUnixMs, r.IsOpen ? null : Math.Max(r.UpdatedUnixMs, released.GetValueOrDefault(r.DirectiveId))))];
    }

    /// <summary>Directives of rules that have ended and whose incident does not say so yet.</summary>
    public async Task<IReadOnlyList<RemediationOutcome>> UntoldAsync(CancellationToken cancellationToken)
    {
        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Remediations.AsNoTracking()
            .Where(r => !r.IsOutcomeTold)
            .Join(context.Directives.Where(d => !d.IsOpen), r => r.DirectiveId, d => d.Id, (r, d) => new RemediationOutcome(r.DirectiveId, r.IncidentId, r.Rule, d.Kind, d.VmName, d.State, d.Detail))
            .ToListAsync(cancellationToken);
    }

    /// <summary>The incident says how a directive ended.</summary>
    public Task ToldAsync(Guid directive, CancellationToken cancellationToken) => queue.RunAsync(
        context => context.Remediations.Where(r => r.DirectiveId == directive).ExecuteUpdateAsync(r => r.SetProperty(p => p.IsOutcomeTold, true), CancellationToken.None),
        cancellationToken);
}

/// <summary>How a directive of a rule ended.</summary>
internal sealed record RemediationOutcome(Guid Directive, Guid Incident, string Rule, DirectiveKind Kind, string Vm, DirectiveState State, string Detail);
