using Microsoft.Extensions.Logging;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Limits;

namespace VirtAgents.Agent.Acting;

/// <summary>Knows which limits this host takes back by itself, and when each is tried.</summary>
/// <remarks>
/// A lease is in the journal before its limit can be in force, so that neither a crash nor a collector that is gone for good leaves a limit behind. It ends when another order has set
/// the limit, or when the limit is seen not to be in force any more. All else, such as a hypervisor that does not answer or a policy that does not allow it now, says nothing of the limit: it is tried again.
/// </remarks>
internal sealed partial class LeaseKeeper(DirectiveJournal journal, TimeProvider time, ILogger logger)
{
    /// <summary>First and longest pause after a try that came to nothing; it doubles in between.</summary>
    public static readonly (TimeSpan First, TimeSpan Longest) Pause = (TimeSpan.FromMinutes(1), TimeSpan.FromHours(1));

    private readonly Lock _lock = new();
    private readonly Dictionary<LimitLease, (int Attempts, long NextUnixMs)> _tried = [];

    private long NowUnixMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Limits to be taken back now; each is given out once until its order has ended.</summary>
    /// <param name="find">A VM of the host; null when it has none of that identity, or is not known to have it now.</param>
    public List<LimitLease> Due(Func<VmId, VmInfo?> find)
    {
        long now = NowUnixMs;
        lock (_lock)
        {
            List<LimitLease> due = [.. journal.Leases.Where(l => l.UntilUnixMs <= now && _tried.GetValueOrDefault(l).NextUnixMs <= now && find(l.Vm) is not null)];
            due.ForEach(l => _tried[l] = (_tried.GetValueOrDefault(l).Attempts, long.MaxValue));
            return due;
        }
    }

    /// <summary>What the journal is told with the begin of an order.</summary>
    public IEnumerable<JournalStep> Begun(DirectiveOrder order) => LimitLease.Of(order, NowUnixMs).Select(l => JournalStep.OfLease(l, NowUnixMs));

    /// <summary>What the journal is told with the end of an order.</summary>
    public IEnumerable<JournalStep> Ended(LiveDirective live, DirectiveEnd end)
    {
        bool isGone = live.Lease is not null && end is { State: DirectiveState.Refused, Refusal: RefusalReason.WrongState };
        if (isGone)
        {
            LogGone(live.Lease!.Directive, live.Lease.Vm, end.Detail);
        }
        else if (live.Lease is not null && end.State != DirectiveState.Done)
        {
            Postpone(live.Lease, end.Detail);
        }

        return journal.Leases.Where(l => (isGone && l == live.Lease) || (end.State == DirectiveState.Done && l.IsReplacedBy(live.Order))).Select(Over);
    }

    private JournalStep Over(LimitLease lease)
    {
        lock (_lock)
        {
            _tried.Remove(lease);
        }

        return JournalStep.OfLeaseOver(lease, NowUnixMs);
    }

    private void Postpone(LimitLease lease, string why)
    {
        lock (_lock)
        {
            int attempts = _tried.GetValueOrDefault(lease).Attempts;
            TimeSpan pause = Pause.First * Math.Pow(2, Math.Min(attempts, 10));
            pause = pause < Pause.Longest ? pause : Pause.Longest;
            _tried[lease] = (attempts + 1, NowUnixMs + (long)pause.TotalMilliseconds);
            LogPostponed(lease.Directive, lease.Vm, pause, why);
        }
    }

    [LoggerMessage(1543, LogLevel.Information, "The limit that directive {Directive} has set for VM {Vm} is not to be taken back any more: {Why}")]
    private partial void LogGone(Guid directive, VmId vm, string why);

    [LoggerMessage(1544, LogLevel.Warning, "The limit that directive {Directive} has set for VM {Vm} was to be taken back now; it is tried again in {Pause}: {Why}")]
    private partial void LogPostponed(Guid directive, VmId vm, TimeSpan pause, string why);
}
