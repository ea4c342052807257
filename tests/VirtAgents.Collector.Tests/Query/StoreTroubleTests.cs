using System.Collections.Concurrent;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using VirtAgents.Protocol.V1;
using VirtAgents.Storage;

namespace VirtAgents.Collector.Tests.Query;

/// <summary>What callers and the log hear of a store that cannot be read.</summary>
public sealed class StoreTroubleTests
{
    private const string Away = "InfluxDB at http://db:8086 cannot be reached (Connection refused): start it";

    [Fact]
    public async Task Queries_StoreAway_AreRefusedWithItsReasonAndLoggedOnce()
    {
        var store = new ListStore { Failure = new StoreUnusableException(Away) };
        using var log = new ListLog();
        await using QueryServer server = await QueryServer.StartAsync(store, log: log);

        for (int i = 0; i < 3; i++)
        {
            RpcException refused = await Assert.ThrowsAsync<RpcException>(() => AskAsync(server));
            Assert.Equal((StatusCode.Unavailable, $"the store cannot be used: {Away}"), (refused.StatusCode, refused.Status.Detail));
        }

        await server.Query.ListHostsAsync(new ListHostsRequest(), QueryServer.Options());
        string failed = Assert.Single(log.Lines);
        Assert.Equal($"Error: The store keeps queries (/virtagents.v1.QueryService/QueryRange) from being answered: {Away}. Further ones are not told.", failed);
    }

    [Fact]
    public async Task Queries_StoreComesAndGoesAndFailsOtherwise_TellEachChange()
    {
        var store = new ListStore { Failure = new StoreUnusableException(Away) };
        using var log = new ListLog();
        await using QueryServer server = await QueryServer.StartAsync(store, log: log);
        async Task Ask(string? problem)
        {
            store.Failure = problem is null ? null : new StoreUnusableException(problem);
            _ = problem is null ? await AskAsync(server) : (object)await Assert.ThrowsAsync<RpcException>(() => AskAsync(server));
        }

        foreach (string? problem in (string?[])[Away, Away, null, null, Away, "engine: closed", "engine: closed", null])
        {
            await Ask(problem);
        }

        await Ask("engine: closed");
        server.Clock.Advance(TimeSpan.FromMinutes(11));
        await Ask("engine: closed");
        Assert.Equal("Error Information Error Error Information Error Error", string.Join(' ', log.Lines.Select(l => l.Split(':')[0])));
    }

    private static Task<QueryRangeResponse> AskAsync(QueryServer server) => server.Query.QueryRangeAsync(
        new QueryRangeRequest { Metric = "vm_cpu_seconds_total", FromUnixMs = QueryServer.Now - 1_000, ToUnixMs = QueryServer.Now }, QueryServer.Options()).ResponseAsync;

    /// <summary>A log as a list of lines, a stack trace included where there is one.</summary>
    private sealed class ListLog : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{logLevel}: {formatter(state, exception)}{exception}");

        public void Dispose()
        {
        }
    }
}
