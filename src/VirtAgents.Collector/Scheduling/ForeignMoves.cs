using VirtAgents.Collector.Fleet;
using VirtAgents.Core.Model;

namespace VirtAgents.Collector.Scheduling;

/// <summary>
/// VMs that were seen on another host than before, whoever moved them: what an operator has just moved with tools of their own is not moved
/// back. Forgotten when the collector restarts; moves by directives are in the ledger. Not thread-safe.
/// </summary>
internal sealed class ForeignMoves
{
    private const long MostMs = 7 * 86_400_000L;

    private readonly Dictionary<VmId, (HostId Host, long MovedUnixMs)> _seen = [];

    /// <summary>Looks at where VMs are seen running.</summary>
    public void Look(IReadOnlyList<HostView> hosts, long nowUnixMs)
    {
        foreach (HostView host in hosts)
        {
            foreach (VmView vm in host.Vms.Where(v => v.State == VmState.Running))
            {
                bool isKnown = _seen.TryGetValue(vm.Info.Id, out (HostId Host, long MovedUnixMs) before);
                _seen[vm.Info.Id] = isKnown && before.Host == host.Host.Id ? before : (host.Host.Id, isKnown ? nowUnixMs : 0);
            }
        }

        // A VM that is not told of any more is forgotten in the end; until then it may be on its way.
        HashSet<VmId> present = [.. hosts.SelectMany(h => h.Vms).Select(v => v.Info.Id)];
        foreach (VmId gone in _seen.Where(s => !present.Contains(s.Key) && nowUnixMs - s.Value.MovedUnixMs > MostMs).Select(s => s.Key).ToArray())
        {
            _seen.Remove(gone);
        }
    }

    /// <summary>VMs that moved after a time.</summary>
    public IEnumerable<Guid> Since(long unixMs) => _seen.Where(s => s.Value.MovedUnixMs > unixMs).Select(s => s.Key.Value);
}
