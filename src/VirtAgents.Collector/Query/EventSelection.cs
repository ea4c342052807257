using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;
using VirtAgents.Storage;

namespace VirtAgents.Collector.Query;

/// <summary>Which events are wanted, with names resolved.</summary>
internal sealed record EventSelection(HostId? Host, VmId? Vm, IReadOnlyList<HostEventKind> Kinds)
{
    /// <summary>Reads a filter; hosts and VMs that only history knows may be given by UUID.</summary>
    public static EventSelection Parse(EventFilter? filter, FleetDirectory directory)
    {
        if (filter is null)
        {
            return new(null, null, []);
        }

        foreach (EventKind kind in filter.Kinds.Where(k => k == EventKind.Unspecified || !Enum.IsDefined(k)))
        {
            throw QueryRefusedException.Invalid("filter.kinds", (int)kind, "kinds are the numbers of EventKind, from 1");
        }

        return new(
            filter.Host.Length > 0 ? directory.HostIdOf(filter.Host, "filter.host") : null,
            filter.Vm.Length > 0 ? directory.VmIdOf(filter.Vm, "filter.vm") : null,
            [.. filter.Kinds.Select(k => (HostEventKind)k).Distinct()]);
    }

    /// <summary>Whether an event is wanted.</summary>
    public bool Includes(FleetEvent line) =>
        (Host is null || line.HostId == Host)
        && (Vm is null || line.Event.Vm == Vm)
        && (Kinds.Count == 0 || Kinds.Contains(line.Event.Kind));

    /// <summary>The same for the store.</summary>
    public EventQuery Query(long afterId, int limit) => new(afterId, 0, 0, Host, Vm, Kinds, limit, NewestFirst: false);
}
