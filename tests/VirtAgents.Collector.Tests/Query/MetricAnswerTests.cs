using Grpc.Core;
using Microsoft.Extensions.Time.Testing;
using VirtAgents.Collector.Query;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;
using Metric = VirtAgents.Core.Model.Metric;
using SubjectKind = VirtAgents.Core.Model.SubjectKind;

namespace VirtAgents.Collector.Tests.Query;

public sealed class MetricAnswerTests
{
    private static readonly QueryLimits Limits = new() { ConcurrentRanges = 1, PointsOfMessage = 2, Points = 5 };
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.FromUnixTimeMilliseconds(QueryServer.Now));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FinishAsync_CallerTakesNothing_EndedAfterAMinute()
    {
        MetricAnswer answer = new(new StreamDouble { OnWrite = _ => new TaskCompletionSource().Task }, new QueryHeader(), Limits, _clock);

        Task sending = answer.FinishAsync(new QueryTrailer(), Token).AsTask();
        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.False(sending.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(1));

        QueryRefusedException refused = await Assert.ThrowsAsync<QueryRefusedException>(() => sending.WaitAsync(QueryServer.Timeout, Token));
        Assert.Equal((StatusCode.ResourceExhausted, "the caller did not take a part of the answer within 60 seconds"), (refused.Code, refused.Message));
    }

    [Fact]
    public async Task AddAsync_Refused_BeforeAnythingIsSent()
    {
        StreamDouble stream = new();
        MetricAnswer answer = new(stream, new QueryHeader(), Limits with { PointsOfMessage = 100 }, _clock);

        await Assert.ThrowsAsync<QueryRefusedException>(
            () => answer.AddAsync("m", new SeriesLabels(), Enumerable.Range(0, 6).Select(i => new StepValue(i, i)), Token).AsTask());

        Assert.Empty(stream.Messages);
    }

    [Fact]
    public async Task AnswerAsync_CallerGoesAway_StopsAndLeavesItsTurn()
    {
        using QueryTurns turns = new(Limits);
        using CancellationTokenSource caller = CancellationTokenSource.CreateLinkedTokenSource(Token);
        ListStore store = new ListStore().Add(new Subject(SubjectKind.Vm, SampleFleet.Web.Value, ""), Metric.VmMemoryRss, (QueryServer.Now - 1, 5));
        MetricQueries queries = new(new FleetDouble { Hosts = SampleFleet.Hosts }, store, Limits, turns, _clock);
        StreamDouble stream = new() { OnWrite = _ => caller.CancelAsync() };
        QueryMetricsRequest request = new() { Metrics = { "vm_memory_rss_bytes", "vm_vcpus" }, FromUnixMs = -1_000 };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queries.AnswerAsync(request, stream, caller.Token).WaitAsync(QueryServer.Timeout, Token));

        Assert.DoesNotContain(stream.Messages, m => m.Trailer is not null);
        (await turns.TakeAsync(Token).WaitAsync(QueryServer.Timeout, Token)).Dispose();
    }

    [Fact]
    public async Task TakeAsync_AllTurnsTaken_WaitsForOneOrForTheCaller()
    {
        using QueryTurns turns = new(Limits);
        IDisposable first = await turns.TakeAsync(Token);
        using CancellationTokenSource impatient = new();
        Task<IDisposable> second = turns.TakeAsync(impatient.Token), third = turns.TakeAsync(Token);
        Assert.False(second.IsCompleted || third.IsCompleted);

        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second.WaitAsync(QueryServer.Timeout, Token));
        first.Dispose();

        (await third.WaitAsync(QueryServer.Timeout, Token)).Dispose();
    }

    private sealed class StreamDouble : IServerStreamWriter<QueryMetricsResponse>
    {
        public List<QueryMetricsResponse> Messages { get; } = [];

        public Func<QueryMetricsResponse, Task> OnWrite { get; init; } = _ => Task.CompletedTask;

        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(QueryMetricsResponse message) => WriteAsync(message, CancellationToken.None);

        public Task WriteAsync(QueryMetricsResponse message, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Messages.Add(message.Clone());
            return OnWrite(message);
        }
    }
}
