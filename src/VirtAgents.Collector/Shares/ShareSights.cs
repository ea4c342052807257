using System.Collections.Immutable;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Limits;
using VirtAgents.Collector.Planning;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Limits;
using VirtAgents.Core.Scheduling.Shares;

namespace VirtAgents.Collector.Shares;

/// <summary>A place that a rule is about, as it is seen.</summary>
internal sealed record PlaceSight(SharePlace Place, ShareSight Sight);

/// <summary>Reads what is used of places and by whom from the store: a query for each metric, whatever the number of hosts.</summary>
internal sealed class ShareSights(LimitRates read)
{
    private const double WholeCpu = 100;

    /// <summary>A quota that stops a VM for so much of the time of one vCPU is felt.</summary>
    private const double FeltSeconds = 0.05;

    private const double Nanosecond = 1e-9;

    /// <summary>Looks at places.</summary>
    public async Task<IReadOnlyList<PlaceSight>> ReadAsync(IEnumerable<SharePlace> places, IReadOnlyList<HostView> hosts, CancellationToken cancellationToken)
    {
        HashSet<VmId> uncertain = [.. hosts.SelectMany(h => h.Vms).Where(IsRunning).CountBy(v => v.Info.Id).Where(v => v.Value > 1).Select(v => v.Key)];
        List<PlaceSight> sights = [];
        foreach (IGrouping<LimitedResource, SharePlace> some in places.GroupBy(p => p.Rule.Resource))
        {
            LimitForm form = LimitForm.Of(some.Key);
            LimitMeter meter = LimitMeter.Of(some.Key);
            Seen seen = new(meter, form, await RatesAsync(meter, form, [.. some.SelectMany(p => p.Hosts).DistinctBy(h => h.Host.Id)], cancellationToken), uncertain);
            sights.AddRange(some.Select(p => new PlaceSight(p, SightOf(p, seen))));
        }

        return sights;
    }

    private static bool IsRunning(VmView vm) => vm.State == VmState.Running;

    // Nothing but its takers tells how much of a pool is used, so those of whom it is not certain that they stand still count too.
    private static bool MayUse(VmView vm, ShareRule rule) => IsRunning(vm) || (rule.IsOfPools && vm.State is VmState.ShuttingDown or VmState.Stuck or VmState.Unknown);

    private static ShareSight SightOf(SharePlace place, Seen seen)
    {
        Dictionary<HostId, string> unable = place.Hosts.Select(h => (h.Host.Id, Why: WhyUnable(h, seen.Form))).Where(h => h.Why is not null).ToDictionary(h => h.Id, h => h.Why!);
        ImmutableArray<ShareTaker> takers =
        [
            .. place.Hosts.SelectMany(h => h.Vms.Where(v => MayUse(v, place.Rule)).SelectMany(v => place.DevicesOf(v.Info).Select(d => TakerOf(h, v, d, unable, seen))))
                .DistinctBy(t => (t.Vm, t.Device)),
        ];
        double? used = place.Rule.IsOfPools ? takers.Aggregate((double?)0, (sum, taker) => sum + taker.Used) : seen.Meter.UsedOf(seen.Rates, place.Hosts[0].Host.Id.Value, place.Rule.Place);
        bool isAll = unable.Count == place.Hosts.Length;
        return new(place.Text, place.Capacity, used, takers)
        {
            WhyNot = place.Hosts.Select(h => WhyNot(h, LiveEstate.WhyOutOfSight(h))).Concat(place.Hosts.Select(h => WhyNot(h, isAll ? unable[h.Host.Id] : null))).FirstOrDefault(w => w is not null),
            Note = isAll ? "" : string.Concat(place.Hosts.Where(h => unable.ContainsKey(h.Host.Id)).Select(h => $"; no limits there, {WhyNot(h, unable[h.Host.Id])}")),
        };
    }

    private static ShareTaker TakerOf(HostView host, VmView vm, string device, Dictionary<HostId, string> unable, Seen seen)
    {
        VmInfo info = vm.Info;
        bool isCertain = IsRunning(vm) && !seen.Uncertain.Contains(info.Id) && !unable.ContainsKey(host.Host.Id);
        ShareTaker taker = new(info.Id, info.Name, info.Tenant, device, seen.Meter.UsedBy(seen.Rates, info.Id.Value, device), isCertain ? seen.Form.InForce(info, device) : null) { Host = host.Host.Id };
        return seen.Form.Resource != LimitedResource.Cpu ? taker
            : info.VcpuCount == 0 ? taker with { InForce = null } // nobody knows what a quota would be of
            : taker with
            {
                PerUnit = info.VcpuCount / WholeCpu,
                FreeFrom = (long)WholeCpu,
                IsHeldBack = seen.Rates.GetValueOrDefault((Metric.VmCpuThrottled, info.Id.Value, device)) * Nanosecond >= FeltSeconds,
            };
    }

    private static string? WhyNot(HostView host, string? why) => why is null ? null : $"host {host.Host.Name}: {why}";

    private static string? WhyUnable(HostView host, LimitForm form) => host.Acting is not { } acting ? null
        : acting.IsDraining ? "it is being drained"
        : acting.WhyNot(form);

    private Task<Dictionary<(MetricId Metric, Guid Owner, string Device), double?>> RatesAsync(LimitMeter meter, LimitForm form, HostView[] hosts, CancellationToken cancellationToken)
    {
        Guid[] owners = [.. hosts.Select(h => h.Host.Id.Value)], vms = [.. hosts.SelectMany(h => h.Vms).Select(v => v.Info.Id.Value).Distinct()];
        MetricId[] ofVms = meter.Resource == LimitedResource.Cpu ? [.. meter.Takers, Metric.VmCpuThrottled] : meter.Takers;
        return read.ReadAsync([.. meter.Places.Select(m => (m, owners)), .. ofVms.Select(m => (m, vms))], form.Window, cancellationToken);
    }

    /// <summary>What places of one resource are seen by.</summary>
    private sealed record Seen(LimitMeter Meter, LimitForm Form, Dictionary<(MetricId Metric, Guid Owner, string Device), double?> Rates, HashSet<VmId> Uncertain);
}
