using Grpc.Core;
using VirtAgents.Collector.Fleet;
using VirtAgents.Core.Model;
using VirtAgents.Protocol;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Collector.Query;

/// <summary>The event feed over gRPC and JSON.</summary>
internal sealed class EventGrpcService(
    EventQueries queries, EventWatch watch, IFleetReader fleet, IHostApplicationLifetime lifetime) : EventService.EventServiceBase
{
    public override Task<ListEventsResponse> ListEvents(ListEventsRequest request, ServerCallContext context) =>
        queries.ListAsync(request, context.CancellationToken);

    public override async Task WatchEvents(WatchEventsRequest request, IServerStreamWriter<FeedEvent> responseStream, ServerCallContext context)
    {
        using CancellationTokenSource ending =
            CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        long afterId = EventQueries.AfterId(request.AfterId);
        FleetDirectory directory = await FleetDirectory.ReadAsync(fleet, ending.Token);
        EventSelection selection = EventSelection.Parse(request.Filter, directory);
        await foreach (FleetEvent line in watch.FollowAsync(selection, afterId, () => context.WriteResponseHeadersAsync([]), ending.Token))
        {
            await responseStream.WriteAsync(EventMapping.ToWire(line), ending.Token);
        }

        // The feed ends by itself only when the collector does; an end without a status would look like the last event.
        throw new QueryRefusedException(StatusCode.Unavailable, "the collector is stopping; call again with after_id");
    }
}
