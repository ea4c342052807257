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

    private readonly Dictionary<VmId, Sight> _seen = [];

    /// <summary>Looks at where VMs are seen running.</summary>
    public void Look(IReadOnlyList<HostView> hosts, long nowUnixMs)
    {
        foreach (HostView host in hosts)
        {
            foreach (VmView vm in host.Vms.Where(v => v.State == VmState.Running))
            {
                bool isKnown = _seen.TryGetValue(vm.Info.Id, out Sight before);
                long moved = isKnown && before.Host != host.Host.Id ? nowUnixMs : before.MovedUnixMs;
                _seen[vm.Info.Id] = new(host.Host.Id, nowUnixMs, moved);
            }
        }

        // One that is not seen for a while may be on its way, or off, and be elsewhere when it is seen again.
        foreach (VmId gone in _seen.Where(s => nowUnixMs - s.Value.SeenUnixMs > MostMs).Select(s => s.Key).ToArray())
        {
            _seen.Remove(gone);
        }
    }

    /// <summary>VMs that moved after a time.</summary>
    public IEnumerable<Guid> Since(long unixMs) => _seen.Where(s => s.Value.MovedUnixMs > unixMs).Select(s => s.Key.Value);

    /// <summary>A VM as it was seen last.</summary>
    /// <param name="Host">Where.</param>
    /// <param name="SeenUnixMs">When.</param>
    /// <param name="MovedUnixMs">Since when it is there; 0 = since the first sight.</param>
    private readonly record struct Sight(HostId Host, long SeenUnixMs, long MovedUnixMs);
}
