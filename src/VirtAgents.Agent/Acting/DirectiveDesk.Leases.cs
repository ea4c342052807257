using VirtAgents.Core.Scheduling.Limits;

namespace VirtAgents.Agent.Acting;

/// <content>What this host does by itself.</content>
internal sealed partial class DirectiveDesk
{
    /// <summary>Takes back limits whose time is over, as far as the policy allows it. Those of VMs that are not in sight wait.</summary>
    public void ReleaseDue()
    {
        foreach (LimitLease lease in _leases.Due(_parts.FindVm))
        {
            Begin(lease.Release(Guid.CreateVersion7(_time.GetUtcNow()), Interlocked.Read(ref _epoch)), lease);
        }
    }

    // The collector knows nothing of what this host does by itself; it sees in the inventory what came of it.
    private void Owe(LiveDirective live)
    {
        if (live.Lease is null)
        {
            _news.Owe(live.Id);
        }
    }
}
