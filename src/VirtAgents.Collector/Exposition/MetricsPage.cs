using System.IO.Pipelines;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Ingest;
using VirtAgents.Collector.Query;
using VirtAgents.Storage;

namespace VirtAgents.Collector.Exposition;

/// <summary>Answers GET /metrics: hosts and VMs now, then the collector's own figures, as one page of Prometheus text.</summary>
internal sealed partial class MetricsPage(
    IFleetReader fleet, ITimeSeriesStore store, CollectorMetrics metrics, TimeProvider time, ILogger<MetricsPage> log)
{
    /// <summary>What the page is, whatever the caller says it accepts: Prometheus reads it in every version.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private const int MostAtOnce = 4;
    private const int BytesPerFlush = 64 << 10;

    /// <summary>Values that are older are history.</summary>
    public static readonly TimeSpan OldestValue = TimeSpan.FromMinutes(5);

    // Prometheus gives a scrape up after 10 s by default. A store that does not answer must not take the other figures with it.
    private static readonly TimeSpan StorePatience = TimeSpan.FromSeconds(5);

    // Each scrape holds a copy of all newest values until it is written, so readers may be neither many nor slow.
    private static readonly TimeSpan ReaderPatience = TimeSpan.FromSeconds(60);

    private int _answering;
    private int _unreadable;

    /// <summary>Answers one call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="own">Where the collector's own figures come from.</param>
    public async Task AnswerAsync(HttpContext call, OwnFigures own)
    {
        call.Response.ContentType = ContentType;
        if (HttpMethods.IsHead(call.Request.Method))
        {
            return;
        }

        if (Interlocked.Increment(ref _answering) > MostAtOnce)
        {
            Interlocked.Decrement(ref _answering);
            call.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            await call.Response.WriteAsync($"{MostAtOnce} scrapes are being answered already; try again later\n", call.RequestAborted);
            return;
        }

        try
        {
            await WriteAsync(call, own);
        }
        finally
        {
            Interlocked.Decrement(ref _answering);
        }
    }

    private async Task WriteAsync(HttpContext call, OwnFigures own)
    {
        FleetDirectory directory = await FleetDirectory.ReadAsync(fleet, call.RequestAborted);
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        using FleetPage page = FleetPage.Build(directory, await ValuesAsync(now, call.RequestAborted), now);

        // After the store was read: a failure of that is among the figures of this very page.
        ReadOnlyMemory<byte> figures = await own.ReadAsync(call.RequestAborted);
        using CancellationTokenSource patience = new(ReaderPatience, time);
        try
        {
            await WriteAsync(page, figures, call.Response.BodyWriter, patience.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            call.Abort(); // a page that ends early must not look like a whole one
        }
    }

    private static async Task WriteAsync(FleetPage page, ReadOnlyMemory<byte> figures, PipeWriter output, CancellationToken cancellationToken)
    {
        bool more, reads;
        do
        {
            more = page.WriteSome(output, BytesPerFlush);
            reads = !(await output.FlushAsync(cancellationToken)).IsCompleted;
        }
        while (more && reads);
        await output.WriteAsync(figures, cancellationToken);
    }

    /// <summary>Newest values; null = the store cannot be read.</summary>
    private async Task<IReadOnlyList<SeriesValue>?> ValuesAsync(long nowUnixMs, CancellationToken cancellationToken)
    {
        using CancellationTokenSource patience = new(StorePatience, time);
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            LatestQuery all = new(Owner: null, Metric: null, OldestValue, nowUnixMs);
            IReadOnlyList<SeriesValue> values = await store.LatestAsync(all, ending.Token).AsTask().WaitAsync(ending.Token);
            if (Interlocked.Exchange(ref _unreadable, 0) == 1)
            {
                LogReadable();
            }

            return values;
        }
        catch (StoreUnusableException problem)
        {
            Unreadable(problem.Message);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            Unreadable($"no answer within {StorePatience.TotalSeconds:0} s");
        }

        return null;
    }

    private void Unreadable(string problem)
    {
        metrics.ExpositionFailed();
        if (Interlocked.Exchange(ref _unreadable, 1) == 0)
        {
            LogUnreadable(problem);
        }
    }

    [LoggerMessage(2080, LogLevel.Error, "The newest values cannot be read for /metrics: {Problem}. Sampled values are missing there until they can.")]
    private partial void LogUnreadable(string problem);

    [LoggerMessage(2081, LogLevel.Information, "The newest values can be read for /metrics again.")]
    private partial void LogReadable();
}
