using System.Diagnostics.CodeAnalysis;
using VirtAgents.Core.Model;
using Rules = VirtAgents.Core.Detection.Incidents;

namespace VirtAgents.Protocol;

/// <summary>What depends on what, as messages: only what the incident rules ask for.</summary>
public static class TopologyMapping
{
    /// <summary>A host as a message.</summary>
    public static V1.TopologyHost ToWire(Rules.TopologyHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        return new()
        {
            Id = host.Id.ToString(),
            Name = host.Name,
            Cluster = host.Cluster,
            Vms = { host.Vms.Select(ToWire) },
            Pools = { host.Pools.Select(p => new V1.TopologyPool { Name = p.Name, Type = p.Type, Shared = p.Shared }) },
        };
    }

    /// <summary>Reads a host.</summary>
    /// <param name="message">The message.</param>
    /// <param name="host">The host.</param>
    /// <param name="problem">What is wrong with the message.</param>
    public static bool TryFromWire(V1.TopologyHost message, [NotNullWhen(true)] out Rules.TopologyHost? host, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(message);
        host = null;
        string? bad = message.Vms.Select(v => v.Id).Prepend(message.Id).FirstOrDefault(id => !Guid.TryParseExact(id, "D", out _));
        problem = bad is null ? null : $"hosts: '{bad}' is no UUID of a host or VM";
        if (problem is not null)
        {
            return false;
        }

        host = new(
            new HostId(Guid.ParseExact(message.Id, "D")), message.Name, message.Cluster,
            [.. message.Vms.Select(FromWire)],
            [.. message.Pools.Select((p, at) => new PoolInfo(at, p.Name, p.Type, "", p.Shared))]);
        return true;
    }

    private static V1.TopologyVm ToWire(VmInfo vm) => new()
    {
        Id = vm.Id.ToString(),
        Name = vm.Name,
        Tenant = vm.Tenant,
        Disks = { vm.Disks.Select(d => new V1.TopologyDisk { Target = d.Target, Pool = d.Pool }) },
        Networks = { vm.Interfaces.Select(i => i.Network).Where(n => n.Length > 0).Distinct() },
    };

    private static VmInfo FromWire(V1.TopologyVm vm, int at) => new(
        at, new VmId(Guid.ParseExact(vm.Id, "D")), vm.Name, vm.Tenant, 0, 0,
        [.. vm.Disks.Select((d, index) => new VmDiskInfo(index, d.Target, "", d.Pool))],
        [.. vm.Networks.Select((n, index) => new VmInterfaceInfo(index, "", "", n))]);
}
