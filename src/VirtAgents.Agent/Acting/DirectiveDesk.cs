using Microsoft.Extensions.Logging;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Limits;
using VirtAgents.Protocol;
using VirtAgents.Protocol.V1;
using DirectiveState = VirtAgents.Core.Directives.DirectiveState;
using RefusalReason = VirtAgents.Core.Directives.RefusalReason;

namespace VirtAgents.Agent.Acting;

/// <summary>Takes directives, has them judged and carried out, and answers. It outlives the streams they come by.</summary>
/// <remarks>
/// A directive that is known, be it from the journal of a former process, is never begun again: its newest state is told.
/// What decides in the order of arrival (epoch, deadline, the place of a VM) is decided when it comes; everything that
/// waits, for the disk or the hypervisor, is done aside, so the stream is read on.
/// </remarks>
internal sealed partial class DirectiveDesk
{
    private const int MostLive = 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, LiveDirective> _live = [];
    private readonly Dictionary<VmId, Guid> _vms = [];
    private readonly List<Task> _tasks = [];
    private readonly DirectiveNews _news = new();
    private readonly ActingParts _parts;
    private readonly DirectiveJudge _judge;
    private readonly OrderWork _work;
    private readonly LeaseKeeper _leases;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private long _epoch;
    private volatile bool _stopped;

    public DirectiveDesk(ActingParts parts, TimeProvider time, ILogger logger)
    {
        (_parts, _time, _logger, _epoch) = (parts, time, logger, parts.Journal.Epoch);
        _judge = new DirectiveJudge(parts, Allow, time, logger);
        _work = new OrderWork(time, logger);
        _leases = new LeaseKeeper(parts.Journal, time, logger);
    }

    /// <summary>Called when there is something new to tell.</summary>
    public event Action Changed
    {
        add => _news.Added += value;
        remove => _news.Added -= value;
    }

    private int LiveCount
    {
        get
        {
            lock (_lock)
            {
                return _live.Count;
            }
        }
    }

    private long NowUnixMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Goes on with what a former process has left: follows up what was begun, and begins what was only accepted.</summary>
    public void Start()
    {
        List<JournalStep> lost = [];
        foreach (DirectiveRecord former in _parts.Journal.Unended)
        {
            if (WhyNotKnown(former) is { } why)
            {
                DirectiveEnd end = OrderWork.NotKnown(why);
                lost.Add(JournalStep.OfEnded(former.Id, end, NowUnixMs));
            }
            else
            {
                Begin(new LiveDirective(former.Order!) { Former = former, HoldsVm = former.Order!.Vm != default });
            }
        }

        // All at once: the first line after damage makes the journal whole again, and no one is to be begun at the next start.
        if (lost.Count > 0)
        {
            _parts.Journal.TryAppend([.. lost]);
            lost.ForEach(step => _news.Owe(step.Id!.Value));
        }
    }

    /// <summary>Takes a directive. Returns at once; what becomes of it is told.</summary>
    public void Offer(Directive message)
    {
        if (WireGuid.TryRead(message.Id, out Guid id) && IsKnown(id))
        {
            _news.Owe(id);
        }
        else if (!DirectiveMapping.TryFromWire(message, ProtocolLimits.Default, out DirectiveOrder? order, out RefusalReason refusal, out string? problem))
        {
            Refuse(message.Id, refusal, problem);
        }
        else if (LiveCount >= MostLive)
        {
            Refuse(message.Id, RefusalReason.Busy, $"{MostLive} directives are being judged or carried out");
        }
        else
        {
            Begin(order);
        }
    }

    /// <summary>Takes a directive back: it is not begun, or aborted where that can be done.</summary>
    public void Cancel(CancelDirective message)
    {
        if (!WireGuid.TryRead(message.DirectiveId, out Guid id) || id == Guid.Empty)
        {
            LogNoId(message.DirectiveId.Length);
            return;
        }

        lock (_lock)
        {
            if (_live.TryGetValue(id, out LiveDirective? live))
            {
                live.TakeBack(message.Reason);
                return;
            }
        }

        if (_parts.Journal.Find(id) is null)
        {
            // It may still come, on another stream.
            DirectiveEnd end = DirectiveEnd.Cancelled(message.Reason);
            _parts.Journal.TryAppend(JournalStep.OfEnded(id, end, NowUnixMs));
        }

        _news.Owe(id);
    }

    /// <summary>
    /// Begins nothing more and waits for what is about to end. What goes on is left to the hypervisor, and followed up by the
    /// next process.
    /// </summary>
    public async Task StopAsync(TimeSpan budget)
    {
        _stopped = true;
        Task[] tasks;
        lock (_lock)
        {
            tasks = [.. _tasks];
        }

        try
        {
            await Task.WhenAll(tasks).WaitAsync(budget, _time);
        }
        catch (TimeoutException)
        {
            LogLeft(tasks.Count(t => !t.IsCompleted));
        }
    }

    private bool IsKnown(Guid id)
    {
        lock (_lock)
        {
            return _live.ContainsKey(id) || _parts.Journal.Find(id) is not null;
        }
    }

    private void Begin(DirectiveOrder order, LimitLease? lease = null)
    {
        lock (_lock)
        {
            DirectiveEnd? early = Early(order);
            _epoch = Math.Max(_epoch, order.Epoch);
            Begin(new LiveDirective(order) { Early = early, HoldsVm = early is null && !order.IsDryRun && order.Vm != default, Lease = lease });
        }
    }

    private DirectiveEnd? Early(DirectiveOrder order)
    {
        if (order.Epoch < _epoch)
        {
            return DirectiveEnd.Refused(RefusalReason.OldEpoch, $"its epoch {order.Epoch} is older than {_epoch}, which this host has seen");
        }

        if (IsLate(order))
        {
            return DirectiveEnd.Expired;
        }

        return _vms.TryGetValue(order.Vm, out Guid other) ? DirectiveEnd.Refused(RefusalReason.Busy, $"directive {other} works on the VM") : null;
    }

    private bool IsLate(DirectiveOrder order) => order.DeadlineUnixMs > 0 && NowUnixMs > order.DeadlineUnixMs;

    private void Begin(LiveDirective live)
    {
        lock (_lock)
        {
            if (_stopped)
            {
                // The collector sends it again to the next process.
                return;
            }

            if (!_live.TryAdd(live.Id, live))
            {
                return;
            }

            if (live.HoldsVm)
            {
                _vms[live.Order.Vm] = live.Id;
            }

            _tasks.RemoveAll(t => t.IsCompleted);
            _tasks.Add(Task.Run(() => RunAsync(live)));
        }
    }

    /// <summary>Why it can be neither begun nor followed up; null when it can.</summary>
    private string? WhyNotKnown(DirectiveRecord former) =>
        former.Order is null ? "its line in the journal is damaged"
        : former.State == DirectiveState.Accepted && _parts.Journal.IsDamaged ? "lines of the journal are damaged, and one of them may say that it was begun"
        : null;

    [LoggerMessage(1531, LogLevel.Warning, "A directive was taken back whose id has {Length} bytes (16); ignored.")]
    private partial void LogNoId(int length);

    [LoggerMessage(1532, LogLevel.Warning, "The agent stops while it carries out {Count} directive(s); their outcome is looked up at its next start.")]
    private partial void LogLeft(int count);
}
