using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Connection;

/// <summary>
/// The event feed from a position on, over broken streams and restarts of the collector, without loss and without repeats.
/// </summary>
/// <remarks>
/// Every stream is opened after the last event that was handed on, so the collector sends what came in between first.
/// WatchEvents takes position 0 for "only new ones", which would lose what comes between two streams; so a feed that never
/// had an event is listed until it has one. A feed that ends before our position was begun anew (its store was replaced):
/// then the new one is read from its beginning.
/// </remarks>
internal sealed class EventFollower(CollectorClient client, EventFilter filter, TimeProvider time, Action<string> notice)
{
    private const int PageSize = 1_000;

    private static readonly TimeSpan EmptyFeedInterval = TimeSpan.FromSeconds(1);

    private readonly Backoff _backoff = new(TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(5));

    private ulong _position;
    private bool _outage;

    /// <summary>Newest position of the whole feed, whatever the filter; 0 = no event yet.</summary>
    public async Task<ulong> NewestAsync(CancellationToken cancel)
    {
        var newest = await client.CallAsync(
            options => client.Events.ListEventsAsync(new ListEventsRequest { PageSize = 1, NewestFirst = true }, options), cancel);
        return newest.Events.Count == 0 ? 0 : newest.Events[0].Id;
    }

    /// <summary>Hands on every event after <paramref name="position"/> until cancelled or refused.</summary>
    public async Task RunAsync(ulong position, Action<FeedEvent> hand, CancellationToken cancel)
    {
        _position = position;
        var broken = false;
        while (true)
        {
            try
            {
                if (broken)
                {
                    await RejoinAsync(cancel);
                }

                broken = true;
                await ReadEmptyFeedAsync(hand, cancel);
                await ReadStreamAsync(hand, cancel);
                TellOfOutage("the collector ended the stream of events.");
            }
            catch (CliFailureException e) when (CollectorFailure.IsPassing(e))
            {
                TellOfOutage(e.Message);
            }

            await Task.Delay(_backoff.Next(), time, cancel);
        }
    }

    private async Task RejoinAsync(CancellationToken cancel)
    {
        var newest = await NewestAsync(cancel);
        notice("connected again.");
        _outage = false;
        if (newest < _position)
        {
            notice("the collector has begun a new feed of events; reading it from its beginning.");
            _position = 0;
        }
    }

    private void TellOfOutage(string reason)
    {
        if (!_outage)
        {
            notice(reason + " Trying again; events that come meanwhile follow then.");
            _outage = true;
        }
    }

    private async Task ReadStreamAsync(Action<FeedEvent> hand, CancellationToken cancel)
    {
        var request = new WatchEventsRequest { Filter = filter, AfterId = _position };
        await foreach (var line in client.StreamAsync(options => client.Events.WatchEvents(request, options), null, cancel))
        {
            HandOn(line, hand);
        }
    }

    private async Task ReadEmptyFeedAsync(Action<FeedEvent> hand, CancellationToken cancel)
    {
        while (_position == 0)
        {
            var newest = await NewestAsync(cancel);
            if (newest == 0)
            {
                await Task.Delay(EmptyFeedInterval, time, cancel);
                continue;
            }

            await ReadPagesAsync(hand, cancel);
            _position = Math.Max(_position, newest);
        }
    }

    private async Task ReadPagesAsync(Action<FeedEvent> hand, CancellationToken cancel)
    {
        var request = new ListEventsRequest { Filter = filter, PageSize = PageSize };
        do
        {
            var page = await client.CallAsync(options => client.Events.ListEventsAsync(request, options), cancel);
            foreach (var line in page.Events)
            {
                HandOn(line, hand);
            }

            request.AfterId = page.NextAfterId;
        }
        while (request.AfterId != 0);
    }

    private void HandOn(FeedEvent line, Action<FeedEvent> hand)
    {
        _backoff.Reset();
        if (line.Id > _position)
        {
            _position = line.Id;
            hand(line);
        }
    }
}
