using System.Threading.Channels;
using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Libvirt.Native;

namespace VirtAgents.Hypervisors.Libvirt;

/// <summary>
/// Reads the storage pools and their volumes in a rhythm of its own, so that a dead file system delays nothing but itself.
/// </summary>
internal sealed class PoolMonitor(
    LibvirtOptions options, TimeProvider time, HostModel model, EventQueue events, CallCounter calls, AbandonedThreads abandoned, Action<string> note)
    : IDisposable
{
    private static readonly TimeSpan ProbeDeadline = TimeSpan.FromSeconds(3);

    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private readonly PoolLister _lister = new(options, time, calls, abandoned, note);
    private readonly VolumeReader _volumes = new(options, time, calls, abandoned, note);
    private readonly PoolCalls _probes = new("pool-probe", ProbeDeadline, time, abandoned);
    private readonly PoolHealth _health = new();
    private readonly SharedDirectories _shared = new(options.SharedDirectories, options.Roots);
    private readonly PoolTables _tables = new(model);
    private IReadOnlyList<PoolReading> _readings = [];
    private string _uri = "";
    private int _volumesDue = 1;

    /// <summary>Has the pools read as soon as possible.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    /// <summary>Works until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using ITimer timer = time.CreateTimer(_ => WakeForAll(), null, options.PoolRefreshInterval, options.PoolRefreshInterval);
        await foreach (bool _ in _wake.Reader.ReadAllAsync(cancellationToken))
        {
            // Not at each event of a pool: a volume costs a call, and many volumes may be made in a row.
            if (model.Snapshot.IsReachable && await ReadAsync(cancellationToken) && Interlocked.Exchange(ref _volumesDue, 0) == 1)
            {
                await ReadVolumesAsync(cancellationToken);
            }
        }
    }

    /// <summary>Adds what no sample has had yet: a figure is given once, not repeated.</summary>
    public void AddTo(SampleSet target) => _tables.AddTo(target);

    /// <summary>Reads all pools once, without their volumes; false when libvirt does not answer.</summary>
    public async Task<bool> ReadAsync(CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            return await ReadOneAtATimeAsync(cancellationToken);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public void Dispose() => _oneAtATime.Dispose();

    private void WakeForAll()
    {
        Interlocked.Exchange(ref _volumesDue, 1);
        Wake();
    }

    private async Task<bool> ReadOneAtATimeAsync(CancellationToken cancellationToken)
    {
        _uri = options.Uri ?? LibvirtSockets.FindUri(options.RunDirectory) ?? _uri;
        if (await _lister.ListAsync(_uri, cancellationToken) is not { } listed)
        {
            return false;
        }

        (PoolDefinition, bool)[] pools = [.. listed.Select(reading => (reading.Pool, _shared.Have(reading.Pool.Path)))];
        model.Change(changed => changed.SetPools_NeedsLock(pools));
        var readings = new List<PoolReading>(listed.Count);
        foreach (PoolReading reading in listed)
        {
            readings.Add(reading is { Works: true, Pool.IsFileSystem: true } ? await ProbeAsync(reading, cancellationToken) : reading);
        }

        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (HostEvent happened in _health.Observe(readings, now))
        {
            events.Add(happened);
        }

        _readings = readings;
        _tables.Take(readings);
        return true;
    }

    private async Task<PoolReading> ProbeAsync(PoolReading reading, CancellationToken cancellationToken)
    {
        PoolDefinition pool = reading.Pool;
        PoolReading probed = await _probes.CallAsync(
            pool.Name,
            () => FileSystemProbe.Read(pool, options.Roots),
            why => new PoolReading(pool, $"{pool.Path} {why}"),
            cancellationToken);
        return probed.Works ? probed with { Volumes = reading.Volumes } : probed;
    }

    private async Task ReadVolumesAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<PoolReading> pools = _readings;
        IReadOnlyList<PoolVolumes> read = await _volumes.ReadAsync(
            _uri, pools.Where(reading => reading.Works).Select(reading => reading.Pool.Name), cancellationToken);
        _tables.Take(read, [.. pools.Select(reading => reading.Pool.Name)]);
    }
}
