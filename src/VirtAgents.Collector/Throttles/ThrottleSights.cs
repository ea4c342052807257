using System.Collections.Immutable;
using VirtAgents.Collector.Control;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Limits;
using VirtAgents.Collector.Query;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Detection.Remediation;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Limits;
using VirtAgents.Core.Scheduling.Shares;

namespace VirtAgents.Collector.Throttles;

/// <summary>Reads what is seen of VMs that rules may throttle.</summary>
internal sealed class ThrottleSights(ThrottleStore store, LimitRates read)
{
    private const double CoresPerUnit = 1e-9; // CPU time is counted in nanoseconds

    /// <summary>What is seen for each finding whose rule throttles; a VM that is not on one host for certain is not there.</summary>
    public async Task<IReadOnlyDictionary<FindingKey, ThrottleSight>> ReadAsync(
        RemediationPolicy policy, IEnumerable<Incident> incidents, FleetDirectory directory, long nowUnixMs, CancellationToken cancellationToken)
    {
        if (policy.Rules.All(r => r.Throttle is null))
        {
            return ImmutableDictionary<FindingKey, ThrottleSight>.Empty;
        }

        LimitView view = new([.. directory.Hosts], ImmutableHashSet<string>.Empty, null, nowUnixMs);
        Aim[] aims = [.. RemediationJudge.Candidates(policy, incidents).Select(c => AimOf(policy, c.Finding, directory, view)).OfType<Aim>()];
        TimeSpan window = policy.Rules.Select(r => r.Window).Max();
        IReadOnlyList<ThrottleRow> rows = await store.SinceAsync([.. aims.Select(a => a.Vm.Id.Value)], nowUnixMs - (long)window.TotalMilliseconds, cancellationToken);
        Dictionary<FindingKey, ThrottleSight> sights = [];
        foreach (Aim aim in aims)
        {
            ImmutableArray<PastThrottle> past = [.. rows.Where(r => r.VmId == aim.Vm.Id.Value && r.Resource == aim.Form.Resource).Select(ThrottleRows.ToPast)];
            double? used = past.Any(p => p.Settles(aim.Finding)) ? null : await UsedAsync(aim, cancellationToken);
            sights[aim.Finding.Key] = new(aim.Device, aim.InForce, used) { Past = past, WhyNot = aim.WhyNot };
        }

        return sights;
    }

    private static Aim? AimOf(RemediationPolicy policy, Finding finding, FleetDirectory directory, LimitView view)
    {
        VmId vm = Guid.TryParse(finding.Key.Element.Id, out Guid id) ? new(id) : default;
        return directory.Find(vm) is { } entry
            && policy.Rules.FirstOrDefault(r => r.IsAbout(finding.Key, entry.Vm.Info, entry.Host.Host.Name))?.Throttle is { } bounds
            && view.HostOf(vm)?.Host.Id == entry.Host.Host.Id
            ? new(finding, LimitForm.Of(bounds.Resource), entry.Host, entry.Vm.Info)
            : null;
    }

    /// <summary>What the VM uses, in the unit of its limit; null = unknown, or it does not matter, as there is a limit already.</summary>
    private async Task<double?> UsedAsync(Aim aim, CancellationToken cancellationToken)
    {
        if (aim.Device is not { } device || aim.InForce != 0)
        {
            return null;
        }

        Guid owner = aim.Vm.Id.Value;
        MetricId[] metrics = MetricsOf(aim.Form.Resource);
        TimeSpan window = aim.Form.Resource == LimitedResource.Cpu ? ShareRates.Window : ThrottleJudge.Settled; // disks are sampled in the slow tier
        var rates = await read.ReadAsync(metrics.Select(m => (m, new[] { owner })), window, cancellationToken);
        double? sum = metrics.Aggregate((double?)0, (so, metric) => so + rates.GetValueOrDefault((metric, owner, device)));
        return aim.Form.Resource != LimitedResource.Cpu ? sum
            : aim.Vm.VcpuCount > 0 ? 100 * sum * CoresPerUnit / aim.Vm.VcpuCount
            : null;
    }

    private static MetricId[] MetricsOf(LimitedResource resource) => resource switch
    {
        LimitedResource.Cpu => [Metric.VmCpuTime],
        LimitedResource.DiskOperations => [Metric.DiskReads, Metric.DiskWrites],
        _ => [Metric.DiskReadBytes, Metric.DiskWriteBytes],
    };

    /// <summary>A VM that a rule is about.</summary>
    private sealed record Aim(Finding Finding, LimitForm Form, HostView Host, VmInfo Vm)
    {
        /// <summary>The one disk in the pool of the finding; empty = the VM as a whole, null = there are none or several.</summary>
        public string? Device => Form.Resource == LimitedResource.Cpu ? "" : Vm.Disks.Where(d => d.Pool == Finding.Key.Detail).Select(d => d.Target).ToArray() is [var only] ? only : null;

        public long? InForce => Device is { } device ? Form.InForce(Vm, device) : null;

        public string? WhyNot
        {
            get
            {
                string kind = DirectiveCatalogue.Find(Form.Directive)!.Name;
                return Host.Acting!.Kinds.Contains(kind) ? null
                    : $"host {Host.Host.Name} cannot carry out {kind}: {Host.Acting.Unsupported.GetValueOrDefault(kind, "its agent does not say that it can")}";
            }
        }
    }
}
