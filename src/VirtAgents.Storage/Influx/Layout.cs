using VirtAgents.Core.Model;

namespace VirtAgents.Storage.Influx;

/// <summary>
/// How samples lie in InfluxDB: a measurement for each kind of subject, a tag for what names it, a field for each metric
/// under its public name and in its public unit. Part of what users build on: docs/influxdb.md tells it.
/// </summary>
internal static class Layout
{
    public const string Cluster = "cluster";
    public const string Host = "host";
    public const string HostId = "host_id";
    public const string Vm = "vm";
    public const string VmId = "vm_id";
    public const string Tenant = "tenant";
    public const string Disk = "disk";
    public const string Interface = "nic";
    public const string Pool = "pool";
    public const string Volume = "volume";

    /// <summary>All kinds that have a measurement.</summary>
    public static readonly SubjectKind[] Kinds = [.. Enum.GetValues<SubjectKind>().Where(k => k != SubjectKind.Unspecified)];

    public static string MeasurementOf(SubjectKind kind) => kind switch
    {
        SubjectKind.Host => "host",
        SubjectKind.Vm => "vm",
        SubjectKind.VmDisk => "vm_disk",
        SubjectKind.VmInterface => "vm_net",
        SubjectKind.Pool => "storage_pool",
        SubjectKind.HostDisk => "host_disk",
        SubjectKind.HostInterface => "host_net",
        SubjectKind.Agent => "virtagents_agent",
        SubjectKind.Volume => "storage_volume",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "it has no measurement"),
    };

    public static SubjectKind? KindOf(string measurement)
    {
        foreach (SubjectKind kind in Kinds)
        {
            if (MeasurementOf(kind) == measurement)
            {
                return kind;
            }
        }

        return null;
    }

    /// <summary>Whether the owner is a VM, not a host.</summary>
    public static bool IsOfVm(SubjectKind kind) => kind is SubjectKind.Vm or SubjectKind.VmDisk or SubjectKind.VmInterface;

    /// <summary>The tag with the UUID of the owner.</summary>
    public static string OwnerTagOf(SubjectKind kind) => IsOfVm(kind) ? VmId : HostId;

    /// <summary>The tags that name the device, in the order of <see cref="Parts"/>; none for a VM, a host and an agent.</summary>
    public static string[] DeviceTagsOf(SubjectKind kind) => kind switch
    {
        SubjectKind.VmDisk or SubjectKind.HostDisk => [Disk],
        SubjectKind.VmInterface or SubjectKind.HostInterface => [Interface],
        SubjectKind.Pool => [Pool],
        SubjectKind.Volume => [Pool, Volume],
        _ => [],
    };

    /// <summary>Every tag that lines of a kind may have, in the order of their names.</summary>
    public static string[] TagsOf(SubjectKind kind)
    {
        string[] owner = IsOfVm(kind) ? [Vm, VmId, Tenant] : [HostId];
        return [.. new[] { Cluster, Host }.Concat(owner).Concat(DeviceTagsOf(kind)).Order(StringComparer.Ordinal)];
    }

    /// <summary>The values of the device tags; empty where there is none.</summary>
    public static string[] Parts(SubjectKind kind, string device)
    {
        if (kind != SubjectKind.Volume)
        {
            return DeviceTagsOf(kind).Length == 0 ? [] : [device];
        }

        // Only what comes together again to the same name is taken apart.
        int slash = device.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && slash < device.Length - 1 ? [device[..slash], device[(slash + 1)..]] : ["", device];
    }

    /// <summary>The device of which <see cref="Parts"/> are the parts.</summary>
    public static string Device(ReadOnlySpan<string> parts) =>
        parts.Length == 0 ? "" : parts.Length == 1 ? parts[0] : parts[0].Length == 0 ? parts[1] : $"{parts[0]}/{parts[1]}";

    /// <summary>Kinds of subjects that may have values of a metric: a host and its agent are one row in each other's tables.</summary>
    public static SubjectKind[] KindsOf(MetricId metric) => MetricCatalogue.Find(metric)?.Kind switch
    {
        SubjectKind.Host => [SubjectKind.Host, SubjectKind.Agent],
        SubjectKind.Agent => [SubjectKind.Agent, SubjectKind.Host],
        SubjectKind kind => [kind],
        null => Kinds,
    };
}
