using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using VirtAgents.Collector.Control;
using VirtAgents.Core.Detection.Incidents;

namespace VirtAgents.Collector.Incidents;

/// <summary>Incidents, silences and the place in the event feed, in the control database.</summary>
internal sealed class IncidentStore(ControlQueue queue, IDbContextFactory<ControlContext> contexts)
{
    private const string Reader = "incidents";

    /// <summary>What a collector that starts goes on from.</summary>
    /// <param name="resolvedSinceUnixMs">Of those resolved, only those that changed since.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<IncidentMemory> RecallAsync(long resolvedSinceUnixMs, CancellationToken cancellationToken)
    {
        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        FeedPositionRow? position = await context.FeedPositions.AsNoTracking().SingleOrDefaultAsync(p => p.Reader == Reader, cancellationToken);
        string[] documents = await context.Incidents
            .Where(i => i.IsActive || (i.State == IncidentState.Resolved && i.UpdatedUnixMs >= resolvedSinceUnixMs))
            .OrderBy(i => i.Number)
            .Select(i => i.Document)
            .ToArrayAsync(cancellationToken);
        return new(position?.EventId, [.. documents.Select(Parse)], await SilencesAsync(context, 0, cancellationToken));
    }

    /// <summary>Records changes and the place in the event feed that they come from, in one transaction.</summary>
    /// <param name="changes">In order; of several of one incident the last has its newest form.</param>
    /// <param name="eventId">Id of the newest line taken; 0 = none was ever taken.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task RecordAsync(IReadOnlyList<IncidentChange> changes, long eventId, CancellationToken cancellationToken) => queue.RunAsync(
        async context =>
        {
            await PutIncidentsAsync(context, changes);
            await AddStepsAsync(context, changes);
            await MoveToAsync(context, eventId);
            return await context.SaveChangesAsync();
        },
        cancellationToken);

    /// <summary>Silences that have not ended by a time, by their beginning.</summary>
    public async Task<IReadOnlyList<Silence>> SilencesAsync(long endAfterUnixMs, CancellationToken cancellationToken)
    {
        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        return await SilencesAsync(context, endAfterUnixMs, cancellationToken);
    }

    /// <summary>Records a silence, a new one or one that ends at another time.</summary>
    public Task PutSilenceAsync(Silence silence, CancellationToken cancellationToken) => queue.RunAsync(
        async context =>
        {
            SilenceRow? row = await context.Silences.SingleOrDefaultAsync(s => s.Id == silence.Id);
            if (row is null)
            {
                context.Add(row = new SilenceRow { Id = silence.Id });
            }

            (row.Kind, row.ElementKind, row.Name) = (silence.Kind, silence.ElementKind, silence.Name);
            (row.FromUnixMs, row.ToUnixMs, row.Actor, row.Reason) = (silence.FromUnixMs, silence.ToUnixMs, silence.Actor, silence.Reason);
            return await context.SaveChangesAsync();
        },
        cancellationToken);

    /// <summary>The incident of a row.</summary>
    public static Incident Parse(string document) => JsonSerializer.Deserialize<Incident>(document)!;

    private static async Task<IReadOnlyList<Silence>> SilencesAsync(ControlContext context, long endAfterUnixMs, CancellationToken cancellationToken)
    {
        SilenceRow[] rows = await context.Silences.AsNoTracking().Where(s => s.ToUnixMs > endAfterUnixMs).OrderBy(s => s.FromUnixMs).ToArrayAsync(cancellationToken);
        return [.. rows.Select(s => new Silence(s.Id, s.Kind, s.ElementKind, s.Name, s.FromUnixMs, s.ToUnixMs, s.Actor, s.Reason))];
    }

    private static async Task PutIncidentsAsync(ControlContext context, IReadOnlyList<IncidentChange> changes)
    {
        Dictionary<Guid, Incident> newest = [];
        foreach (IncidentChange change in changes)
        {
            newest[change.Incident.Id] = change.Incident;
        }

        Guid[] ids = [.. newest.Keys];
        Dictionary<Guid, IncidentRow> rows = await context.Incidents.Where(i => ids.Contains(i.Id)).ToDictionaryAsync(i => i.Id);
        long number = await context.Incidents.MaxAsync(i => (long?)i.Number) ?? 0;
        foreach (Incident incident in newest.Values)
        {
            if (!rows.TryGetValue(incident.Id, out IncidentRow? row))
            {
                context.Add(row = new IncidentRow { Id = incident.Id, Number = ++number, OpenedUnixMs = incident.OpenedUnixMs });
            }

            (row.State, row.IsActive, row.Severity, row.RootKind) = (incident.State, incident.IsActive, incident.Severity, incident.Root.Key.Kind);
            (row.UpdatedUnixMs, row.Document) = (incident.UpdatedUnixMs, JsonSerializer.Serialize(incident));
        }
    }

    private static async Task AddStepsAsync(ControlContext context, IReadOnlyList<IncidentChange> changes)
    {
        long number = await context.IncidentSteps.MaxAsync(s => (long?)s.Number) ?? 0;
        context.AddRange(changes.Select(change => new IncidentStepRow
        {
            IncidentId = change.Incident.Id,
            Number = ++number,
            Kind = change.Kind,
            TimeUnixMs = change.AtUnixMs,
            Text = change.Text,
        }));
    }

    private static async Task MoveToAsync(ControlContext context, long eventId)
    {
        FeedPositionRow? position = await context.FeedPositions.SingleOrDefaultAsync(p => p.Reader == Reader);
        if (position is null)
        {
            context.Add(position = new FeedPositionRow { Reader = Reader });
        }

        position.EventId = eventId;
    }
}

/// <summary>What the control database knew when the collector started.</summary>
/// <param name="EventId">Id of the newest line of the event feed that was taken; null = none was.</param>
/// <param name="Incidents">Incidents that are active or may come back.</param>
/// <param name="Silences">All silences.</param>
internal sealed record IncidentMemory(long? EventId, IReadOnlyList<Incident> Incidents, IReadOnlyList<Silence> Silences);
