using Grpc.Core;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Query;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Collector.Directives;

/// <summary>Finds out which VM of another host a request would bring to a host, and refuses what is known to live.</summary>
internal static class ForeignTargets
{
    /// <param name="directory">Hosts and VMs.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="vm">Name or UUID of the VM on the host that had it.</param>
    /// <param name="host">Name or UUID of the host that is to have it.</param>
    /// <param name="from">UUID of the host that had it.</param>
    /// <exception cref="QueryRefusedException">It cannot be told, or that host or VM is known to live.</exception>
    public static DirectiveTargetChoice Choose(FleetDirectory directory, DirectiveDefinition kind, string vm, string host, string from)
    {
        if (vm.Length == 0 || host.Length == 0)
        {
            throw QueryRefusedException.Invalid(vm.Length == 0 ? "vm" : "host", "", $"{kind.Name} needs a VM and the host that is to have it: give their names or UUIDs");
        }

        HostView target = directory.Host(host, "host"), source = directory.Host(from, DirectiveCatalogue.FromHost);
        if (source.Host.Id == target.Host.Id)
        {
            throw QueryRefusedException.Invalid(DirectiveCatalogue.FromHost, from, "it is the host that is to have the VM; name the one that had it");
        }

        if (source.Agent == AgentStatus.Connected)
        {
            throw Refused($"{DirectiveCatalogue.FromHost}: host {source.Host.Name} is connected, so it lives; its VMs are moved by migrate");
        }

        VmView found = source.Vms.FirstOrDefault(v => Guid.TryParse(vm, out Guid id) ? v.Info.Id.Value == id : v.Info.Name == vm)
            ?? throw QueryRefusedException.NotFound($"vm: host {source.Host.Name} is not known to have had a VM '{vm}'; 'virtctl vms --host {source.Host.Name}' lists them");
        return ElsewhereOf(directory, source, found.Info.Id) is { } other
            ? throw Refused($"vm: {found.Info.Name} is known to host {other}, so it is not brought to another")
            : new(target.Host, found.Info);
    }

    private static string? ElsewhereOf(FleetDirectory directory, HostView source, VmId vm) => directory.Hosts
        .Where(h => h.Host.Id != source.Host.Id && h.Vms.Any(v => v.Info.Id == vm && !FleetDirectory.HasLeft(v)))
        .Select(h => h.Host.Name).FirstOrDefault();

    private static QueryRefusedException Refused(string message) => new(StatusCode.FailedPrecondition, message);
}
