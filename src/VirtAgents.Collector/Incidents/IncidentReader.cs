using Microsoft.EntityFrameworkCore;
using VirtAgents.Collector.Control;
using VirtAgents.Core.Detection.Incidents;

namespace VirtAgents.Collector.Incidents;

/// <summary>Reads recorded incidents.</summary>
internal sealed class IncidentReader(IDbContextFactory<ControlContext> contexts)
{
    /// <summary>Steps that are told of one incident, the newest.</summary>
    public const int MostSteps = 10_000;

    /// <summary>An incident with its newest steps, oldest first; null = there is none.</summary>
    public async Task<IncidentRow?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        IncidentRow? row = await context.Incidents.AsNoTracking().SingleOrDefaultAsync(i => i.Id == id, cancellationToken);
        if (row is not null)
        {
            row.Steps = await context.IncidentSteps.AsNoTracking().Where(s => s.IncidentId == id)
                .OrderByDescending(s => s.Number).Take(MostSteps).OrderBy(s => s.Number).ToListAsync(cancellationToken);
        }

        return row;
    }

    /// <summary>Incidents of a selection, newest first, without steps.</summary>
    /// <param name="selection">Which.</param>
    /// <param name="before">Only older ones than this incident; null = from the newest.</param>
    /// <param name="most">At most so many.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<IReadOnlyList<IncidentRow>> ListAsync(IncidentSelection selection, Guid? before, int most, CancellationToken cancellationToken)
    {
        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        IQueryable<IncidentRow> rows = selection.Apply(context.Incidents.AsNoTracking());
        if (before is not null)
        {
            rows = rows.Where(i => i.Number < context.Incidents.Where(b => b.Id == before).Select(b => b.Number).Single());
        }

        return await rows.OrderByDescending(i => i.Number).Take(most).ToListAsync(cancellationToken);
    }
}

/// <summary>Which incidents are wanted; unspecified = any, but those merged into others only when their state is asked for.</summary>
internal sealed record IncidentSelection(IncidentState State, Severity Least, FindingKind Kind, bool ActiveOnly)
{
    public IQueryable<IncidentRow> Apply(IQueryable<IncidentRow> rows)
    {
        (IncidentState state, Severity least, FindingKind kind) = (State, Least, Kind);
        rows = state == IncidentState.Unspecified ? rows.Where(i => i.State != IncidentState.Merged) : rows.Where(i => i.State == state);
        rows = least == Severity.Unspecified ? rows : rows.Where(i => i.Severity >= least);
        rows = kind == FindingKind.Unspecified ? rows : rows.Where(i => i.RootKind == kind);
        return ActiveOnly ? rows.Where(i => i.IsActive) : rows;
    }

    /// <summary>Whether a watcher wants a change, by what the incident is after it; an end is news to those who saw it active.</summary>
    public bool Includes(Incident incident) =>
        (State == IncidentState.Unspecified || incident.State == State)
        && incident.Severity >= Least
        && (Kind == FindingKind.Unspecified || incident.Root.Key.Kind == Kind);
}
