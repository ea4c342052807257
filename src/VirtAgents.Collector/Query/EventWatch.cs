using System.Runtime.CompilerServices;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Ingest;
using VirtAgents.Core.Model;
using VirtAgents.Storage;

namespace VirtAgents.Collector.Query;

/// <summary>Follows the event feed from a place in the past into the present, every event once and in order.</summary>
/// <remarks>
/// The live feed is opened before the past is listed, so nothing falls between the two; what comes twice is known by its
/// id. Where ids jump, whatever the store has in between is listed: so it does not matter how quickly the subscription
/// took effect, nor whether the feed skipped something.
/// </remarks>
internal sealed class EventWatch(IFleetReader fleet, ITimeSeriesStore store)
{
    private const int ListSize = 1_000;

    /// <summary>The events after an id, without end; 0 = only new ones.</summary>
    /// <param name="selection">Which events.</param>
    /// <param name="afterId">Id to go on after.</param>
    /// <param name="onSubscribed">Called once the live feed is asked for and before anything is given.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    public async IAsyncEnumerable<FleetEvent> FollowAsync(
        EventSelection selection, long afterId, Func<Task> onSubscribed, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using LiveReader<FleetEvent> live = LiveReader<FleetEvent>.Open(fleet.EventsAsync, cancellationToken);
        await onSubscribed();
        long last = afterId;
        await foreach (FleetEvent line in PastAsync(selection, afterId, cancellationToken))
        {
            last = line.Id;
            yield return line;
        }

        while (await live.NextAsync())
        {
            await foreach (FleetEvent line in UpToAsync(live.Current, selection, last, cancellationToken))
            {
                yield return line;
            }

            last = Math.Max(last, live.Current.Id);
            live.Advance();
        }
    }

    private async IAsyncEnumerable<FleetEvent> PastAsync(
        EventSelection selection, long afterId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (afterId > 0)
        {
            await RefuseBeyondNewestAsync(afterId, cancellationToken);
            await foreach (FleetEvent line in ListAsync(selection, afterId, long.MaxValue, cancellationToken))
            {
                yield return line;
            }
        }
    }

    // A live event, and before it what the store has since the last one.
    private async IAsyncEnumerable<FleetEvent> UpToAsync(
        FleetEvent current, EventSelection selection, long last, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (last > 0 && current.Id > last + 1)
        {
            await foreach (FleetEvent line in ListAsync(selection, last, current.Id, cancellationToken))
            {
                yield return line;
            }
        }

        if (current.Id > last && selection.Includes(current))
        {
            yield return current;
        }
    }

    private async IAsyncEnumerable<FleetEvent> ListAsync(
        EventSelection selection, long afterId, long beforeId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            IReadOnlyList<FleetEvent> page = await store.EventsAsync(selection.Query(afterId, ListSize), cancellationToken);
            foreach (FleetEvent line in page)
            {
                if (line.Id >= beforeId)
                {
                    yield break;
                }

                afterId = line.Id;
                yield return line;
            }

            if (page.Count < ListSize)
            {
                yield break;
            }
        }
    }

    // With an id from another store nothing would ever be new enough: the watcher would wait for ever.
    private async ValueTask RefuseBeyondNewestAsync(long afterId, CancellationToken cancellationToken)
    {
        EventQuery newest = new(0, 0, 0, null, null, [], 1, NewestFirst: true);
        long newestId = await store.EventsAsync(newest, cancellationToken) is [var line, ..] ? line.Id : 0;
        if (afterId > newestId)
        {
            throw QueryRefusedException.Invalid(
                "after_id", afterId, $"the newest event is {newestId}; after a change of store begin anew with ListEvents");
        }
    }
}
