using System.Collections.Immutable;
using System.Threading.Channels;
using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Libvirt.Native;
using VirtAgents.Hypervisors.Linux;

namespace VirtAgents.Hypervisors.Libvirt;

/// <summary>The VMs of one host as libvirt and the kernel show them. Needs nothing but libvirt's read-only socket.</summary>
/// <remarks>
/// Fast tier: the kernel's files of each QEMU process, no call to libvirt. Slow tier: one bulk call. Events: libvirt's
/// own, and the end of a QEMU process seen by the kernel when libvirt cannot tell it.
/// Storage pools and their volumes are read in a rhythm of their own, and a slow sample has each reading once. They are not
/// refreshed (that is denied to a read-only connection): pools of a file system are looked at directly, so
/// <see cref="Metric.PoolRefreshTime"/> stays null, and a volume that was made past libvirt is not known before somebody
/// refreshes its pool.
/// </remarks>
public sealed class LibvirtHypervisor : IHypervisor, IDefinitionSource
{
    private readonly LibvirtOptions _options;
    private readonly TimeProvider _time;
    private readonly Action<string> _note;
    private readonly HostModel _model = new();
    private readonly EventQueue _events;
    private readonly CallCounter _calls = new();
    private readonly AbandonedThreads _abandoned;
    private readonly QemuProcessReader _processReader;
    private readonly HostReader _hostReader;
    private readonly CancellationTokenSource _stop = new();
    private readonly StuckVms _stuck;
    private readonly MonitorCheck _check;
    private readonly PoolMonitor _pools;
    private readonly SlowSampler _slow;
    private readonly Func<int, bool>? _belongs;
    private ProcessWatch? _processes;
    private HypervisorWatch? _watch;
    private Task _work = Task.CompletedTask;
    private string _lastNote = "";

    /// <summary>Makes an adapter that does nothing yet.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="time">Clock.</param>
    /// <param name="note">Takes messages for the log about what went wrong and was lived with; null = nobody.</param>
    /// <exception cref="ArgumentException">A setting is out of range; the message names all of them.</exception>
    public LibvirtHypervisor(LibvirtOptions options, TimeProvider time, Action<string>? note = null)
        : this(options, time, note, null)
    {
    }

    /// <param name="options">Settings.</param>
    /// <param name="time">Clock.</param>
    /// <param name="note">Takes messages for the log.</param>
    /// <param name="belongs">Whether a process may be one of this host; several hosts may share one kernel in tests.</param>
    internal LibvirtHypervisor(LibvirtOptions options, TimeProvider time, Action<string>? note, Func<int, bool>? belongs)
    {
        ArgumentNullException.ThrowIfNull(options);
        IReadOnlyList<string> errors = options.Validate();
        if (errors.Count > 0)
        {
            throw new ArgumentException(string.Join("; ", errors), nameof(options));
        }

        (_options, _time, _note, _belongs) = (options, time, note ?? (_ => { }), belongs);
        _abandoned = new AbandonedThreads(options.AbandonedThreadLimit);
        _events = new EventQueue(options.EventQueueLength);
        _processReader = new QemuProcessReader(options.Roots);
        _hostReader = new HostReader(options.Roots);
        _stuck = new StuckVms(options.HungAfter, time, _events, _model);
        _check = new MonitorCheck(options, time, _model, _stuck, _abandoned, _calls);
        _pools = new PoolMonitor(options, time, _model, _events, _calls, _abandoned, _note);
        _slow = new SlowSampler(options, time, _model, _stuck, _check, OpenLine, _abandoned);
    }

    /// <inheritdoc />
    public string Name => "libvirt";

    /// <inheritdoc />
    public Inventory Inventory => _model.Snapshot.Inventory;

    /// <inheritdoc />
    public ImmutableArray<VmDefinition>? Definitions => _model.Definitions();

    /// <inheritdoc />
    public ChannelReader<HostEvent> Events => _events.Reader;

    /// <inheritdoc />
    public long HypervisorCalls => _calls.Count;

    /// <summary>Threads that are blocked in libvirt now and were left to themselves.</summary>
    public int AbandonedThreadCount => _abandoned.Count;

