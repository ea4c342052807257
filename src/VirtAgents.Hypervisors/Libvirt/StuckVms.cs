using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Libvirt.Native;

namespace VirtAgents.Hypervisors.Libvirt;

/// <summary>The VMs whose monitor does not answer, since when, and the events about them. Thread-safe.</summary>
internal sealed class StuckVms(TimeSpan hungAfter, TimeProvider time, EventQueue events, HostModel model)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, long> _since = [];
    private readonly HashSet<Guid> _suspects = [];

    public bool Any
    {
        get
        {
            lock (_gate)
            {
                return _since.Count > 0;
            }
        }
    }

    /// <summary>Since when a VM is stuck, milliseconds since 1970 UTC; null when it is not.</summary>
    public long? Since(Guid vm)
    {
        lock (_gate)
        {
            return _since.TryGetValue(vm, out long since) ? since : null;
        }
    }

    /// <summary>Remembers a VM whose figures were incomplete, to be looked at.</summary>
    public void Suspect(Guid vm)
    {
        lock (_gate)
        {
            _suspects.Add(vm);
        }
    }

    /// <summary>The VMs that are worth a look: stuck or suspected.</summary>
    public List<Guid> Candidates()
    {
        lock (_gate)
        {
            return [.. _since.Keys.Union(_suspects)];
        }
    }

    /// <summary>Takes in what libvirt says of a VM's monitor; returns whether the VM is stuck.</summary>
    public bool Judge(Guid vm, VirDomainControlInfo info)
    {
        bool hung = info.State == VirDomainControlInfo.Occupied && info.StateTime >= hungAfter.TotalMilliseconds;
        bool busy = info.State == VirDomainControlInfo.Occupied;
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        long since;
        bool changed;
        lock (_gate)
        {
            since = _since.GetValueOrDefault(vm, now - (long)info.StateTime);
            changed = hung ? _since.TryAdd(vm, since) : !busy && _since.Remove(vm);
            _ = busy ? _suspects.Add(vm) : _suspects.Remove(vm);
        }

        if (changed)
        {
            Tell(vm, hung, since, now);
        }

        return hung;
    }

    /// <summary>Forgets a VM that has ended or is gone; that is no recovery.</summary>
    public void Forget(Guid vm)
    {
        lock (_gate)
        {
            _since.Remove(vm);
            _suspects.Remove(vm);
        }
    }

    /// <summary>Forgets all, when libvirt is lost and nothing can be said.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _since.Clear();
            _suspects.Clear();
        }
    }

    private void Tell(Guid vm, bool hung, long since, long now)
    {
        VmEntry? entry = model.Snapshot.Vms.GetValueOrDefault(vm);
        string start = DateTimeOffset.FromUnixTimeMilliseconds(since).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
        VmCondition after = hung ? VmCondition.Alive(VmState.Stuck, VmStateReason.MonitorBlocked) : entry?.Condition ?? default;
        events.Add(new HostEvent(
            hung ? HostEventKind.VmStuck : HostEventKind.VmUnstuck,
            now,
            new VmId(vm),
            entry?.Info.Name ?? "",
            "",
            after.State,
            after.Reason,
            $"virDomainGetControlInfo: monitor {(hung ? "occupied" : "was occupied")} since {start}"));
    }
}
