using System.Globalization;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Query;
using VirtAgents.Protocol.V1;
using VmState = VirtAgents.Core.Model.VmState;

namespace VirtAgents.Collector.Exposition;

/// <summary>What the collector concludes of hosts and VMs: states, figures, and what does not change often.</summary>
internal sealed class FleetPart(LabelTable labels, RowTable rows, long nowUnixMs)
{
    private const double RawOfPercent = 1e4;

    public void Add(FleetDirectory directory)
    {
        foreach (HostView host in directory.Hosts)
        {
            Add(host);
        }

        // A VM that is no longer defined is history. One that left is told as such until it arrives elsewhere.
        foreach (VmEntry entry in directory.Vms.Where(v => v.Vm.State != VmState.Gone))
        {
            Add(entry);
        }
    }

    private void Add(HostView host)
    {
        int own = labels.Host(host).Close();
        int info = labels.Host(host).Add("agent_version"u8, host.AgentVersion).Add("hypervisor"u8, host.Host.Hypervisor)
            .Add("cpu_model"u8, host.Host.CpuModel).Add("cpus"u8, Number(host.Host.CpuCount)).Close();
        rows.Add(MetricFamilies.HostInfo, info, 1);
        rows.Add(MetricFamilies.AgentStatus, own, (long)host.Agent);
        rows.Add(MetricFamilies.HypervisorStatus, own, (long)host.Hypervisor);
        if (host.LastReportUnixMs > 0)
        {
            rows.Add(MetricFamilies.HostLastReport, own, host.LastReportUnixMs);
        }

        if (IsFresh(host, host.Figures.UpdatedUnixMs))
        {
            AddRatio(MetricFamilies.HostCpu, own, host.Figures.CpuPercent);
            AddRatio(MetricFamilies.HostMemory, own, host.Figures.MemoryUsedPercent);
        }
    }

    private void Add(VmEntry entry)
    {
        (HostView host, VmView vm) = entry;
        int own = labels.Vm(entry).Close();
        rows.Add(MetricFamilies.VmInfo, labels.Vm(entry).Add("vcpus"u8, Number(vm.Info.VcpuCount)).Close(), 1);
        rows.Add(MetricFamilies.VmStateCode, own, (long)vm.State);
        rows.Add(MetricFamilies.VmReasonCode, own, (long)vm.Reason);
        if (!FleetDirectory.HasLeft(vm) && IsFresh(host, vm.Figures.UpdatedUnixMs))
        {
            AddRatio(MetricFamilies.VmCpu, own, vm.Figures.CpuPercent);
            AddRatio(MetricFamilies.VmSteal, own, vm.Figures.StealPercent);
            AddRatio(MetricFamilies.VmMemory, own, vm.Figures.MemoryUsedPercent);
        }
    }

    private void AddRatio(MetricFamily family, int block, double? percent)
    {
        if (percent is { } known && double.IsFinite(known))
        {
            rows.Add(family, block, (long)Math.Round(known * RawOfPercent));
        }
    }

    private bool IsFresh(HostView host, long updatedUnixMs) =>
        host.Agent == AgentStatus.Connected && updatedUnixMs >= nowUnixMs - (long)MetricsPage.OldestValue.TotalMilliseconds;

    private static string Number(int count) => count > 0 ? count.ToString(CultureInfo.InvariantCulture) : "";
}