    /// <summary>Events that nobody read in time.</summary>
    public long DroppedEvents => _events.Dropped;

    /// <inheritdoc />
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        LibvirtLibrary.Prepare();
        HostFacts facts = _hostReader.ReadFacts();
        HostId id = _options.HostId ?? facts.Id;
        if (id == default)
        {
            _ = HostIdentity.TryRead(_options.Roots, out _, out string? problem);
            throw new HypervisorUnavailableException(problem ?? "this host has no identity");
        }

        _model.Change(model =>
        {
            model.SetHost_NeedsLock(new HostInfo(id, _options.HostName ?? facts.Name, "", facts.CpuCount, facts.MemoryBytes, facts.CpuModel));
            model.SetDevices_NeedsLock(_hostReader.Devices());
        });
        _processes = new ProcessWatch(_time);
        var locator = new QemuProcessLocator(_options.Roots, _options.RunDirectory, _belongs);
        var parts = new WatchParts(_model, _events, _stuck, _check, _calls, _abandoned, _note, _pools.Wake, _slow.Drop);
        _watch = new HypervisorWatch(_options, _time, parts, _processes, locator, id.GetHashCode());
        _work = Task.WhenAll(
            RunAsync("watch", _watch.RunAsync), RunAsync("pools", _pools.RunAsync), RunAsync("check", CheckAsync), RunAsync("devices", FindDevicesAsync));
        await _watch.FirstAttempt.WaitAsync(cancellationToken);
        if (_model.Snapshot.IsReachable)
        {
            await _pools.ReadAsync(cancellationToken);
        }
    }

    /// <inheritdoc />
    public ValueTask SampleFastAsync(SampleSet target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        cancellationToken.ThrowIfCancellationRequested();
        HostSnapshot snapshot = _model.Snapshot;
        Begin(target, SampleTier.Fast, snapshot);
        _processReader.Read(snapshot.Processes, target);
        _check.Saw(_processReader.Stopped);
        _hostReader.Read(target, _model.IndexOfDevice);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public async ValueTask SampleSlowAsync(SampleSet target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        HostSnapshot snapshot = _model.Snapshot;
        Begin(target, SampleTier.Slow, snapshot);
        string note = await _slow.SampleAsync(snapshot, target, cancellationToken) ?? "";
        if (note.Length > 0 && note != _lastNote)
        {
            _note(note);
        }

        _lastNote = note;
        if (snapshot.IsReachable)
        {
            _pools.AddTo(target);
        }
    }

    /// <inheritdoc />
    public void RepeatStates() => _watch?.Repeat();

    /// <inheritdoc />
    public void Recheck(VmId vm) => _watch?.Recheck(vm.Value);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work;
        _processes?.Dispose();
        _slow.Dispose();
        _pools.Dispose();
        _check.Dispose();
        _processReader.Dispose();
        _hostReader.Dispose();
        _events.Complete();
        _stop.Dispose();
    }

    private static void Begin(SampleSet target, SampleTier tier, HostSnapshot snapshot)
    {
        target.Tier = tier;
        target.InventoryVersion = snapshot.Inventory.Version;
    }

    private StatsLine OpenLine() =>
        new(_options.Uri ?? LibvirtSockets.FindUri(_options.RunDirectory) ?? "", _calls, _abandoned);

    /// <summary>Runs one of the loops until the end. A loop that fails is a bug: it is told, and begun anew after a pause.</summary>
    private async Task RunAsync(string name, Func<CancellationToken, Task> loop)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await loop(_stop.Token);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) // the edge of the loop: one bad value must not end the watch over a host
            {
                _note($"{name} of libvirt failed and begins anew: {failure}");
                await Task.Delay(_options.RetryDelay.Longest, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task CheckAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(_options.HungProbeInterval, _time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            await _check.PollAsync(cancellationToken);
        }
    }

    private async Task FindDevicesAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(_options.PoolRefreshInterval, _time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            _model.Change(model => model.SetDevices_NeedsLock(_hostReader.Devices()));
        }
    }
}
