using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Planning;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Limits;

namespace VirtAgents.Collector.Limits;

/// <summary>What one look at limits goes by.</summary>
/// <param name="Hosts">All hosts.</param>
/// <param name="ComingBack">Clusters whose hosts are not all heard of again since the collector started.</param>
/// <param name="HeldBecause">Why nothing may be begun; null = it may.</param>
/// <param name="NowUnixMs">Now; milliseconds since 1970 UTC.</param>
internal record LimitView(IReadOnlyList<HostView> Hosts, IReadOnlySet<string> ComingBack, string? HeldBecause, long NowUnixMs)
{
    /// <summary>Whether directives may be sent to a host now.</summary>
    public bool MayAct(HostView host) => HeldBecause is null && !ComingBack.Contains(host.Cluster) && LiveEstate.WhyOutOfSight(host) is null;

    /// <summary>The host that a VM is on for certain; null = it is not known.</summary>
    public HostView? HostOf(VmId vm)
    {
        HostView[] having = [.. Hosts.Where(h => h.Vms.Any(v => v.Info.Id == vm && v.State is not (VmState.Gone or VmState.MigratedAway)))];
        HostView[] running = having.Length > 1 ? [.. having.Where(h => h.Vms.Any(v => v.Info.Id == vm && v.State is VmState.Running or VmState.Paused))] : having;
        return running.Length == 1 && LiveEstate.WhyOutOfSight(running[0]) is null ? running[0] : null;
    }

    /// <summary>What is in force where a limit of ours was set; 0 = none, null = unknown.</summary>
    public long? InForce(HeldLimit limit) => Find(limit.Vm) is { } vm ? LimitForm.Of(limit.Resource).InForce(vm, limit.Device) : null;

    /// <summary>A VM as the host that it is on for certain lists it; null = it is not known.</summary>
    public VmInfo? Find(VmId vm) => HostOf(vm)?.Vms.First(v => v.Info.Id == vm).Info;

    /// <summary>A limit as it goes on.</summary>
    /// <param name="limit">The limit.</param>
    /// <param name="directives">Directives of limits that are being set or taken back.</param>
    public HeldLimit Next(HeldLimit limit, IReadOnlyDictionary<Guid, DirectiveNow> directives)
    {
        DirectiveNow? directive = directives.TryGetValue(limit.Directive, out DirectiveNow known) ? known : null;
        return IsGone(limit) ? limit.End(LimitStage.Ended, "its VM is gone") : LimitFollower.Next(limit, directive, InForce(limit), NowUnixMs);
    }

    /// <summary>Whether no host has the VM, and all are in sight.</summary>
    private bool IsGone(HeldLimit limit) => Hosts.All(h => LiveEstate.WhyOutOfSight(h) is null && h.Vms.All(v => v.Info.Id != limit.Vm || v.State == VmState.Gone));
}
