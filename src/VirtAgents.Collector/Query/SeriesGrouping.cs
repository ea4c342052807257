using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;
using SubjectKind = VirtAgents.Core.Model.SubjectKind;

namespace VirtAgents.Collector.Query;

/// <summary>Says which group the values of a series belong to, by what is known of the fleet now and which host sampled them.</summary>
internal sealed class SeriesGrouping(GroupBy by, FleetDirectory directory)
{
    private static readonly SeriesLabels Unknown = new() { IsUnknown = true };

    /// <summary>Whether several series may be one.</summary>
    public bool IsGrouping => by != GroupBy.Unspecified;

    /// <summary>Refuses a grouping by what a metric does not have.</summary>
    public void Check(MetricChoice metric)
    {
        bool fits = by switch
        {
            GroupBy.Vm or GroupBy.Tenant => metric.IsOfVm,
            GroupBy.Pool => metric.Kind is SubjectKind.Pool or SubjectKind.Volume or SubjectKind.VmDisk,
            _ => true,
        };
        if (!fits)
        {
            throw QueryRefusedException.Invalid(
                "group_by", by, by == GroupBy.Pool ? $"{metric.Name} is no metric of pools, volumes or disks of VMs" : $"{metric.Name} is no metric of VMs");
        }
    }

    /// <summary>The labels of the group, or of the series itself.</summary>
    /// <param name="subject">What the series is about.</param>
    /// <param name="sampledBy">The host that sampled the values; null = no longer known.</param>
    public SeriesLabels Of(Subject subject, HostId? sampledBy)
    {
        HostId? host = subject.FollowsVm ? sampledBy : new HostId(subject.Owner);
        return by switch
        {
            GroupBy.Unspecified => subject.FollowsVm ? OfVm(subject, subject.Device) : OfHost(subject.Owner, subject.Device),
            GroupBy.Vm => OfVm(subject, ""),
            GroupBy.Host => host is { } known ? OfHost(known.Value, "") : Unknown,
            GroupBy.Cluster => host is { } known && directory.Find(known) is { Cluster.Length: > 0 } view ? new() { Cluster = view.Cluster } : Unknown,
            GroupBy.Tenant => VmOf(subject) is { } vm ? new() { Tenant = vm.Tenant } : Unknown,
            GroupBy.Pool => PoolOf(subject) is { Length: > 0 } pool ? new() { Pool = pool } : Unknown,
            _ => new(),
        };
    }

    private SeriesLabels OfVm(Subject subject, string device) => new()
    {
        VmId = subject.Owner, VmName = directory.Find(new VmId(subject.Owner))?.Vm.Info.Name ?? "", Device = device,
    };

    private SeriesLabels OfHost(Guid host, string device) => new()
    {
        HostId = host, HostName = directory.Find(new HostId(host))?.Host.Name ?? host.ToString(), Device = device,
    };

    // A VM of which no agent has told yet what it is like has a name, but nobody knows its tenant and disks.
    private VmInfo? VmOf(Subject subject) => directory.Find(new VmId(subject.Owner))?.Vm.Info is { Index: >= 0 } info ? info : null;

    private string? PoolOf(Subject subject) => subject.Kind switch
    {
        SubjectKind.Pool => subject.Device,
        SubjectKind.Volume => subject.Device.Split('/', 2)[0],
        _ => VmOf(subject)?.Disks.FirstOrDefault(d => d.Target == subject.Device)?.Pool,
    };
}
