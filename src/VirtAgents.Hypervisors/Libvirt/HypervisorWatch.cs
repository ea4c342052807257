using System.Threading.Channels;
using VirtAgents.Hypervisors.Libvirt.Control;
using VirtAgents.Hypervisors.Libvirt.Native;
using VirtAgents.Hypervisors.Linux;

namespace VirtAgents.Hypervisors.Libvirt;

/// <summary>
/// Keeps the connection for events, follows the VMs and tells what happens to them. Everything it reacts to comes through
/// one mailbox, so its state needs no lock.
/// </summary>
internal sealed partial class HypervisorWatch
{
    private const int MailboxLength = 16_384;

    private readonly LibvirtOptions _options;
    private readonly TimeProvider _time;
    private readonly HostModel _model;
    private readonly EventQueue _events;
    private readonly StuckVms _stuck;
    private readonly MonitorCheck _check;
    private readonly CallCounter _calls;
    private readonly AbandonedThreads _abandoned;
    private readonly ProcessWatch _processes;
    private readonly QemuProcessLocator _locator;
    private readonly Action<string> _note;
    private readonly Action _poolsChanged;
    private readonly Action _lost;
    private readonly Channel<WatchMessage> _mailbox = Channel.CreateBounded<WatchMessage>(MailboxLength);
    private readonly VmTracker _tracker = new();
    private readonly TapLimits _taps;
    private readonly TaskCompletionSource _firstAttempt = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Random _jitter;
    private LibvirtSession? _session;
    private int _generation;
    private int _overflowed;
    private bool _isFirst = true;
    private bool _isLost;
    private int _attempt;

    public HypervisorWatch(
        LibvirtOptions options, TimeProvider time, WatchParts parts, ProcessWatch processes, QemuProcessLocator locator, int seed)
    {
        _options = options;
        _time = time;
        (_model, _events, _stuck, _check, _calls, _abandoned) =
            (parts.Model, parts.Events, parts.Stuck, parts.Check, parts.Calls, parts.Abandoned);
        (_note, _poolsChanged, _lost) = (parts.Note, parts.PoolsChanged, parts.Lost);
        _processes = processes;
        _locator = locator;
        _jitter = new Random(seed);
        _taps = new TapLimits(HostLimits.ShapingOf(options.Roots));
    }

    /// <summary>Ends when the first attempt to connect has ended, either way.</summary>
    public Task FirstAttempt => _firstAttempt.Task;

    /// <summary>Works until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Task exits = ForwardExitsAsync(cancellationToken);
        using ITimer reconcile = _time.CreateTimer(
            _ => Post(new WatchMessage.Reconcile()), null, _options.ReconcileInterval, _options.ReconcileInterval);
        try
        {
            Connect(cancellationToken);
            await foreach (WatchMessage message in _mailbox.Reader.ReadAllAsync(cancellationToken))
            {
                await HandleAsync(message, cancellationToken);
                await CatchUpAsync(cancellationToken);
            }
        }
        finally
        {
            _check.Use(null, "");
            Interlocked.Exchange(ref _session, null)?.Dispose();
            _firstAttempt.TrySetCanceled(CancellationToken.None);
            await exits.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ForwardExitsAsync(CancellationToken cancellationToken)
    {
        await foreach (ProcessExit exit in _processes.Exits.ReadAllAsync(cancellationToken))
        {
            await _mailbox.Writer.WriteAsync(new WatchMessage.ProcessEnded(exit), cancellationToken);
        }
    }

    /// <summary>Posts without waiting; a full mailbox is made good by reading everything anew.</summary>
    private void Post(WatchMessage message)
    {
        if (!_mailbox.Writer.TryWrite(message))
        {
            Interlocked.Exchange(ref _overflowed, 1);
        }
    }

    private async Task HandleAsync(WatchMessage message, CancellationToken cancellationToken)
    {
        try
        {
            Task handled = message switch
            {
                WatchMessage.FromLibvirt from when from.Generation == _generation => OnEventAsync(from.Event, cancellationToken),
                WatchMessage.Connected connected => OnConnectedAsync(connected, cancellationToken),
                WatchMessage.Retry when _session is null => RetryAsync(cancellationToken),
                WatchMessage.Reconcile when _session is not null => ReconcileAsync(_session, tellAll: false, cancellationToken),
                WatchMessage.Repeat => RepeatAsync(),
                WatchMessage.Recheck recheck when _tracker.Find(recheck.Vm) is not null => RecheckAsync(recheck.Vm, cancellationToken),
                WatchMessage.ProcessEnded ended => OnProcessEndedAsync(ended.Exit),
                WatchMessage.ControlErrorOver over => OnControlErrorOverAsync(over),
                WatchMessage.GraceOver over => OnGraceOverAsync(over.Exit),
                _ => Task.CompletedTask,
            };
            await handled;
        }
        catch (LibvirtException failure)
        {
            Lose(failure.Message, cancellationToken);
        }
    }

    private async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _overflowed, 0) == 1)
        {
            _note($"more than {MailboxLength} events of libvirt at once: reading everything anew");
            await HandleAsync(new WatchMessage.Reconcile(), cancellationToken);
        }
    }

    private Task RetryAsync(CancellationToken cancellationToken)
    {
        Connect(cancellationToken);
        return Task.CompletedTask;
    }

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();
}
