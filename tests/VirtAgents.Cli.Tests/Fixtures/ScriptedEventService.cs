using System.Threading.Channels;
using Grpc.Core;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Tests.Fixtures;

/// <summary>An event feed that keeps the contract of the protocol. Each stream can be told to end after some events.</summary>
internal sealed class ScriptedEventService : EventService.EventServiceBase
{
    private readonly Lock _lock = new();
    private readonly List<Channel<FeedEvent>> _watchers = [];

    public List<FeedEvent> Feed { get; private set; } = [.. CollectorData.Events()];

    public List<ListEventsRequest> Lists { get; } = [];

    public List<WatchEventsRequest> Watches { get; } = [];

    /// <summary>For each stream in turn: how many events it sends before it breaks, and with which status. No entry = it does not.</summary>
    public Queue<(int After, StatusCode Code)> Breaks { get; } = new();

    /// <summary>Completed when a stream with this number (from 1) has been opened and takes part in what is appended.</summary>
    public Func<int, Task> WhenWatched => number => _watched[number - 1].Task;

    private readonly TaskCompletionSource[] _watched = [.. Enumerable.Range(0, 8).Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))];

    public void Append(FeedEvent line)
    {
        lock (_lock)
        {
            Feed.Add(line);
            _watchers.ForEach(watcher => watcher.Writer.TryWrite(line));
        }
    }

    public void Replace(params FeedEvent[] feed)
    {
        lock (_lock)
        {
            Feed = [.. feed];
        }
    }

    public override Task<ListEventsResponse> ListEvents(ListEventsRequest request, ServerCallContext context)
    {
        lock (_lock)
        {
            Lists.Add(request.Clone());
            var matching = Feed.Where(line => Matches(line, request.Filter))
                .Where(line => line.Id > request.AfterId && line.TimeUnixMs >= request.FromUnixMs && (request.ToUnixMs == 0 || line.TimeUnixMs < request.ToUnixMs));
            var answer = new ListEventsResponse();
            var size = (int)Math.Min(request.PageSize, 3);
            if (request.NewestFirst)
            {
                answer.Events.AddRange(matching.Reverse().Take((int)request.PageSize));
                return Task.FromResult(answer);
            }

            var found = matching.ToArray();
            answer.Events.AddRange(found.Take(size));
            answer.NextAfterId = found.Length > size ? found[size - 1].Id : 0;
            return Task.FromResult(answer);
        }
    }

    public override async Task WatchEvents(WatchEventsRequest request, IServerStreamWriter<FeedEvent> responseStream, ServerCallContext context)
    {
        var channel = Channel.CreateUnbounded<FeedEvent>();
        (int After, StatusCode Code)? end;
        lock (_lock)
        {
            Watches.Add(request.Clone());
            end = Breaks.TryDequeue(out var planned) ? planned : null;
            foreach (var line in Feed.Where(line => request.AfterId != 0 && line.Id > request.AfterId))
            {
                channel.Writer.TryWrite(line);
            }

            _watchers.Add(channel);
            _watched[Watches.Count - 1].TrySetResult();
        }

        for (var sent = 0; end is null || sent < end.Value.After; sent++)
        {
            FeedEvent line;
            do
            {
                line = await channel.Reader.ReadAsync(context.CancellationToken);
            }
            while (!Matches(line, request.Filter));
            await responseStream.WriteAsync(line, context.CancellationToken);
        }

        throw new RpcException(new Status(end.Value.Code, "The stream was ended by the script."));
    }

    private static bool Matches(FeedEvent line, EventFilter? filter) =>
        filter is null
        || ((filter.Vm.Length == 0 || filter.Vm == line.Vm || filter.Vm == line.VmId)
            && (filter.Host.Length == 0 || filter.Host == line.Host)
            && (filter.Kinds.Count == 0 || filter.Kinds.Contains(line.Kind)));
}
