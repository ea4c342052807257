using Grpc.Core;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Tests.Fixtures;

/// <summary>Incidents as a test wants them, and what was asked of them.</summary>
internal sealed class ScriptedIncidentService : IncidentService.IncidentServiceBase
{
    private readonly System.Collections.Concurrent.ConcurrentQueue<object> _requests = new();

    public List<IncidentRecord> Incidents { get; } = [.. IncidentData.Incidents()];

    public IReadOnlyList<object> Requests => [.. _requests];

    /// <summary>What a watch tells after the active ones; each stream takes one list and breaks then, the last goes on.</summary>
    public Queue<IncidentRecord[]> News { get; } = new();

    /// <summary>Two at a time whatever is asked, so that paging is tried.</summary>
    public override Task<ListIncidentsResponse> ListIncidents(ListIncidentsRequest request, ServerCallContext context)
    {
        _requests.Enqueue(request.Clone());
        var start = request.PageToken.Length == 0 ? 0 : int.Parse(request.PageToken, System.Globalization.CultureInfo.InvariantCulture);
        var size = Math.Min(2, request.PageSize);
        var next = start + size < Incidents.Count ? (start + size).ToString(System.Globalization.CultureInfo.InvariantCulture) : "";
        return Task.FromResult(new ListIncidentsResponse { Incidents = { Incidents.Skip(start).Take(size) }, NextPageToken = next });
    }

    public override Task<IncidentRecord> GetIncident(GetIncidentRequest request, ServerCallContext context) => Task.FromResult(
        Incidents.Find(record => record.Id == request.Id) ?? throw new RpcException(new Status(StatusCode.NotFound, $"id: there is no incident {request.Id}")));

    public override async Task WatchIncidents(WatchIncidentsRequest request, IServerStreamWriter<IncidentRecord> responseStream, ServerCallContext context)
    {
        _requests.Enqueue(request);
        foreach (var record in Incidents.Where(record => record.State == IncidentState.Open).Select(WithoutSteps).Concat(News.TryDequeue(out var news) ? news : []))
        {
            await responseStream.WriteAsync(record, context.CancellationToken);
        }

        if (News.Count > 0)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "The stream was ended by the script."));
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken);
    }

    public override Task<IncidentRecord> AcknowledgeIncident(AcknowledgeIncidentRequest request, ServerCallContext context)
    {
        _requests.Enqueue(request);
        var record = Incidents.Find(one => one.Id == request.Id)!;
        if (record.State == IncidentState.Resolved)
        {
            throw new RpcException(new Status(StatusCode.FailedPrecondition, $"incident {record.Id} is resolved: only active ones are taken on"));
        }

        (record.State, record.AcknowledgedBy, record.Note) = (IncidentState.Acknowledged, request.Actor, request.Note);
        return Task.FromResult(record);
    }

    public override Task<SilenceRecord> SetSilence(SetSilenceRequest request, ServerCallContext context)
    {
        _requests.Enqueue(request);
        return Task.FromResult(IncidentData.SilenceOf(request));
    }

    public override Task<ListSilencesResponse> ListSilences(ListSilencesRequest request, ServerCallContext context) =>
        Task.FromResult(new ListSilencesResponse());

    public override Task<SilenceRecord> LiftSilence(LiftSilenceRequest request, ServerCallContext context)
    {
        _requests.Enqueue(request);
        return Task.FromResult(new SilenceRecord { Id = request.Id, FromUnixMs = CollectorData.Ago(60), ToUnixMs = CollectorData.Ago(0), Actor = "ann@desk", Reason = "new firmware" });
    }

    private static IncidentRecord WithoutSteps(IncidentRecord record)
    {
        var present = record.Clone();
        present.Steps.Clear();
        return present;
    }
}
