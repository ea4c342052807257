using VirtAgents.Protocol.V1;

namespace VirtAgents.Collector.Query;

/// <summary>What names a series or group of an answer; what it does not have is empty. Those of equal labels are the same.</summary>
internal sealed record SeriesLabels : IComparable<SeriesLabels>
{
    public string HostName { get; init; } = "";

    public Guid? HostId { get; init; }

    public string VmName { get; init; } = "";

    public Guid? VmId { get; init; }

    public string Device { get; init; } = "";

    public string Cluster { get; init; } = "";

    public string Tenant { get; init; } = "";

    public string Pool { get; init; } = "";

    /// <summary>Whether it is the group of what cannot be told.</summary>
    public bool IsUnknown { get; init; }

    /// <summary>The order of an answer, which tells all apart.</summary>
    public int CompareTo(SeriesLabels? other)
    {
        if (other is null)
        {
            return 1;
        }

        int order = IsUnknown.CompareTo(other.IsUnknown);
        order = order != 0 ? order : string.CompareOrdinal(Cluster, other.Cluster);
        order = order != 0 ? order : string.CompareOrdinal(Tenant, other.Tenant);
        order = order != 0 ? order : string.CompareOrdinal(Pool, other.Pool);
        order = order != 0 ? order : string.CompareOrdinal(HostName, other.HostName);
        order = order != 0 ? order : string.CompareOrdinal(VmName, other.VmName);
        order = order != 0 ? order : Nullable.Compare(HostId, other.HostId);
        order = order != 0 ? order : Nullable.Compare(VmId, other.VmId);
        return order != 0 ? order : string.CompareOrdinal(Device, other.Device);
    }

    /// <summary>A message of it without points.</summary>
    public MetricSeries ToMessage(string metric) => new()
    {
        Metric = metric,
        Host = HostName,
        HostId = HostId?.ToString() ?? "",
        Vm = VmName,
        VmId = VmId?.ToString() ?? "",
        Device = Device,
        Cluster = Cluster,
        Tenant = Tenant,
        Pool = Pool,
        UnknownGroup = IsUnknown,
    };
}
