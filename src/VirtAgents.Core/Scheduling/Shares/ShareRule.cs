using System.Collections.Immutable;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Limits;

namespace VirtAgents.Core.Scheduling.Shares;

/// <summary>Weight of VMs. A VM has the weight of the first entry that fits.</summary>
/// <param name="Vm">Glob of names; empty = any.</param>
/// <param name="Tenant">Glob of tenants; empty = any.</param>
/// <param name="Weight">Above 0.</param>
public sealed record ShareWeight(string Vm, string Tenant, double Weight);

/// <summary>How an uplink, the CPU of a host or a pool is divided when it is full.</summary>
/// <param name="Name">Name, unique in its policy; it is the owner of every limit that is set for it.</param>
/// <param name="Resource">What is divided: what VMs send or receive over the uplink, CPU time, or what their disks in the pool do.</param>
/// <param name="Mode"><see cref="ScheduleMode.Observe"/>: nothing; <see cref="ScheduleMode.Recommend"/>: told; <see cref="ScheduleMode.Auto"/>: done.</param>
/// <param name="Place">Kernel name of the host's interface, or glob of pools; empty = the host itself.</param>
/// <param name="Capacity">What it can carry in that direction, or each pool can do, each second; above 0. Nothing measures it, so the operator says it; null = what the host has, in pCPUs.</param>
public sealed record ShareRule(string Name, LimitedResource Resource, ScheduleMode Mode, string Place, double? Capacity)
{
    /// <summary>Only hosts whose name fits this glob; empty = any.</summary>
    public string Host { get; init; } = "";

    /// <summary>Only interfaces on networks or bridges that fit this glob; empty = any.</summary>
    public string Network { get; init; } = "";

    /// <summary>Use from which on it is full, and which the shares together come to; above <see cref="Until"/>, up to 1.</summary>
    public double From { get; init; } = 0.9;

    /// <summary>Use below which it has room; from 0.</summary>
    public double Until { get; init; } = 0.7;

    /// <summary>How long it must be full, or have room. 0 to 1 hour.</summary>
    public TimeSpan Hold { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Nothing is limited to less, in the unit of limits of the resource; above 0.</summary>
    public double Floor { get; init; } = Resource == LimitedResource.None ? 1 : LimitForm.Of(Resource).UsualFloor;

    /// <summary>A limit ends at the latest so long after it was set or changed; 1 minute to 1 day.</summary>
    public TimeSpan Expiry { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Weights; a VM that none fits has weight 1.</summary>
    public ImmutableArray<ShareWeight> Weights { get; init; } = [];

    /// <summary>How long a limit is left as it is before it is changed: so long as what is read may still be of before.</summary>
    public TimeSpan Rest => IsOfPools && LimitForm.Of(Resource).Window > Hold ? LimitForm.Of(Resource).Window : Hold;

    /// <summary>Whether pools are divided.</summary>
    public bool IsOfPools => Resource is LimitedResource.DiskOperations or LimitedResource.DiskBytes;

    /// <summary>Whether it is about a pool.</summary>
    public bool IsAboutPool(string pool) => IsOfPools && Fits(Place, pool);

    /// <summary>Whether it is about a host.</summary>
    public bool IsAbout(string host) => Fits(Host, host);

    /// <summary>Whether an interface takes part.</summary>
    public bool Divides(VmInterfaceInfo card) => Fits(Network, (card ?? throw new ArgumentNullException(nameof(card))).Network);

    /// <summary>Weight of a VM.</summary>
    public double WeightOf(string vm, string tenant) => Weights.FirstOrDefault(w => Fits(w.Vm, vm) && Fits(w.Tenant, tenant))?.Weight ?? 1;

    private static bool Fits(string glob, string name) => glob.Length == 0 || new NameGlob(glob).Matches(name);
}
