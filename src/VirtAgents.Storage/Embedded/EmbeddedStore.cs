using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using VirtAgents.Storage.Embedded.Latest;
using VirtAgents.Storage.Embedded.Rollups;
using VirtAgents.Storage.Embedded.Sqlite;
using VirtAgents.Storage.Embedded.Writing;

namespace VirtAgents.Storage.Embedded;

/// <summary>
/// The store without a server: one SQLite file, in which each commit leaves one blob of columns. Another process may open
/// the same file with <see cref="EmbeddedStoreOptions.ReadOnly"/> at any time.
/// </summary>
/// <remarks>
/// A commit is one fsync of the write-ahead log. A blob has a section for each stream (host, boot) and hour; the table
/// <c>directory</c> says which sections a blob has, the table <c>residence</c> in which streams a VM was in which hour. So a
/// query for one VM reads a few hundred bytes of each blob that can have it and no other. docs/adr/0002 has the reasons.
/// </remarks>
public sealed partial class EmbeddedStore : ITimeSeriesStore, IStoreUpkeep
{
    private readonly EmbeddedStoreOptions _options;
    private readonly TimeProvider _clock;
    private readonly string _path;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Damage _damage = new();
    private readonly LatestCache _latest;
    private readonly OpenHours _open;
    private readonly ReadPool _readers;
    private FileStream? _lock;
    private Database? _database;
    private BatchWriter? _writer;
    private volatile string? _writeProblem;
    private volatile bool _opened;
    private volatile bool _closed;

    /// <summary>Makes a store; it touches nothing before <see cref="OpenAsync"/>.</summary>
    /// <exception cref="ArgumentException">A setting is out of range.</exception>
    public EmbeddedStore(EmbeddedStoreOptions options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(clock);
        if (options.Problem() is string problem)
        {
            throw new ArgumentException(problem, nameof(options));
        }

        _options = options;
        _clock = clock;
        _path = Path.GetFullPath(options.Path);
        _latest = new LatestCache(options.LatestValues);
        _open = new OpenHours(options.OpenRollupBytes);
        _readers = new ReadPool(_path);
    }

    /// <inheritdoc/>
    public string Name => "embedded";

    /// <inheritdoc/>
    public async ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await Task.Run(() => Open(cancellationToken), cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask<WriteOutcome> WriteAsync(WriteBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        await _writing.WaitAsync(cancellationToken);
        try
        {
            RequireOpen();
            if (_writer is not BatchWriter writer)
            {
                return new WriteOutcome(WriteStatus.Unavailable, 0, 0, 0, $"{_path} is open for reading only");
            }

            // From here on a batch is written or not, whoever cancels: a half-known outcome helps nobody.
            WriteOutcome outcome = await Task.Run(() => writer.Write(batch), CancellationToken.None);
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

    /// <summary>Whether a report is durable; only between writes.</summary>
    internal bool IsStored(ReportRecord report) => _writer?.IsStored(report) == true;

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The time lies in the future.</exception>
    public async ValueTask<long> DropBeforeAsync(long timeUnixMs, CancellationToken cancellationToken)
    {
        long nowMs = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        ArgumentOutOfRangeException.ThrowIfGreaterThan(timeUnixMs, nowMs);
        Retention? retention = null;
        await StepAsync(
            database =>
            {
                retention = new Retention(database, timeUnixMs);
                retention.RaiseFloor();
                return 0;
            },
            cancellationToken);

        long dropped = 0;
        while (await StepAsync(_ => retention!.DropChunks(), cancellationToken) is long reports)
        {
            dropped += reports;
        }

        while (await StepAsync(_ => retention!.DropSegments(), cancellationToken) is long reports)
        {
            dropped += reports;
        }

        while (await StepAsync(_ => retention!.DropEvents() || retention.DropResidences() || retention.Shrink(), cancellationToken))
        {
            // Each step lets waiting writes through.
        }

        return dropped;
    }

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

        // Readers first: the connection that is closed last empties the write-ahead log, and readers may not.
        _readers.Dispose();
        Close();
        _writing.Release();
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "Close disposes what Open keeps, also when Open fails.")]
    private void Open(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        if (_opened)
        {
            throw new InvalidOperationException("the store is open already");
        }

        try
        {
            if (_options.ReadOnly)
            {
                OpenForReading();
            }
            else
            {
                OpenForWriting(cancellationToken);
            }

            _opened = true;
        }
        catch (Exception e) when (e is SqliteException or InvalidDataException)
        {
            throw SqliteTrouble.Unusable(e, _path);
        }
        finally
        {
            if (!_opened)
            {
                Close();
            }
        }
    }

    private void OpenForReading()
    {
        if (!File.Exists(_path))
        {
            throw new StoreUnusableException($"{_path} does not exist: check Store:Embedded:Path");
        }

        int version = _readers.Read(database => Schema.VersionOf(database, _path));
        if (version != Schema.Version)
        {
            throw new StoreUnusableException($"{_path} has schema version {version}, reading needs {Schema.Version}: let the collector open it once");
        }
    }

    private void OpenForWriting(CancellationToken cancellationToken)
    {
        StoreFile.Prepare(_path);
        _lock = StoreFile.TakeLock(_path);
        _database = Database.Open(_path, readOnly: false);
        Schema.Upgrade(_database, _path);
        Schema.Check(_database, _path);
        _database.Execute("PRAGMA cache_size = -16384");
        _database.Execute("PRAGMA journal_size_limit = 67108864");
        Ownership.Claim(_database, _path, _options.KeepsSamples);
        _writer = new BatchWriter(_database, _path, _clock, _latest, _open, _options.KeepsSamples);
        long nowMs = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        if (!_options.KeepsSamples)
        {
            // An agent whose clock is ahead may have left values that are younger than now; they are in the other store only.
            _latest.Begin(Math.Max(nowMs, 1 + (_database.Number("SELECT max(max_ms) FROM chunk") ?? 0)));
            return;
        }

        new CacheWarmer(_latest, _writer.Subjects).Run(_database, _damage, nowMs, _options.WarmBytes, cancellationToken);
    }

    private void Close()
    {
        _writer?.Dispose();
        _database?.Dispose();
        _lock?.Dispose();
        (_writer, _database, _lock) = (null, null, null);
    }

    private void RequireOpen()
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        if (!_opened)
        {
            throw new InvalidOperationException("the store is not open: call OpenAsync first");
        }
    }

    /// <summary>Does one small piece of maintenance between writes.</summary>
    private async Task<T> StepAsync<T>(Func<Database, T> step, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            RequireOpen();
            Database database = _database ?? throw new InvalidOperationException($"{_path} is open for reading only");
            return await Task.Run(() => step(database), CancellationToken.None);
        }
        catch (SqliteException e)
        {
            throw SqliteTrouble.Unusable(e, _path);
        }
        finally
        {
            _database?.RollBack();
            _writing.Release();
        }
    }
}
