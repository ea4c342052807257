using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Connection;

/// <summary>Events of the past, oldest first.</summary>
internal sealed class EventHistory(CollectorClient client, EventFilter filter, long fromUnixMs, long toUnixMs)
{
    private const int PageSize = 1_000;

    /// <summary>Whether no beginning was given, so that everything would be a lot.</summary>
    public bool IsOpen => fromUnixMs == 0;

    public async Task<IReadOnlyList<FeedEvent>> ReadAsync(int? newest, CancellationToken cancel) => newest switch
    {
        0 => [],
        null => await ReadAllAsync(cancel),
        { } count => await ReadNewestAsync(count, cancel),
    };

    private async Task<IReadOnlyList<FeedEvent>> ReadNewestAsync(int count, CancellationToken cancel)
    {
        var request = NewRequest(count);
        request.NewestFirst = true;
        var page = await client.CallAsync(options => client.Events.ListEventsAsync(request, options), cancel);
        return [.. page.Events.Reverse()];
    }

    private async Task<IReadOnlyList<FeedEvent>> ReadAllAsync(CancellationToken cancel)
    {
        var lines = new List<FeedEvent>();
        var request = NewRequest(PageSize);
        do
        {
            var page = await client.CallAsync(options => client.Events.ListEventsAsync(request, options), cancel);
            lines.AddRange(page.Events);
            request.AfterId = page.NextAfterId;
        }
        while (request.AfterId != 0);
        return lines;
    }

    private ListEventsRequest NewRequest(int pageSize) =>
        new() { Filter = filter, FromUnixMs = fromUnixMs, ToUnixMs = toUnixMs, PageSize = (uint)pageSize };
}
