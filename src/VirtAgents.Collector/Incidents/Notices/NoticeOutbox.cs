using Microsoft.EntityFrameworkCore;
using VirtAgents.Collector.Control;
using VirtAgents.Core.Detection.Incidents;

namespace VirtAgents.Collector.Incidents.Notices;

/// <summary>Recorded steps as notices, and how far each receiver has been told: over restarts each is told once, or twice when the collector died in between.</summary>
internal sealed class NoticeOutbox(ControlQueue queue, IDbContextFactory<ControlContext> contexts)
{
    private const int PageSize = 100;

    /// <summary>Number of the newest step a receiver was told; a new receiver begins with what comes after now.</summary>
    public async Task<long> PlaceAsync(string sink, CancellationToken cancellationToken)
    {
        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        FeedPositionRow? place = await context.FeedPositions.AsNoTracking().SingleOrDefaultAsync(p => p.Reader == sink, cancellationToken);
        if (place is not null)
        {
            return place.EventId;
        }

        long newest = await context.IncidentSteps.MaxAsync(s => (long?)s.Number, cancellationToken) ?? 0;
        await MoveToAsync(sink, newest, cancellationToken);
        return newest;
    }

    /// <summary>The next steps that happened until a time, in order.</summary>
    public async Task<IReadOnlyList<IncidentNotice>> NextAsync(long after, long untilUnixMs, CancellationToken cancellationToken)
    {
        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        var steps = await context.IncidentSteps.AsNoTracking()
            .Where(s => s.Number > after && s.TimeUnixMs <= untilUnixMs)
            .OrderBy(s => s.Number)
            .Take(PageSize)
            .Join(context.Incidents, s => s.IncidentId, i => i.Id, (s, i) => new { s.Number, s.Kind, s.TimeUnixMs, s.Text, i.Document })
            .OrderBy(s => s.Number)
            .ToArrayAsync(cancellationToken);
        return [.. steps.Select(s => new IncidentNotice(s.Number, s.Kind, IncidentStore.Parse(s.Document), s.TimeUnixMs, s.Text))];
    }

    /// <summary>Records that a receiver was told up to a step.</summary>
    public Task MoveToAsync(string sink, long number, CancellationToken cancellationToken) => queue.RunAsync(
        async context =>
        {
            FeedPositionRow? place = await context.FeedPositions.SingleOrDefaultAsync(p => p.Reader == sink);
            if (place is null)
            {
                context.Add(place = new FeedPositionRow { Reader = sink });
            }

            place.EventId = number;
            return await context.SaveChangesAsync();
        },
        cancellationToken);

    /// <summary>Whether a step is worth telling: not each symptom, nothing that is silenced, nothing that was part of another incident before anybody could be told.</summary>
    public static bool IsTold(IncidentNotice notice, TimeSpan settle) =>
        notice.Kind is IncidentChangeKind.Opened or IncidentChangeKind.RootChanged or IncidentChangeKind.Resolved or IncidentChangeKind.Reopened
            or IncidentChangeKind.Merged or IncidentChangeKind.Acknowledged
        && !notice.Incident.IsSilenced
        && !(notice.Incident.State == IncidentState.Merged && notice.Incident.UpdatedUnixMs - notice.Incident.OpenedUnixMs < (long)settle.TotalMilliseconds);
}
