using VirtAgents.Collector.Fleet;
using VirtAgents.Core.Model;
using VirtAgents.Protocol;
using VirtAgents.Protocol.V1;
using VirtAgents.Storage;

namespace VirtAgents.Collector.Query;

/// <summary>Answers what is asked of past events.</summary>
internal sealed class EventQueries(IFleetReader fleet, ITimeSeriesStore store)
{
    public async Task<ListEventsResponse> ListAsync(ListEventsRequest request, CancellationToken cancellationToken)
    {
        EventQuery query = await ParseAsync(request, cancellationToken);
        IReadOnlyList<FleetEvent> events = await store.EventsAsync(query, cancellationToken);
        return new ListEventsResponse
        {
            Events = { events.Select(EventMapping.ToWire) },
            NextAfterId = await HasMoreAsync(query, events, cancellationToken) ? (ulong)events[^1].Id : 0,
        };
    }

    /// <summary>Reads an id of the feed.</summary>
    public static long AfterId(ulong asked) =>
        asked <= long.MaxValue ? (long)asked : throw QueryRefusedException.Invalid("after_id", asked, $"0 to {long.MaxValue}");

    private async ValueTask<EventQuery> ParseAsync(ListEventsRequest request, CancellationToken cancellationToken)
    {
        uint pageSize = FleetQueries.PageSize(request.PageSize);
        long afterId = AfterId(request.AfterId);
        if (request.FromUnixMs < 0)
        {
            throw QueryRefusedException.Invalid("from_unix_ms", request.FromUnixMs, "milliseconds since 1970 UTC, or 0 for no limit");
        }

        if (request.ToUnixMs != 0 && request.ToUnixMs <= request.FromUnixMs)
        {
            throw QueryRefusedException.Invalid("to_unix_ms", request.ToUnixMs, $"it must be over from_unix_ms ({request.FromUnixMs}), or 0 for no limit");
        }

        FleetDirectory directory = await FleetDirectory.ReadAsync(fleet, cancellationToken);
        EventSelection selection = EventSelection.Parse(request.Filter, directory);
        return new(
            afterId, request.FromUnixMs, request.ToUnixMs, selection.Host, selection.Vm, selection.Kinds, (int)pageSize, request.NewestFirst);
    }

    // A full page may be the last one: only a look behind it tells.
    private async ValueTask<bool> HasMoreAsync(EventQuery query, IReadOnlyList<FleetEvent> page, CancellationToken cancellationToken)
    {
        if (query.NewestFirst || page.Count < query.Limit)
        {
            return false;
        }

        EventQuery behind = query with { AfterId = page[^1].Id, Limit = 1 };
        return (await store.EventsAsync(behind, cancellationToken)).Count > 0;
    }
}
