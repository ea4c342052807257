using VirtAgents.Simulation.Faults;

namespace VirtAgents.Simulation.Worlds;

/// <summary>Finds what a fault is meant for; every answer is either the thing or a sentence saying why there is none.</summary>
internal sealed class FaultResolver(WorldState world)
{
    private readonly Dictionary<string, SimHost> _hosts = world.Hosts.ToDictionary(host => host.Name);
    private readonly Dictionary<string, SimVm> _vms = ByNameAndUuid(world.Vms);

    public SimHost? Host(string name, out string problem)
    {
        problem = _hosts.TryGetValue(name, out SimHost? host) ? "" : name.Length == 0 ? "a host must be named" : $"there is no host '{name}'";
        return host;
    }

    public SimVm? Vm(VmSelector? selector, out string problem)
    {
        problem = "a VM must be named";
        if (selector is null)
        {
            return null;
        }

        problem = $"there is no {selector}";
        if (selector.Name.Length > 0)
        {
            return _vms.GetValueOrDefault(selector.Name);
        }

        // Counted as at the beginning, so that a migration does not change what a number means.
        IEnumerable<SimVm> counted = selector.Host.Length == 0
            ? world.Vms
            : Host(selector.Host, out _)?.Definition.Vms.Select(vm => _vms[vm.Name]) ?? [];
        return selector.Index < 0 ? null : counted.ElementAtOrDefault(selector.Index);
    }

    public SimPool? Pool(string name, string hostName, out string problem)
    {
        List<SimPool> found = [.. world.Pools.Where(pool => pool.Name == name)];
        if (hostName.Length > 0)
        {
            SimHost? host = Host(hostName, out problem);
            found.RemoveAll(pool => host is null || !pool.Hosts.Contains(host));
            if (found is [{ Shared: true }])
            {
                problem = $"pool '{name}' is shared: a fault of it concerns all its hosts, so no host must be named";
                return null;
            }
        }

        problem = found.Count switch
        {
            0 => hostName.Length > 0 ? $"host '{hostName}' has no pool '{name}'" : $"there is no pool '{name}'",
            1 => "",
            _ => $"{found.Count} hosts have a pool '{name}': the host must be named",
        };
        return found.Count == 1 ? found[0] : null;
    }

    public static SimInterface? InterfaceOf(SimHost host, string device, out string problem)
    {
        SimInterface? found = device.Length == 0 || device == host.Uplink.Name ? host.Uplink : null;
        problem = found is not null ? "" : device == host.Interfaces[0].Name
            ? $"{device} carries the session of the agent: use {FaultNames.NameOf(FaultKind.Partition)}"
            : $"host {host.Name} has no interface '{device}' (it has {host.Uplink.Name})";
        return found;
    }

    public static SimInterface? InterfaceOf(SimVm vm, string device, out string problem)
    {
        SimInterface? found = Array.Find(vm.Interfaces, card => device.Length == 0 || card.Name == device);
        problem = found is not null ? "" : $"{vm.Name} has no interface{(device.Length > 0 ? " " + device : "")}";
        return found;
    }

    public static SimDisk? DiskOf(SimVm vm, string target, out string problem)
    {
        SimDisk? found = Array.Find(vm.Disks, disk => target.Length == 0 || disk.Target == target);
        problem = found is not null ? "" : $"{vm.Name} has no disk{(target.Length > 0 ? " " + target : "")}";
        return found;
    }

    private static Dictionary<string, SimVm> ByNameAndUuid(List<SimVm> vms)
    {
        Dictionary<string, SimVm> found = vms.ToDictionary(vm => vm.Name, StringComparer.Ordinal);
        foreach (SimVm vm in vms)
        {
            found.TryAdd(vm.Definition.Id.ToString(), vm);
        }

        return found;
    }
}
