using VirtAgents.Collector.Fleet;
using VirtAgents.Core.Detection;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Metrics;
using VirtAgents.Protocol.V1;
using VirtAgents.Storage;
using Host = VirtAgents.Protocol.V1.Host;
using MemorySource = VirtAgents.Protocol.V1.MemorySource;
using UnknownReason = VirtAgents.Core.Metrics.UnknownReason;

namespace VirtAgents.Collector.Query;

/// <summary>
/// Hosts, VMs and pools as messages. Figures are told only while the agent is connected: what was true before it went
/// is history, and history has queries of its own.
/// </summary>
internal static class FleetMessages
{
    public static Host ToMessage(HostView view, string? trouble)
    {
        HostFigures figures = IsLive(view) ? view.Figures : HostFigures.Nothing(UnknownReason.AgentAway);
        Host message = new()
        {
            Id = view.Host.Id.ToString(),
            Name = view.Host.Name,
            Cluster = view.Cluster,
            Hypervisor = view.Host.Hypervisor,
            Agent = view.Agent,
            HypervisorStatus = view.Hypervisor,
            CpuCount = Unsigned(view.Host.CpuCount),
            MemoryBytes = Unsigned(view.Host.MemoryBytes),
            VmCount = (uint)view.Vms.Count(v => !FleetDirectory.HasLeft(v)),
            RunningVmCount = (uint)view.Vms.Count(v => v.State == Core.Model.VmState.Running),
            CpuPercent = Value(figures.CpuPercent, figures.Unknown.Cpu),
            MemoryUsedPercent = Value(figures.MemoryUsedPercent, figures.Unknown.MemoryUsed),
            LastReportUnixMs = view.LastReportUnixMs,
            AgentVersion = view.AgentVersion,
            UnknownVmCount = (uint)view.Vms.Count(v => !VmStates.IsKnown(v.State)),
            TakesNoVm = trouble ?? "",
        };
        if (view.Acting is { } acting)
        {
            message.Draining = acting.IsDraining;
        }

        return message;
    }

    public static Vm ToMessage(VmEntry entry)
    {
        (HostView host, VmView vm) = entry;
        VmFigures figures = IsLive(host) ? vm.Figures : VmFigures.Nothing(UnknownReason.AgentAway);
        VmUnknowns unknown = figures.Unknown;
        Vm message = new()
        {
            Id = vm.Info.Id.ToString(),
            Name = vm.Info.Name,
            Host = host.Host.Name,
            HostId = host.Host.Id.ToString(),
            Tenant = vm.Info.Tenant,
            State = (VmState)vm.State,
            Reason = (VmStateReason)vm.Reason,
            SinceUnixMs = vm.SinceUnixMs,
            LastKnownState = (VmState)vm.LastKnownState,
            VcpuCount = Unsigned(vm.Info.VcpuCount),
            CpuPercent = Value(figures.CpuPercent, unknown.Cpu),
            StealPercent = Value(figures.StealPercent, unknown.Steal),
            MemoryUsedPercent = Value(figures.MemoryUsedPercent, unknown.MemoryUsed),
            MemoryRssBytes = Value(figures.MemoryRssBytes, unknown.MemoryRss),
            DiskReadBytesPerSecond = Value(figures.DiskReadBytesPerSecond, unknown.DiskRead),
            DiskWriteBytesPerSecond = Value(figures.DiskWriteBytesPerSecond, unknown.DiskWrite),
            NetworkReceiveBytesPerSecond = Value(figures.NetworkReceiveBytesPerSecond, unknown.NetworkReceive),
            NetworkTransmitBytesPerSecond = Value(figures.NetworkTransmitBytesPerSecond, unknown.NetworkTransmit),
            MemoryBytes = Unsigned(vm.Info.MemoryBytes),
            LastReportUnixMs = vm.Figures.UpdatedUnixMs,
            Disks = { vm.Info.Disks.Select(d => d.Target) },
            Interfaces = { vm.Info.Interfaces.Select(i => i.Mac) },
            Evidence = vm.Evidence,
            CpuHostPercent = Value(figures.CpuOfHostPercent, unknown.CpuOfHost),
            CpuThrottledPercent = Value(figures.ThrottledPercent, unknown.Throttled),
            ContentionScore = Value(figures.ContentionScore, unknown.Contention),
            MemoryRssPercent = Value(figures.MemoryRssPercent, unknown.MemoryRssPercent),
            MemorySource = (MemorySource)figures.MemorySource,
            Limits = { LimitMessages.Of(vm.Info) },
            DefinitionDigest = vm.Info.DefinitionDigest ?? "",
        };
        if (vm.Info.HasAutostart is { } starts)
        {
            message.Autostart = starts;
        }

        return message;
    }

    public static Pool ToMessage(HostView host, PoolView pool)
    {
        PoolFigures figures = IsLive(host) ? pool.Figures : PoolFigures.None;
        UnknownReason unknown = ReasonOf(IsLive(host));
        return new Pool
        {
            Host = host.Host.Name,
            Name = pool.Info.Name,
            Type = pool.Info.Type,
            Shared = Topology.IsShared(pool.Info),
            Active = Value(figures.Active is { } active ? (active ? 1 : 0) : null, unknown),
            CapacityBytes = Value(figures.CapacityBytes, unknown),
            AllocationBytes = Value(figures.AllocationBytes, unknown),
            AvailableBytes = Value(figures.AvailableBytes, unknown),
            LastReportUnixMs = pool.Figures.UpdatedUnixMs,
        };
    }

    /// <param name="host">The host.</param>
    /// <param name="volume">The volume.</param>
    /// <param name="capacity">Newest stored size; null = none.</param>
    /// <param name="allocation">Newest stored use; null = none.</param>
    public static Volume ToMessage(HostView host, Core.Model.VolumeInfo volume, SeriesValue? capacity, SeriesValue? allocation)
    {
        UnknownReason unknown = ReasonOf(IsLive(host));

        // A pool that does not work has no figures, and neither have its volumes.
        bool live = IsLive(host) && host.Pools.Any(p => p.Info.Name == volume.Pool && p.Figures.Active == true);
        return new Volume
        {
            Host = host.Host.Name,
            Pool = volume.Pool,
            Name = volume.Name,
            CapacityBytes = Value(live ? capacity?.Raw : null, unknown),
            AllocationBytes = Value(live ? allocation?.Raw : null, unknown),
            LastReportUnixMs = Math.Max(capacity?.TimeUnixMs ?? 0, allocation?.TimeUnixMs ?? 0),
        };
    }

    public static Value Value(double? number, UnknownReason unknown)
    {
        if (number is { } known && double.IsFinite(known))
        {
            return new Value { Known = true, Number = known };
        }

        Value missing = new();
        if (unknown != UnknownReason.None)
        {
            missing.UnknownReason = (Protocol.V1.UnknownReason)unknown;
        }

        return missing;
    }

    private static UnknownReason ReasonOf(bool live) => live ? UnknownReason.NotSampled : UnknownReason.AgentAway;

    private static bool IsLive(HostView host) => host.Agent == AgentStatus.Connected;

    private static uint Unsigned(int number) => (uint)Math.Max(0, number);

    private static ulong Unsigned(long number) => (ulong)Math.Max(0, number);
}
