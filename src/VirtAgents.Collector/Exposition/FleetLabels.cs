using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Query;

namespace VirtAgents.Collector.Exposition;

/// <summary>The labels by which hosts and VMs are named. Those of a host hold its UUID, since two may have one name.</summary>
internal static class FleetLabels
{
    public static LabelTable Host(this LabelTable labels, HostView host) =>
        labels.Add("cluster"u8, host.Cluster).Add("host"u8, host.Host.Name).Add("host_id"u8, host.Host.Id.Value);

    public static LabelTable Vm(this LabelTable labels, VmEntry entry) =>
        labels.Add("cluster"u8, entry.Host.Cluster).Add("host"u8, entry.Host.Host.Name)
            .Add("vm_id"u8, entry.Vm.Info.Id.Value).Add("vm"u8, entry.Vm.Info.Name).Add("tenant"u8, entry.Vm.Info.Tenant);
}
