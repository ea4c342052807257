using VirtAgents.Collector.Fleet;
using VirtAgents.Core.Model;

namespace VirtAgents.Collector.Query;

/// <summary>A VM and the host it is on, or was last.</summary>
internal sealed record VmEntry(HostView Host, VmView Vm);

/// <summary>Hosts and VMs of one moment, findable by name and UUID. A VM that several hosts know of is there once.</summary>
internal sealed class FleetDirectory
{
    private readonly Dictionary<HostId, HostView> _hosts;
    private readonly Dictionary<VmId, VmEntry> _vms = [];

    public FleetDirectory(IReadOnlyList<HostView> hosts)
    {
        _hosts = hosts.ToDictionary(h => h.Host.Id);
        foreach (HostView host in hosts)
        {
            foreach (VmView vm in host.Vms)
            {
                if (!_vms.TryGetValue(vm.Info.Id, out VmEntry? other) || IsBetter(vm, other.Vm))
                {
                    _vms[vm.Info.Id] = new VmEntry(host, vm);
                }
            }
        }
    }

    /// <summary>Hosts by name.</summary>
    public IEnumerable<HostView> Hosts =>
        _hosts.Values.OrderBy(h => h.Host.Name, StringComparer.Ordinal).ThenBy(h => h.Host.Id.Value);

    /// <summary>VMs by name.</summary>
    public IEnumerable<VmEntry> Vms =>
        _vms.Values.OrderBy(v => v.Vm.Info.Name, StringComparer.Ordinal).ThenBy(v => v.Vm.Info.Id.Value);

    public static async ValueTask<FleetDirectory> ReadAsync(IFleetReader fleet, CancellationToken cancellationToken) =>
        new(await fleet.HostsAsync(cancellationToken));

    public HostView? Find(HostId host) => _hosts.GetValueOrDefault(host);

    public VmEntry? Find(VmId vm) => _vms.GetValueOrDefault(vm);

    /// <summary>The host of a name or UUID.</summary>
    /// <exception cref="QueryRefusedException">There is none, or several.</exception>
    public HostView Host(string nameOrId, string field)
    {
        if (Guid.TryParse(nameOrId, out Guid id))
        {
            return Find(new HostId(id)) ?? throw QueryRefusedException.NotFound($"{field}: there is no host {id}; 'virtctl hosts' or GET /v1/hosts lists them");
        }

        HostView[] named = [.. Hosts.Where(h => h.Host.Name == nameOrId)];
        return named.Length switch
        {
            1 => named[0],
            0 => throw QueryRefusedException.NotFound(
                $"{field}: there is no host '{nameOrId}'{Similar.Hint(nameOrId, Hosts.Select(h => h.Host.Name), "'virtctl hosts' or GET /v1/hosts lists them")}"),
            _ => throw QueryRefusedException.Invalid(
                field, nameOrId, $"{named.Length} hosts have this name; use one of the UUIDs {List(named.Select(h => $"{h.Host.Id}"))}"),
        };
    }

    /// <summary>The VM of a name or UUID.</summary>
    /// <exception cref="QueryRefusedException">There is none, or several.</exception>
    public VmEntry Vm(string nameOrId, string field)
    {
        if (Guid.TryParse(nameOrId, out Guid id))
        {
            return Find(new VmId(id)) ?? throw QueryRefusedException.NotFound($"{field}: there is no VM {id}; 'virtctl vms' or GET /v1/vms lists them");
        }

        // A VM that left or was removed does not make the name of one that is there ambiguous.
        VmEntry[] named = [.. Vms.Where(v => v.Vm.Info.Name == nameOrId)];
        VmEntry[] present = [.. named.Where(v => !HasLeft(v.Vm))];
        VmEntry[] candidates = present.Length > 0 ? present : named;
        return candidates.Length switch
        {
            1 => candidates[0],
            0 => throw QueryRefusedException.NotFound(
                $"{field}: there is no VM '{nameOrId}'{Similar.Hint(nameOrId, Vms.Select(v => v.Vm.Info.Name), "'virtctl vms' or GET /v1/vms lists them")}"),
            _ => throw QueryRefusedException.Invalid(
                field, nameOrId,
                $"{candidates.Length} VMs have this name; use one of the UUIDs {List(candidates.Select(v => $"{v.Vm.Info.Id} (on {v.Host.Host.Name})"))}"),
        };
    }

    /// <summary>UUID of a host that may be known to history only.</summary>
    public HostId HostIdOf(string nameOrId, string field) =>
        Guid.TryParse(nameOrId, out Guid id) ? new HostId(id) : Host(nameOrId, field).Host.Id;

    /// <summary>UUID of a VM that may be known to history only.</summary>
    public VmId VmIdOf(string nameOrId, string field) =>
        Guid.TryParse(nameOrId, out Guid id) ? new VmId(id) : Vm(nameOrId, field).Vm.Info.Id;

    /// <summary>Whether the VM is no longer on the host that told of it.</summary>
    public static bool HasLeft(VmView vm) => vm.State is VmState.MigratedAway or VmState.Gone;

    private static bool IsBetter(VmView vm, VmView other) => Rank(vm).CompareTo(Rank(other)) > 0;

    // A definition that was left behind, off, is not where the VM is.
    private static (int State, long Updated, long Since) Rank(VmView vm) =>
        (HasLeft(vm) ? 0 : vm.State switch { VmState.Unknown => 1, VmState.ShutOff => 2, _ => 3 }, vm.Figures.UpdatedUnixMs, vm.SinceUnixMs);

    private static string List(IEnumerable<string> items)
    {
        const int Most = 10;
        string[] all = [.. items];
        return string.Join(", ", all.Take(Most)) + (all.Length > Most ? $" and {all.Length - Most} more" : "");
    }
}
