using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Limits;
using VirtAgents.Collector.Planning;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Limits;
using VirtAgents.Core.Scheduling.Shares;

namespace VirtAgents.Collector.Shares;

/// <summary>An uplink that a rule is about, as it is seen.</summary>
internal sealed record UplinkSight(ShareRule Rule, HostView Host, ShareSight Sight);

/// <summary>Reads what passes over uplinks and interfaces of VMs from the store: two queries for each direction, whatever the number of hosts.</summary>
internal sealed class ShareSights(LimitRates read)
{
    private static readonly string SetLimit = DirectiveCatalogue.Find(DirectiveKind.SetNicLimit)!.Name;

    /// <summary>The uplinks of all hosts that rules are about, other than those that only observe.</summary>
    public async Task<IReadOnlyList<UplinkSight>> ReadAsync(SharePolicy policy, IReadOnlyList<HostView> hosts, CancellationToken cancellationToken)
    {
        (ShareRule Rule, HostView Host)[] wanted =
            [.. hosts.SelectMany(h => policy.RulesOf(h.Host.Name).Where(r => r.Mode != ScheduleMode.Observe).Select(r => (r, h)))];
        HashSet<VmId> uncertain = [.. hosts.SelectMany(h => h.Vms).Where(IsRunning).CountBy(v => v.Info.Id).Where(v => v.Value > 1).Select(v => v.Key)];
        List<UplinkSight> sights = [];
        foreach (IGrouping<LimitedResource, (ShareRule Rule, HostView Host)> some in wanted.GroupBy(w => w.Rule.Resource))
        {
            Dictionary<(Guid, string), double?> rates = await RatesAsync(some.Key, [.. some.Select(w => w.Host)], cancellationToken);
            sights.AddRange(some.Select(w => new UplinkSight(w.Rule, w.Host, SightOf(w.Rule, w.Host, rates, uncertain))));
        }

        return sights;
    }

    private static bool IsRunning(VmView vm) => vm.State == VmState.Running;

    private static ShareSight SightOf(ShareRule rule, HostView host, Dictionary<(Guid, string), double?> rates, HashSet<VmId> uncertain) => new(
        rates.GetValueOrDefault((host.Host.Id.Value, rule.Uplink)),
        [
            .. host.Vms.Where(IsRunning).SelectMany(v => v.Info.Interfaces.Where(rule.Divides).Select(i => new ShareNic(
                v.Info.Id, v.Info.Name, v.Info.Tenant, i.Mac, rates.GetValueOrDefault((v.Info.Id.Value, i.Mac)), uncertain.Contains(v.Info.Id) ? null : LimitForm.Of(rule.Resource).InForce(v.Info, i.Mac)))),
        ])
    {
        WhyNot = WhyNot(host) is { } why ? $"host {host.Host.Name}: {why}" : null,
    };

    private static string? WhyNot(HostView host) => LiveEstate.WhyOutOfSight(host)
        ?? (host.Acting!.IsDraining ? "it is being drained" : null)
        ?? (host.Acting.Kinds.Contains(SetLimit) ? null : $"it cannot limit interfaces: {host.Acting.Unsupported.GetValueOrDefault(SetLimit, "its agent does not say that it can")}");

    private async Task<Dictionary<(Guid, string), double?>> RatesAsync(LimitedResource resource, HostView[] hosts, CancellationToken cancellationToken)
    {
        (MetricId card, MetricId uplink) = resource == LimitedResource.NetworkIn
            ? (Metric.NetReceiveBytes, Metric.HostNetReceiveBytes)
            : (Metric.NetTransmitBytes, Metric.HostNetTransmitBytes);
        Guid[] vms = [.. hosts.SelectMany(h => h.Vms).Where(IsRunning).Select(v => v.Info.Id.Value)];
        var rates = await read.ReadAsync([(uplink, [.. hosts.Select(h => h.Host.Id.Value)]), (card, vms)], ShareRates.Window, cancellationToken);
        return rates.ToDictionary(r => (r.Key.Owner, r.Key.Device), r => r.Value);
    }
}
