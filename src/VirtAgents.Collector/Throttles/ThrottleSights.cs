using System.Collections.Immutable;
using VirtAgents.Collector.Control;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Limits;
using VirtAgents.Collector.Query;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Detection.Remediation;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Limits;

namespace VirtAgents.Collector.Throttles;

/// <summary>Reads what is seen of VMs that rules may throttle.</summary>
internal sealed class ThrottleSights(ThrottleStore store, LimitRates read)
{
    private const double WholeCpu = 100;

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
        LimitMeter meter = LimitMeter.Of(aim.Form.Resource);
        double? used = meter.UsedBy(await read.ReadAsync(meter.Takers.Select(m => (m, new[] { owner })), aim.Form.Window, cancellationToken), owner, device);
        return aim.Form.Resource != LimitedResource.Cpu ? used
            : aim.Vm.VcpuCount > 0 ? WholeCpu * used / aim.Vm.VcpuCount
            : null;
    }

    /// <summary>A VM that a rule is about.</summary>
    private sealed record Aim(Finding Finding, LimitForm Form, HostView Host, VmInfo Vm)
    {
        /// <summary>The one disk in the pool of the finding; empty = the VM as a whole, null = there are none or several.</summary>
        public string? Device => Form.Resource == LimitedResource.Cpu ? "" : Vm.Disks.Where(d => d.Pool == Finding.Key.Detail).Select(d => d.Target).ToArray() is [var only] ? only : null;

        public long? InForce => Device is { } device ? Form.InForce(Vm, device) : null;

        public string? WhyNot => Host.Acting!.WhyNot(Form) is { } why ? $"host {Host.Host.Name}: {why}" : null;
    }
}
