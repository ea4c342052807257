using Grpc.Core;
using VirtAgents.Collector.Control;
using VirtAgents.Collector.Directives;
using VirtAgents.Collector.Query;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Protocol;
using VirtAgents.Protocol.V1;
using ElementKind = VirtAgents.Core.Detection.Incidents.ElementKind;
using FindingKind = VirtAgents.Core.Detection.Incidents.FindingKind;
using IncidentState = VirtAgents.Core.Detection.Incidents.IncidentState;

namespace VirtAgents.Collector.Incidents;

/// <summary>Answers what is asked of incidents and silences.</summary>
internal sealed class IncidentRequests(IncidentReader reader, IncidentStore store, IncidentKeeper keeper, TimeProvider time)
{
    private static readonly TimeSpan ShortestSilence = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestSilence = TimeSpan.FromDays(90);

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    public async Task<ListIncidentsResponse> ListAsync(ListIncidentsRequest request, CancellationToken cancellationToken)
    {
        int pageSize = DirectiveFields.PageSize(request.PageSize);
        IncidentSelection selection = Select(request.Filter);
        ulong filters = PageToken.MarkOf([$"{selection}"]);
        Guid? before = request.PageToken.Length > 0 ? PageToken.Parse(request.PageToken, filters).Id : null;
        IReadOnlyList<IncidentRow> rows = await reader.ListAsync(selection, before, pageSize + 1, cancellationToken);
        return new ListIncidentsResponse
        {
            Incidents = { rows.Take(pageSize).Select(r => IncidentMapping.Summary(IncidentStore.Parse(r.Document))) },
            NextPageToken = rows.Count > pageSize ? new PageToken(filters, rows[pageSize - 1].Id, "").ToString() : "",
        };
    }

    public async Task<IncidentRecord> GetAsync(string id, CancellationToken cancellationToken) =>
        IncidentMessages.Whole(await FindAsync(id, cancellationToken), Now);

    /// <summary>An incident and the message that tells everything of it.</summary>
    public async Task<(Incident Incident, IncidentRecord Record)> FindWholeAsync(string id, CancellationToken cancellationToken)
    {
        IncidentRow row = await FindAsync(id, cancellationToken);
        return (IncidentStore.Parse(row.Document), IncidentMessages.Whole(row, Now));
    }

    public async Task<IncidentRecord> AcknowledgeAsync(AcknowledgeIncidentRequest request, CancellationToken cancellationToken)
    {
        (string actor, string note) = (DirectiveFields.Actor(request.Actor), DirectiveFields.Text("note", request.Note));
        IncidentRow row = await FindAsync(request.Id, cancellationToken);
        if (await keeper.AcknowledgeAsync(row.Id, actor, note, cancellationToken) is null)
        {
            throw new QueryRefusedException(
                StatusCode.FailedPrecondition, $"incident {row.Id} is {row.State.ToString().ToLowerInvariant()}: only active ones are taken on");
        }

        return await GetAsync(request.Id, cancellationToken);
    }

    public async Task<ListSilencesResponse> SilencesAsync(CancellationToken cancellationToken) =>
        new() { Silences = { (await store.SilencesAsync(Now, cancellationToken)).Select(IncidentMessages.ToMessage) } };

    public async Task<SilenceRecord> SetSilenceAsync(SetSilenceRequest request, CancellationToken cancellationToken)
    {
        TimeSpan duration = TimeSpan.FromMilliseconds(Math.Clamp(request.DurationMs, 0, (long)LongestSilence.TotalMilliseconds + 1));
        if (duration < ShortestSilence || duration > LongestSilence)
        {
            throw QueryRefusedException.Invalid(
                "duration_ms", request.DurationMs, $"{(long)ShortestSilence.TotalMilliseconds} to {(long)LongestSilence.TotalMilliseconds} milliseconds");
        }

        if (request.FromUnixMs < 0 || request.FromUnixMs > Now + (long)LongestSilence.TotalMilliseconds)
        {
            throw QueryRefusedException.Invalid("from_unix_ms", request.FromUnixMs, "milliseconds since 1970 UTC within the next 90 days, or 0 for now");
        }

        if (string.IsNullOrWhiteSpace(request.Reason))
        {
            throw QueryRefusedException.Invalid("reason", request.Reason, "say why nobody is to be called, for those who find the silence");
        }

        long from = request.FromUnixMs == 0 ? Now : request.FromUnixMs;
        Silence silence = new(
            Guid.CreateVersion7(time.GetUtcNow()),
            Checked("kind", (FindingKind)request.Kind),
            Checked("element_kind", (ElementKind)request.ElementKind),
            DirectiveFields.Text("name", request.Name),
            from,
            from + (long)duration.TotalMilliseconds,
            DirectiveFields.Actor(request.Actor),
            DirectiveFields.Text("reason", request.Reason));
        return IncidentMessages.ToMessage(await keeper.PutSilenceAsync(silence, cancellationToken));
    }

    public async Task<SilenceRecord> LiftSilenceAsync(string id, CancellationToken cancellationToken)
    {
        Guid wanted = Id(id, "a silence");
        Silence silence = (await store.SilencesAsync(Now, cancellationToken)).FirstOrDefault(s => s.Id == wanted)
            ?? throw QueryRefusedException.NotFound($"id: there is no silence {wanted} that holds or will hold; 'virtctl silence list' or GET /v1/silences lists them");
        return IncidentMessages.ToMessage(await keeper.PutSilenceAsync(silence with { ToUnixMs = Now }, cancellationToken));
    }

    /// <summary>Reads a filter.</summary>
    public static IncidentSelection Select(IncidentFilter? filter) => filter is null
        ? new(IncidentState.Unspecified, Severity.Unspecified, FindingKind.Unspecified, ActiveOnly: false)
        : new(
            Checked("filter.state", (IncidentState)filter.State),
            Checked("filter.min_severity", (Severity)filter.MinSeverity),
            Checked("filter.kind", (FindingKind)filter.Kind),
            filter.Active);

    private static T Checked<T>(string field, T value)
        where T : struct, Enum => Enum.IsDefined(value)
            ? value
            : throw QueryRefusedException.Invalid(field, Convert.ToInt32(value, System.Globalization.CultureInfo.InvariantCulture), "the numbers of the enumeration of the same name; 0 = any");

    private async Task<IncidentRow> FindAsync(string id, CancellationToken cancellationToken)
    {
        Guid wanted = Id(id, "an incident");
        return await reader.FindAsync(wanted, cancellationToken)
            ?? throw QueryRefusedException.NotFound($"id: there is no incident {wanted}; 'virtctl incidents' or GET /v1/incidents lists them");
    }

    private static Guid Id(string text, string what) => Guid.TryParse(text, out Guid id) && id != Guid.Empty
        ? id
        : throw QueryRefusedException.Invalid("id", text.Length <= 64 ? text : text[..64] + "…", $"the UUID of {what}");
}
