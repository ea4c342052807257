using VirtAgents.Storage.Embedded;
using VirtAgents.Storage.Influx.Http;
using VirtAgents.Storage.Influx.Preparing;
using VirtAgents.Storage.Influx.Reading;

namespace VirtAgents.Storage.Influx;

/// <summary>
/// Samples in InfluxDB 1, 2 or 3; positions of streams, events and inventories, which must be transactional, in a small file
/// beside the collector.
/// </summary>
/// <remarks>
/// A write is durable when both have it, InfluxDB first: a crash in between means that the same points are written once
/// more, and InfluxDB puts equal points over each other. So every sample is there once. docs/adr/0003 has the reasons.
/// </remarks>
public sealed partial class InfluxStore : ITimeSeriesStore
{
    private readonly EmbeddedStore _local;
    private readonly InfluxReader _reader;
    private readonly InfluxWriter _writer;
    private readonly Advice _advice;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private volatile string? _writeProblem;
    private volatile bool _opened;
    private volatile bool _closed;

    /// <summary>Makes a store; it touches nothing before <see cref="OpenAsync"/>.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="clients">Gives the client for a request; see <see cref="Transport"/>.</param>
    /// <param name="clock">Time.</param>
    /// <exception cref="ArgumentException">A setting is out of range.</exception>
    public InfluxStore(InfluxOptions options, Func<HttpClient> clients, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(clients);
        ArgumentNullException.ThrowIfNull(clock);
        if (options.Problems().FirstOrDefault() is string problem)
        {
            throw new ArgumentException(problem, nameof(options));
        }

        _local = new EmbeddedStore(new EmbeddedStoreOptions { Path = options.Path, LatestValues = options.LatestValues, KeepsSamples = false }, clock);
        var http = new InfluxHttp(options, clients);
        _reader = new InfluxReader(http, options);
        _writer = new InfluxWriter(_local, http, options, clock);
        _advice = new Advice(options);
    }

    /// <inheritdoc/>
    public string Name => "influx";

    /// <summary>The transport for the clients of a store: TLS as the settings ask for, no redirects and no cookies.</summary>
    /// <exception cref="StoreUnusableException">The file of authorities cannot be used.</exception>
    public static HttpMessageHandler Transport(InfluxOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return InfluxHttp.Transport(options);
    }

    /// <inheritdoc/>
    /// <remarks>A server that is away does not keep the store from opening: agents keep their samples until it is there.</remarks>
    public async ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        try
        {
            await _local.OpenAsync(cancellationToken);
        }
        catch (StoreUnusableException e)
        {
            throw new StoreUnusableException(e.Message.Replace("Store:Embedded:Path", "Store:Influx:Path", StringComparison.Ordinal), e);
        }

        _writer.Remember(await _local.HostsAsync(cancellationToken));
        Prepared prepared = await _writer.PrepareAsync(cancellationToken);
        if (prepared.IsFinal)
        {
            throw new StoreUnusableException(prepared.Problem!);
        }

        _writeProblem = prepared.Problem;
        _opened = true;
    }

    /// <inheritdoc/>
    public async ValueTask<WriteOutcome> WriteAsync(WriteBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        await _writing.WaitAsync(cancellationToken);
        try
        {
            RequireOpen();
            WriteOutcome outcome = await _writer.WriteAsync(batch, cancellationToken);
            if (outcome.Status != WriteStatus.Rejected)
            {
                _writeProblem = outcome.Problem;
            }

            return outcome;
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <inheritdoc/>
    /// <remarks>Hides what is older. The server drops it by its own retention, which <see cref="InfluxOptions.Retention"/> sets where it may.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The time lies in the future.</exception>
    public ValueTask<long> DropBeforeAsync(long timeUnixMs, CancellationToken cancellationToken) => _local.DropBeforeAsync(timeUnixMs, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_closed)
        {
            return;
        }

        // New work is refused at once; a write that has begun ends first.
        _closed = true;
        await _writing.WaitAsync();
        await _local.DisposeAsync();
        _writer.Dispose();
        _writing.Release();
    }

    private void RequireOpen()
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        if (!_opened)
        {
            throw new InvalidOperationException("the store is not open: call OpenAsync first");
        }
    }
}
