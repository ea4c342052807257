using Grpc.Core;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Collector.Incidents;

/// <summary>Incidents over gRPC and JSON: each call goes to the part that answers it.</summary>
internal sealed class IncidentGrpcService(IncidentRequests requests, IncidentWatch watch, IHostApplicationLifetime lifetime) : IncidentService.IncidentServiceBase
{
    public override Task<ListIncidentsResponse> ListIncidents(ListIncidentsRequest request, ServerCallContext context) =>
        requests.ListAsync(request, context.CancellationToken);

    public override Task<IncidentRecord> GetIncident(GetIncidentRequest request, ServerCallContext context) =>
        requests.GetAsync(request.Id, context.CancellationToken);

    public override async Task WatchIncidents(WatchIncidentsRequest request, IServerStreamWriter<IncidentRecord> responseStream, ServerCallContext context)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        IncidentSelection selection = IncidentRequests.Select(request.Filter);
        await foreach (IncidentRecord record in watch.FollowAsync(selection, () => context.WriteResponseHeadersAsync([]), ending.Token))
        {
            await responseStream.WriteAsync(record, ending.Token);
        }
    }

    public override Task<IncidentRecord> AcknowledgeIncident(AcknowledgeIncidentRequest request, ServerCallContext context) =>
        requests.AcknowledgeAsync(request, context.CancellationToken);

    public override Task<ListSilencesResponse> ListSilences(ListSilencesRequest request, ServerCallContext context) =>
        requests.SilencesAsync(context.CancellationToken);

    public override Task<SilenceRecord> SetSilence(SetSilenceRequest request, ServerCallContext context) =>
        requests.SetSilenceAsync(request, context.CancellationToken);

    public override Task<SilenceRecord> LiftSilence(LiftSilenceRequest request, ServerCallContext context) =>
        requests.LiftSilenceAsync(request.Id, context.CancellationToken);
}
