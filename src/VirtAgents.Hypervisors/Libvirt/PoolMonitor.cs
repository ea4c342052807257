using System.Threading.Channels;
using System.Xml;
using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Libvirt.Native;

namespace VirtAgents.Hypervisors.Libvirt;

/// <summary>Reads the storage pools in a rhythm of its own, so that a dead file system delays nothing but itself.</summary>
internal sealed class PoolMonitor(
    LibvirtOptions options, TimeProvider time, HostModel model, EventQueue events, CallCounter calls, AbandonedThreads abandoned, Action<string> note)
    : IDisposable
{
    private static readonly TimeSpan ProbeDeadline = TimeSpan.FromSeconds(3);
    private static readonly MetricId[] Columns = [.. MetricCatalogue.ColumnsOf(SubjectKind.Pool, SampleTier.Slow)];

    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private readonly PoolHealth _health = new();
    private readonly HashSet<string> _probing = [];
    private readonly Lock _gate = new();
    private IReadOnlyList<PoolReading> _untold = [];
    private string _uri = "";
    private string _lastProblem = "";

    /// <summary>Has the pools read as soon as possible.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    /// <summary>Works until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using ITimer timer = time.CreateTimer(_ => Wake(), null, options.PoolRefreshInterval, options.PoolRefreshInterval);
        await foreach (bool _ in _wake.Reader.ReadAllAsync(cancellationToken))
        {
            if (model.Snapshot.IsReachable)
            {
                await ReadAsync(cancellationToken);
            }
        }
    }

    /// <summary>Adds the table Pool when there is a reading that no sample has had yet: a figure is given once, not repeated.</summary>
    public void AddTo(SampleSet target)
    {
        IReadOnlyList<PoolReading> readings;
        lock (_gate)
        {
            readings = _untold;
            _untold = [];
        }

        if (readings.Count == 0)
        {
            return;
        }

        SampleTable table = target.Add(SubjectKind.Pool, Columns);
        foreach (PoolReading reading in readings)
        {
            int row = table.AddRow(model.IndexOfDevice(SubjectKind.Pool, reading.Pool.Name));
            table.Set(row, Metric.PoolActive, reading.Works ? 1 : 0);
            Set(table, row, Metric.PoolCapacity, reading.CapacityBytes);
            Set(table, row, Metric.PoolAllocation, reading.AllocationBytes);
            Set(table, row, Metric.PoolAvailable, reading.AvailableBytes);
            Set(table, row, Metric.PoolVolumes, reading.Volumes);
        }
    }

    /// <summary>Reads all pools once.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            await ReadOneAtATimeAsync(cancellationToken);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public void Dispose() => _oneAtATime.Dispose();

    private async Task ReadOneAtATimeAsync(CancellationToken cancellationToken)
    {
        if (await ListAsync(cancellationToken) is not { } listed)
        {
            return;
        }

        model.Change(changed => changed.SetPools_NeedsLock(listed.Select(reading => reading.Pool)));
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

        lock (_gate)
        {
            _untold = readings;
        }
    }

    private static void Set(SampleTable table, int row, MetricId metric, long? value)
    {
        if (value is { } known)
        {
            table.Set(row, metric, known);
        }
    }

    private async Task<IReadOnlyList<PoolReading>?> ListAsync(CancellationToken cancellationToken)
    {
        _uri = options.Uri ?? LibvirtSockets.FindUri(options.RunDirectory) ?? _uri;
        if (!abandoned.HasRoom)
        {
            return null;
        }

        using var thread = new NativeThread("libvirt-pools", abandoned);
        try
        {
            IReadOnlyList<PoolReading> listed = await thread.CallAsync(() => List(_uri), options.SlowDeadline, time, cancellationToken);
            _lastProblem = "";
            return listed;
        }
        catch (TimeoutException)
        {
            NoteOnce($"libvirt does not list its storage pools within {options.SlowDeadline}");
        }
        catch (LibvirtException failure)
        {
            NoteOnce($"storage pools cannot be read: {failure.Message}");
        }

        return null;
    }

    private IReadOnlyList<PoolReading> List(string uri)
    {
        using LibvirtConnection connection = LibvirtConnection.Open(uri, calls);
        List<StoragePoolHandle> pools;
        try
        {
            pools = connection.ListPools();
        }
        catch (LibvirtException failure) when (failure.Code == LibvirtException.NoSupport)
        {
            return []; // a daemon without storage driver has no pools
        }

        try
        {
            return [.. pools.Select(pool => TryRead(connection, pool)).OfType<PoolReading>()];
        }
        finally
        {
            pools.ForEach(pool => pool.Dispose());
        }
    }

    private static PoolReading? TryRead(LibvirtConnection connection, StoragePoolHandle pool)
    {
        try
        {
            PoolDefinition definition = PoolDefinition.Parse(connection.XmlOf(pool));
            VirStoragePoolInfo info = connection.InfoOf(pool);
            return info.State is VirStoragePoolInfo.Running or VirStoragePoolInfo.Degraded
                ? new PoolReading(
                    definition, "", (long)info.Capacity, (long)info.Allocation, (long)info.Available, connection.VolumesOf(pool))
                : new PoolReading(definition, $"the pool is not active (libvirt state {info.State})", IsStopped: info.State == 0);
        }
        catch (Exception failure) when (failure is LibvirtException { Code: LibvirtException.NoStoragePool } or XmlException)
        {
            return null; // undefined between the list and the question
        }
    }

    private async Task<PoolReading> ProbeAsync(PoolReading reading, CancellationToken cancellationToken)
    {
        string name = reading.Pool.Name;
        lock (_gate)
        {
            if (!abandoned.HasRoom || !_probing.Add(name))
            {
                return new PoolReading(reading.Pool, $"{reading.Pool.Path} has not answered for a while");
            }
        }

        using var thread = new NativeThread("pool-probe", abandoned);
        try
        {
            PoolReading probed = await thread.CallAsync(() => Probe(reading.Pool), ProbeDeadline, time, cancellationToken);
            return probed.Works ? probed with { Volumes = reading.Volumes } : probed;
        }
        catch (TimeoutException)
        {
            return new PoolReading(reading.Pool, $"{reading.Pool.Path} does not answer within {ProbeDeadline}");
        }
    }

    private PoolReading Probe(PoolDefinition pool)
    {
        try
        {
            return FileSystemProbe.Read(pool, options.Roots);
        }
        finally
        {
            lock (_gate)
            {
                _ = _probing.Remove(pool.Name);
            }
        }
    }

    private void NoteOnce(string problem)
    {
        if (problem != _lastProblem)
        {
            _lastProblem = problem;
            note(problem);
        }
    }
}
