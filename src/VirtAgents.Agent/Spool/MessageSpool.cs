using Microsoft.Extensions.Logging;
using VirtAgents.Core.Model;

namespace VirtAgents.Agent.Spool;

/// <summary>
/// Everything the agent has to say and that is not acknowledged yet, in order, on disk; in bounded memory while the disk
/// cannot be written, or always for a spool without a directory. Thread-safe.
/// </summary>
/// <remarks>
/// <para>Reports and events share one sequence. A number that was given and then dropped is never used again; readers see
/// the hole and tell the collector.</para>
/// <para>What a killed process has appended is safe at once, since it is with the kernel. What a power cut may take is
/// bounded by <see cref="Flush"/>: its callers call it after each event and once a second. Sequence numbers that a power
/// cut took back may be known to the collector already; <see cref="TryReconcile"/> finds that out and begins a new
/// sequence space, so that nothing new is ever mistaken for something old.</para>
/// </remarks>
internal sealed partial class MessageSpool : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SpoolDirectory? _directory;
    private readonly SpoolIdentity? _identity;
    private readonly SegmentStore? _store;
    private readonly RecordQueue _queue;
    private readonly SpoolLimits _limits;
    private readonly HostId _host;
    private readonly ILogger _logger;
    private SpooledInventory? _inventory;
    private Guid _generation = Guid.NewGuid();
    private long _next = 1;
    private bool _diskFailed;

    private MessageSpool(HostId host, SpoolLimits limits, ILogger logger, SpoolDirectory? directory, TimeProvider time)
    {
        (_host, _limits, _logger, _directory) = (host, limits, logger, directory);
        _queue = new RecordQueue(limits.MaxMemoryBytes);
        BootId = new BootId(Guid.NewGuid());
        if (directory is not null)
        {
            _identity = new SpoolIdentity(directory.Path);
            _store = SegmentStore.Open(directory.Path, limits, time);
            _generation = _store.Generation;
            Adopt(_identity);
        }

        _firstOfProcess = _next;
    }

    /// <summary>Called, outside of any lock, after something was appended.</summary>
    public event Action? Appended;

    /// <summary>The sequence space.</summary>
    public BootId BootId { get; private set; }

    /// <summary>Newest sequence that was given; 0 = none yet.</summary>
    public long LastSequence => Interlocked.Read(ref _next) - 1;

    /// <summary>Records that were dropped before they were acknowledged, since this process started.</summary>
    public long Dropped { get; private set; }

    /// <summary>Bytes kept, on disk and in memory.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return (_store?.Bytes ?? 0) + _queue.Bytes;
            }
        }
    }

    /// <summary>Opens or makes a spool on disk.</summary>
    /// <exception cref="SpoolUnusableException">The directory cannot be used.</exception>
    public static MessageSpool Open(string path, HostId host, SpoolLimits limits, TimeProvider time, ILogger logger)
    {
        SpoolDirectory directory = SpoolDirectory.Take(path);
        try
        {
            return new MessageSpool(host, limits, logger, directory, time);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            directory.Dispose();
            throw new SpoolUnusableException($"Spool:Path {path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>A spool that lives in memory only.</summary>
    public static MessageSpool InMemory(HostId host, SpoolLimits limits, TimeProvider time, ILogger logger) => new(host, limits, logger, null, time);

    /// <summary>Says which inventory the reports that follow belong to.</summary>
    public void SetInventory(long version, byte[] payload)
    {
        lock (_lock)
        {
            _inventory = new SpooledInventory(_generation, version, payload);
        }

        Appended?.Invoke();
    }

    /// <summary>Appends a report or an event and returns its sequence. Never fails: what cannot be kept is dropped and counted.</summary>
    public long Append(RecordKind kind, ReadOnlySpan<byte> payload)
    {
        long sequence;
        lock (_lock)
        {
            sequence = _next;
            Interlocked.Increment(ref _next);
            if (payload.Length > RecordHeader.LargestPayload)
            {
                Dropped++;
                LogTooLarge(payload.Length);
            }
            else if (!TryDrainQueue() || !TryStore(kind, sequence, payload, _inventory))
            {
                Dropped += _queue.Enqueue(sequence, kind, payload, _inventory);
            }
        }

        Appended?.Invoke();
        return sequence;
    }

    /// <summary>A reader of all records after a sequence, or of the events among them.</summary>
    public SpoolCursor OpenCursor(long after, bool eventsOnly) => new(this, after, eventsOnly);

    /// <summary>Puts everything appended before the call onto the disk. Does not hold up appending meanwhile.</summary>
    public void Flush()
    {
        SegmentWriter? writer = null;
        lock (_lock)
        {
            if (_store is null || !TryDrainQueue() || !_store.TryGetDirty(out writer))
            {
                return;
            }
        }

        try
        {
            writer.Flush();
        }
        catch (ObjectDisposedException)
        {
            // The segment was closed meanwhile, and closing flushes.
        }
        catch (IOException e)
        {
            LogDiskFailed(e.Message);
        }
    }

    /// <summary>Drops what is too old and remembers the acknowledgement; called now and then.</summary>
    public void Maintain()
    {
        lock (_lock)
        {
            MakeRoom(0);
            if (_rememberedAck != _acked && Guarded(() => _identity?.WriteAcked(_acked)))
            {
                _rememberedAck = _acked;
            }
        }
    }

    public void Dispose()
    {
        Flush();
        Maintain();
        lock (_lock)
        {
            Guarded(() => _store?.Dispose());
            _directory?.Dispose();
        }
    }
}
