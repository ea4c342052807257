using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;
using SubjectKind = VirtAgents.Core.Model.SubjectKind;

namespace VirtAgents.Collector.Query;

/// <summary>Which values of a metric count, with names resolved. Every condition must hold; null = no condition.</summary>
/// <param name="Owners">UUIDs of VMs or hosts, in the order in which their series are told.</param>
/// <param name="Hosts">Hosts that sampled the values.</param>
/// <param name="Device">Device.</param>
/// <param name="Pool">Pool of volumes.</param>
/// <param name="Disks">Disks of VMs.</param>
internal sealed record MetricSelection(
    IReadOnlyList<Guid>? Owners, IReadOnlySet<HostId>? Hosts, string? Device, string? Pool, IReadOnlySet<(Guid Vm, string Disk)>? Disks)
{
    /// <summary>Reads the conditions of a request for one of its metrics.</summary>
    /// <exception cref="QueryRefusedException">The metric cannot meet a condition, or there is nothing of that name.</exception>
    public static MetricSelection Of(MetricChoice metric, QueryMetricsRequest request, FleetDirectory directory)
    {
        HashSet<HostId>? hosts = HostsOf(request, directory);
        HashSet<(Guid Vm, string Disk)>? disks = DisksOf(metric, request.Pool, directory);
        IEnumerable<Guid>? owners = metric.IsOfVm ? VmsOf(request, disks, directory) : HostOwnersOf(metric, request, hosts, directory);
        (string? device, bool isNobody) = DeviceOf(metric, request);
        return new(
            isNobody ? [] : owners?.Distinct().ToArray(),
            metric.IsOfVm ? hosts : null,
            device,
            metric.Kind == SubjectKind.Volume && request.Pool.Length > 0 ? request.Pool : null,
            disks);
    }

    /// <summary>Whether what a host sampled of a subject counts.</summary>
    /// <param name="subject">Subject.</param>
    /// <param name="host">The host; null = no longer known.</param>
    public bool Includes(Subject subject, HostId? host) =>
        (Hosts is null || (host is { } known && Hosts.Contains(known)))
        && (Pool is null || subject.Device.StartsWith(VolumeInfo.DeviceOf(Pool, ""), StringComparison.Ordinal))
        && (Disks is null || Disks.Contains((subject.Owner, subject.Device)));

    private static HashSet<HostId>? HostsOf(QueryMetricsRequest request, FleetDirectory directory)
    {
        HashSet<HostId>? hosts = request.Host.Length > 0 ? [directory.HostIdOf(request.Host, "host")] : null;
        if (request.Cluster.Length == 0)
        {
            return hosts;
        }

        HashSet<HostId> inCluster = [.. directory.Hosts.Where(h => h.Cluster == request.Cluster).Select(h => h.Host.Id)];
        if (inCluster.Count == 0)
        {
            throw Unknown("cluster", request.Cluster, directory.Hosts.Select(h => h.Cluster), "'virtctl hosts' or GET /v1/hosts lists them");
        }

        inCluster.IntersectWith(hosts ?? inCluster);
        return inCluster;
    }

    private static IEnumerable<Guid>? VmsOf(QueryMetricsRequest request, HashSet<(Guid Vm, string Disk)>? disks, FleetDirectory directory)
    {
        RequireTenant(request.Tenant, directory);
        VmId? only = request.Vm.Length > 0 ? directory.VmIdOf(request.Vm, "vm") : null;
        if (request.Tenant.Length == 0 && request.Name.Length == 0 && disks is null)
        {
            return only is { } vm ? [vm.Value] : null;
        }

        NameGlob name = new(request.Name.Length > 0 ? request.Name : "*");
        HashSet<Guid>? withDisks = disks?.Select(d => d.Vm).ToHashSet();
        return directory.Vms.Select(v => v.Vm.Info)
            .Where(v => (only is null || v.Id == only)
                && (request.Tenant.Length == 0 || v.Tenant == request.Tenant)
                && name.Matches(v.Name)
                && (withDisks is null || withDisks.Contains(v.Id.Value)))
            .Select(v => v.Id.Value);
    }

    private static IEnumerable<Guid>? HostOwnersOf(
        MetricChoice metric, QueryMetricsRequest request, HashSet<HostId>? hosts, FleetDirectory directory)
    {
        if (request.Vm.Length > 0)
        {
            metric.RequireVmMetric();
        }

        if (request.Tenant.Length > 0)
        {
            throw QueryRefusedException.Invalid("tenant", request.Tenant, $"{metric.Name} is a metric of hosts, which have no tenant");
        }

        if (request.Name.Length == 0)
        {
            // By name, then those that only history knows.
            return hosts is null ? null : directory.Hosts.Select(h => h.Host.Id).Where(hosts.Contains).Concat(hosts).Select(h => h.Value);
        }

        NameGlob name = new(request.Name);
        return directory.Hosts.Where(h => name.Matches(h.Host.Name) && (hosts is null || hosts.Contains(h.Host.Id))).Select(h => h.Host.Id.Value);
    }

    private static void RequireTenant(string tenant, FleetDirectory directory)
    {
        if (tenant.Length > 0 && !directory.Vms.Any(v => v.Vm.Info.Tenant == tenant))
        {
            throw Unknown("tenant", tenant, directory.Vms.Select(v => v.Vm.Info.Tenant), "no VM has it");
        }
    }

    // The disks of a pool; null when there is no such condition.
    private static HashSet<(Guid Vm, string Disk)>? DisksOf(MetricChoice metric, string pool, FleetDirectory directory)
    {
        if (pool.Length == 0)
        {
            return null;
        }

        if (metric.Kind is not (SubjectKind.Pool or SubjectKind.Volume or SubjectKind.VmDisk))
        {
            throw QueryRefusedException.Invalid("pool", pool, $"{metric.Name} is no metric of pools, volumes or disks of VMs");
        }

        var disks = directory.Vms.SelectMany(v => v.Vm.Info.Disks.Select(d => (d.Pool, Vm: v.Vm.Info.Id.Value, Disk: d.Target))).ToArray();
        IEnumerable<string> pools = directory.Hosts.SelectMany(h => h.Pools).Select(p => p.Info.Name).Concat(disks.Select(d => d.Pool));
        if (!pools.Contains(pool, StringComparer.Ordinal))
        {
            throw Unknown("pool", pool, pools, "'virtctl pools' or GET /v1/pools lists them");
        }

        return metric.Kind == SubjectKind.VmDisk ? [.. disks.Where(d => d.Pool == pool).Select(d => (d.Vm, d.Disk))] : null;
    }

    // The device of a pool is the pool itself, so two different ones are nobody.
    private static (string? Device, bool IsNobody) DeviceOf(MetricChoice metric, QueryMetricsRequest request)
    {
        string? device = request.Device.Length > 0 ? request.Device : null;
        return metric.Kind == SubjectKind.Pool && request.Pool.Length > 0
            ? (request.Pool, device is not null && device != request.Pool)
            : (device, false);
    }

    private static QueryRefusedException Unknown(string field, string name, IEnumerable<string> names, string otherwise) =>
        QueryRefusedException.NotFound($"{field}: there is no {field} '{name}'{Similar.Hint(name, names.Where(n => n.Length > 0), otherwise)}");
}
