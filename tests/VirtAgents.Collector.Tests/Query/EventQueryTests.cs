using CsCheck;
using Grpc.Core;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;
using static VirtAgents.Collector.Tests.Query.SampleFleet;

namespace VirtAgents.Collector.Tests.Query;

public sealed class EventQueryTests : IAsyncLifetime
{
    private readonly ListStore _store = new();
    private QueryServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await QueryServer.StartAsync(_store);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task ListEvents_Pages_EveryEventOnceAndTheLastPageSaysSo()
    {
        Store(10);
        List<ulong> seen = [];
        ListEventsRequest request = new() { PageSize = 5 };
        int pages = 0;
        do
        {
            ListEventsResponse page = await ListAsync(request);
            seen.AddRange(page.Events.Select(e => e.Id));
            request.AfterId = page.NextAfterId;
            pages++;
        }
        while (request.AfterId != 0);

        Assert.Equal(Enumerable.Range(1, 10).Select(i => (ulong)i), seen);
        Assert.Equal(2, pages);
    }

    [Fact]
    public async Task ListEvents_Filters_OnlyWhatFits()
    {
        _store.Add(Event(HostEventKind.VmCrashed, Web, time: 1_000));
        _store.Add(Event(HostEventKind.VmStarted, Web, time: 2_000));
        _store.Add(Event(HostEventKind.VmStarted, Db, time: 3_000));
        _store.Add(Event(HostEventKind.HypervisorLost, time: 4_000, host: Beta));

        Assert.Equal([1ul, 2], await IdsAsync(new() { Filter = new() { Vm = "web" } }));
        Assert.Equal([2ul, 3], await IdsAsync(new() { Filter = new() { Kinds = { EventKind.VmStarted, EventKind.VmStarted } } }));
        Assert.Equal([4ul], await IdsAsync(new() { Filter = new() { Host = Beta.ToString() } }));
        Assert.Equal([2ul, 3], await IdsAsync(new() { FromUnixMs = 2_000, ToUnixMs = 4_000 }));
        Assert.Equal([4ul, 3, 2], await IdsAsync(new() { NewestFirst = true, AfterId = 1 }));
        Assert.Empty(await IdsAsync(new() { Filter = new() { Vm = Vm(99).ToString() } }));
    }

    [Fact]
    public async Task ListEvents_AnEvent_TellsEverything()
    {
        _store.Add(Event(HostEventKind.VmCrashed, Web, time: 1_000));

        Assert.Equal(
            new FeedEvent
            {
                Id = 1, HostId = Alpha.ToString(), Host = "alpha", Kind = EventKind.VmCrashed, TimeUnixMs = 1_000, ReceivedUnixMs = 1_001,
                VmId = Web.ToString(), Vm = "web", State = Protocol.V1.VmState.Running,
            },
            Assert.Single((await ListAsync(new())).Events));
    }

    [Fact]
    public async Task ListEvents_WrongRequest_Refused()
    {
        await RefusedAsync("page_size: 10001", new() { PageSize = 10_001 });
        await RefusedAsync("after_id: 18446744073709551615 is not allowed; 0 to 9223372036854775807", new() { AfterId = ulong.MaxValue });
        await RefusedAsync("from_unix_ms: -1", new() { FromUnixMs = -1 });
        await RefusedAsync("to_unix_ms: 5 is not allowed; it must be over from_unix_ms (5)", new() { FromUnixMs = 5, ToUnixMs = 5 });
        await RefusedAsync("filter.kinds: 0", new() { Filter = new() { Kinds = { EventKind.Unspecified } } });
        await RefusedAsync("filter.kinds: 999", new() { Filter = new() { Kinds = { (EventKind)999 } } });
        await RefusedAsync("2 VMs have this name", new() { Filter = new() { Vm = "twin" } });
    }

    [Fact]
    public async Task WatchEvents_NoPlace_OnlyNewOnesThatFit()
    {
        Store(3);
        using AsyncServerStreamingCall<FeedEvent> call = await WatchAsync(new() { Filter = new() { Vm = "web" } });

        Happen(Event(HostEventKind.VmStarted, Db));
        Happen(Event(HostEventKind.VmStarted, Web));

        Assert.Equal(5ul, await NextAsync(call));
    }

    [Fact]
    public async Task WatchEvents_Place_PastThenPresentWithoutGapOrDuplicate()
    {
        Store(5);
        using AsyncServerStreamingCall<FeedEvent> call = await WatchAsync(new() { AfterId = 2 });

        Assert.Equal([3ul, 4, 5], await TakeAsync(call, 3));
        Happen(Event(HostEventKind.VmStarted, Web));
        Assert.Equal(6ul, await NextAsync(call));
    }

    [Fact]
    public async Task WatchEvents_EventsWhileThePastIsListed_OnceAndInOrder()
    {
        Store(3);
        int happened = 0;
        _store.OnEvents = query =>
        {
            // One event is both in the list and in the feed; another is durable before the feed was heard at all.
            if (!query.NewestFirst && Interlocked.Increment(ref happened) == 1)
            {
                Happen(Event(HostEventKind.VmStarted, Web));
            }
            else if (!query.NewestFirst && happened == 2)
            {
                happened = 3;
                _store.Add(Event(HostEventKind.VmStopped, Web));
            }
        };
        using AsyncServerStreamingCall<FeedEvent> call = await WatchAsync(new() { AfterId = 1 });
        Assert.Equal([2ul, 3, 4], await TakeAsync(call, 3));

        Happen(Event(HostEventKind.VmStarted, Web));

        Assert.Equal(5ul, await NextAsync(call));
    }

