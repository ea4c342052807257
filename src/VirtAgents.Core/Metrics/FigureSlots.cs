using VirtAgents.Core.Model;

namespace VirtAgents.Core.Metrics;

/// <summary>What is remembered of one subject.</summary>
internal abstract class FigureSlot(Subject subject)
{
    /// <summary>The subject; replaced by an equal one when the inventory is sent anew, so that comparing stays cheap.</summary>
    public Subject Subject { get; set; } = subject;

    /// <summary>Newest tick that had a value of it; milliseconds since 1970 UTC.</summary>
    public long UpdatedUnixMs { get; set; }
}

/// <summary>What is remembered of one disk or interface of a VM: what comes in and what goes out.</summary>
internal sealed class DeviceSlot(Subject subject) : FigureSlot(subject)
{
    public LiveRate In;
    public LiveRate Out;

    /// <summary>Its requests; null for an interface, and before the first tick that has them.</summary>
    public DiskWork? Work { get; set; }
}

/// <summary>What is remembered of the requests of one disk.</summary>
internal sealed class DiskWork
{
    public LiveRate Reads;
    public LiveRate Writes;
    public LiveRate Flushes;
    public LiveRate ReadTime;
    public LiveRate WriteTime;
    public LiveRate FlushTime;
}

/// <summary>What is remembered of one VM.</summary>
internal sealed class VmSlot(Subject subject) : FigureSlot(subject)
{
    public LiveRate Cpu;
    public LiveRate Delay;
    public LiveRate Throttled;
    public LiveGauge Rss;
    public LiveGauge Vcpus;
    public LiveGauge HostCpus;
    public LiveGauge MemoryMaximum;
    public LiveGauge Balloon;
    public LiveRate SwapIn;
    public LiveRate SwapOut;
    public LiveRate MajorFaults;
    public LiveGauge GuestTotal;
    public LiveGauge GuestUsable;
    public LiveGauge GuestTold;
    public MemoryFreshness Freshness;
    public int FreshnessEpoch;
    public UnknownReason MemoryIsStale = UnknownReason.NotSampled;
    public List<DeviceSlot> Disks { get; } = [];
    public List<DeviceSlot> Interfaces { get; } = [];
}

/// <summary>What is remembered of one storage pool.</summary>
internal sealed class PoolSlot(Subject subject) : FigureSlot(subject)
{
    public LiveGauge Active;
    public LiveGauge Capacity;
    public LiveGauge Allocation;
    public LiveGauge Available;
}

/// <summary>What is remembered of the host.</summary>
internal sealed class HostSlot
{
    public LiveRate User;
    public LiveRate System;
    public LiveRate Idle;
    public LiveRate IoWait;
    public LiveRate Steal;
    public LiveGauge MemoryTotal;
    public LiveGauge MemoryAvailable;

    /// <summary>Newest tick that had a value of it; milliseconds since 1970 UTC.</summary>
    public long UpdatedUnixMs { get; set; }
}
