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
            Seen seen = new(LimitMeter.Of(some.Key), LimitForm.Of(some.Key), await RatesAsync(LimitMeter.Of(some.Key), [.. some.Select(p => p.Host)], cancellationToken), uncertain);
            sights.AddRange(some.Select(p => new PlaceSight(p, SightOf(p, seen))));
        }

        return sights;
    }

    private static bool IsRunning(VmView vm) => vm.State == VmState.Running;

    private static ShareSight SightOf(SharePlace place, Seen seen) => new(
        place.Name, place.Capacity, seen.Meter.UsedOf(seen.Rates, place.Host.Host.Id.Value, place.Rule.Place),
        [.. place.Host.Vms.Where(IsRunning).SelectMany(v => place.DevicesOf(v.Info).Select(d => TakerOf(v.Info, d, seen)))])
    {
        WhyNot = WhyNot(place.Host, seen.Form) is { } why ? $"host {place.Host.Host.Name}: {why}" : null,
    };

    private static ShareTaker TakerOf(VmInfo vm, string device, Seen seen)
    {
        long? inForce = seen.Uncertain.Contains(vm.Id) ? null : seen.Form.InForce(vm, device);
        ShareTaker taker = new(vm.Id, vm.Name, vm.Tenant, device, seen.Meter.UsedBy(seen.Rates, vm.Id.Value, device), inForce);
        return seen.Form.Resource != LimitedResource.Cpu ? taker
            : vm.VcpuCount == 0 ? taker with { InForce = null } // nobody knows what a quota would be of
            : taker with
            {
                PerUnit = vm.VcpuCount / WholeCpu,
                FreeFrom = (long)WholeCpu,
                IsHeldBack = seen.Rates.GetValueOrDefault((Metric.VmCpuThrottled, vm.Id.Value, device)) * Nanosecond >= FeltSeconds,
            };
    }

    private static string? WhyNot(HostView host, LimitForm form) => LiveEstate.WhyOutOfSight(host)
        ?? (host.Acting!.IsDraining ? "it is being drained" : null)
        ?? host.Acting.WhyNot(form);

    private Task<Dictionary<(MetricId Metric, Guid Owner, string Device), double?>> RatesAsync(LimitMeter meter, HostView[] hosts, CancellationToken cancellationToken)
    {
        Guid[] owners = [.. hosts.Select(h => h.Host.Id.Value)], vms = [.. hosts.SelectMany(h => h.Vms).Where(IsRunning).Select(v => v.Info.Id.Value)];
        MetricId[] ofVms = meter.Resource == LimitedResource.Cpu ? [.. meter.Takers, Metric.VmCpuThrottled] : meter.Takers;
        return read.ReadAsync([.. meter.Places.Select(m => (m, owners)), .. ofVms.Select(m => (m, vms))], meter.Window, cancellationToken);
    }

    /// <summary>What places of one resource are seen by.</summary>
    private sealed record Seen(LimitMeter Meter, LimitForm Form, Dictionary<(MetricId Metric, Guid Owner, string Device), double?> Rates, HashSet<VmId> Uncertain);
}