    [Fact]
    public async Task WatchEvents_FeedHeardLate_HoleIsClosedByTheFirstLiveEvent()
    {
        Store(2);
        using AsyncServerStreamingCall<FeedEvent> call = await WatchAsync(new() { AfterId = 1 });
        Assert.Equal(2ul, await NextAsync(call));

        _store.Add(Event(HostEventKind.VmStopped, Web));
        Happen(Event(HostEventKind.VmStarted, Web));

        Assert.Equal([3ul, 4], await TakeAsync(call, 2));
    }

    [Fact]
    public async Task WatchEvents_LongPast_AllOfIt()
    {
        Store(2_345);
        using AsyncServerStreamingCall<FeedEvent> call = await WatchAsync(new() { AfterId = 1 });

        for (ulong id = 2; id <= 2_345; id++)
        {
            Assert.Equal(id, await NextAsync(call));
        }
    }

    [Fact]
    public async Task WatchEvents_PlaceBeyondTheNewest_Refused()
    {
        Store(3);
        using AsyncServerStreamingCall<FeedEvent> call = await WatchAsync(new() { AfterId = 4 });

        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => NextAsync(call));

        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        Assert.StartsWith("after_id: 4 is not allowed; the newest event is 3", refused.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WatchEvents_TooSlow_ResourceExhaustedAndTheRestIsThere()
    {
        _server.Fleet.Capacity = 1;
        Store(1);
        using ManualResetEventSlim listed = new();
        _store.OnEvents = query =>
        {
            if (!query.NewestFirst && !listed.IsSet)
            {
                for (int i = 0; i < 10; i++)
                {
                    Happen(Event(HostEventKind.VmStarted, Web));
                }

                listed.Set();
            }
        };
        using AsyncServerStreamingCall<FeedEvent> call = await WatchAsync(new() { AfterId = 1 });
        ulong last = 1;
        RpcException ended = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (true)
            {
                last = await NextAsync(call);
            }
        });

        Assert.Equal(StatusCode.ResourceExhausted, ended.StatusCode);
        Assert.Equal(11ul, last);
        Assert.Equal(0, _server.Fleet.WatcherCount);
    }

    [Fact]
    public async Task WatchEvents_CallerLeaves_SubscriptionEnds()
    {
        AsyncServerStreamingCall<FeedEvent> call = await WatchAsync(new());
        Assert.Equal(1, _server.Fleet.WatcherCount);
        call.Dispose();
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(QueryServer.Timeout);

        while (_server.Fleet.WatcherCount > 0)
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    [Fact]
    public async Task WatchEvents_CollectorStops_Unavailable()
    {
        using AsyncServerStreamingCall<FeedEvent> call = await WatchAsync(new());
        Task stop = _server.StopAsync();

        RpcException ended = await Assert.ThrowsAsync<RpcException>(() => NextAsync(call));

        Assert.Equal(StatusCode.Unavailable, ended.StatusCode);
        await stop;
    }

    [Fact]
    public async Task WatchEvents_BrokenOffAndResumedAnywhere_EveryEventOnce()
    {
        await Gen.Int[1, 9].List[1, 6].SampleAsync(
            async runs =>
            {
                ulong last = 1;
                ulong newest = (ulong)_store.Add(Event(HostEventKind.VmStarted, Web)).Id;
                last = newest;
                foreach (int run in runs)
                {
                    newest = (ulong)_store.Add(Event(HostEventKind.VmStarted, Web)).Id;
                    using AsyncServerStreamingCall<FeedEvent> call = await WatchAsync(new() { AfterId = last });
                    for (int i = 0; i < run; i++)
                    {
                        Happen(Event(HostEventKind.VmStarted, Web));
                        ulong id = await NextAsync(call);
                        Assert.Equal(last + 1, id);
                        last = id;
                    }
                }
            },
            iter: 10, threads: 1);
    }

    private void Store(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _store.Add(Event(HostEventKind.VmStarted, Web));
        }
    }

    /// <summary>Durable first, then told to watchers, as the collector does it.</summary>
    private void Happen(FleetEvent line) => _server.Fleet.Publish(_store.Add(line));

    private Task<ListEventsResponse> ListAsync(ListEventsRequest request) =>
        _server.Events.ListEventsAsync(request, QueryServer.Options()).ResponseAsync;

    private async Task<IEnumerable<ulong>> IdsAsync(ListEventsRequest request) => (await ListAsync(request)).Events.Select(e => e.Id);

    private async Task<AsyncServerStreamingCall<FeedEvent>> WatchAsync(WatchEventsRequest request)
    {
        AsyncServerStreamingCall<FeedEvent> call = _server.Events.WatchEvents(request, QueryServer.Options());
        await call.ResponseHeadersAsync.WaitAsync(QueryServer.Timeout, TestContext.Current.CancellationToken);
        return call;
    }

    private static async Task<ulong> NextAsync(AsyncServerStreamingCall<FeedEvent> call)
    {
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        return call.ResponseStream.Current.Id;
    }

    private static async Task<List<ulong>> TakeAsync(AsyncServerStreamingCall<FeedEvent> call, int count)
    {
        List<ulong> ids = [];
        while (ids.Count < count)
        {
            ids.Add(await NextAsync(call));
        }

        return ids;
    }

    private async Task RefusedAsync(string message, ListEventsRequest request)
    {
        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => ListAsync(request));
        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        Assert.Contains(message, refused.Status.Detail, StringComparison.Ordinal);
    }
}
