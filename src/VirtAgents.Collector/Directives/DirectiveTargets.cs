using Grpc.Core;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Query;
using VirtAgents.Core.Directives;

namespace VirtAgents.Collector.Directives;

/// <summary>Finds out which host and VM a request means. Nothing is sent to a host by guess.</summary>
internal static class DirectiveTargets
{
    /// <summary>The target of a kind, by names or UUIDs; empty = not given.</summary>
    /// <exception cref="QueryRefusedException">It cannot be told, or does not fit the kind.</exception>
    public static DirectiveTargetChoice Choose(FleetDirectory directory, DirectiveDefinition kind, string vm, string host)
    {
        if (kind.Target == DirectiveTarget.Vm)
        {
            VmEntry entry = ChooseVm(directory, vm.Length > 0 ? vm : throw QueryRefusedException.Invalid("vm", "", $"{kind.Name} acts on a VM: give its name or UUID"), host);
            return new(entry.Host.Host, entry.Vm.Info);
        }

        if (vm.Length > 0)
        {
            throw QueryRefusedException.Invalid("vm", vm, $"{kind.Name} does not act on a VM; leave it out and give the host");
        }

        return host.Length > 0
            ? new(directory.Host(host, "host").Host, null)
            : throw QueryRefusedException.Invalid("host", "", $"{kind.Name} acts on a host: give its name or UUID");
    }

    private static VmEntry ChooseVm(FleetDirectory directory, string vm, string host)
    {
        VmEntry[] candidates = host.Length > 0 ? OnHost(directory.Host(host, "host"), vm) : [.. directory.Vms.Where(v => IsNamed(v.Vm, vm))];
        VmEntry[] present = [.. candidates.Where(v => !FleetDirectory.HasLeft(v.Vm))];
        return (present.Length, candidates.Length) switch
        {
            (1, _) => present[0],
            (0, 0) when host.Length > 0 => throw QueryRefusedException.NotFound($"vm: host '{host}' has no VM '{vm}'; 'virtctl vms' or GET /v1/vms lists them"),

            // Tells with a hint that there is none.
            (0, 0) => directory.Vm(vm, "vm"),
            (0, _) => throw Unclear($"vm: '{vm}' is not on host {candidates[0].Host.Host.Name} any more, and no host is known to have it now"),
            _ => throw Unclear($"vm: {present.Length} VMs are called '{vm}'; give the host as well, or a UUID: "
                + string.Join(", ", present.Take(10).Select(v => $"{v.Vm.Info.Id} (on {v.Host.Host.Name})"))),
        };
    }

    private static VmEntry[] OnHost(HostView host, string vm) => [.. host.Vms.Where(v => IsNamed(v, vm)).Select(v => new VmEntry(host, v))];

    private static bool IsNamed(VmView vm, string nameOrId) =>
        Guid.TryParse(nameOrId, out Guid id) ? vm.Info.Id.Value == id : vm.Info.Name == nameOrId;

    private static QueryRefusedException Unclear(string message) => new(StatusCode.FailedPrecondition, message);
}
