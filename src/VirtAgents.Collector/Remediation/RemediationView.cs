using System.Collections.Immutable;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Incidents;
using VirtAgents.Collector.Query;
using VirtAgents.Collector.Sessions;
using VirtAgents.Collector.Throttles;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Detection.Remediation;
using VirtAgents.Core.Model;

namespace VirtAgents.Collector.Remediation;

/// <summary>What is judged by at one moment.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Incidents">Active incidents.</param>
/// <param name="Past">What rules have sent; grows with what is sent by this view.</param>
/// <param name="Directory">Hosts and VMs.</param>
/// <param name="HeldBecause">Why nothing may be sent; null = it may.</param>
/// <param name="NowUnixMs">The moment.</param>
internal sealed record RemediationView(
    RemediationPolicy Policy, ImmutableArray<Incident> Incidents, List<PastAction> Past, FleetDirectory Directory, string? HeldBecause, long NowUnixMs)
{
    /// <summary>What is seen of VMs that rules may throttle, by finding.</summary>
    public IReadOnlyDictionary<FindingKey, ThrottleSight> Throttles { get; init; } = ImmutableDictionary<FindingKey, ThrottleSight>.Empty;

    /// <summary>The VM of a finding, wherever it is now; null = it is not known.</summary>
    public VmEntry? VmOf(Finding finding) => Guid.TryParse(finding.Key.Element.Id, out Guid id) ? Directory.Find(new VmId(id)) : null;

    /// <summary>What is done about a finding.</summary>
    /// <param name="incident">Its incident.</param>
    /// <param name="finding">The finding.</param>
    /// <param name="isApproved">Whether a person has approved it.</param>
    /// <param name="shown">The limit that they were shown; null = it is none.</param>
    public RemediationDecision Decide(Incident incident, Finding finding, bool isApproved = false, long? shown = null)
    {
        VmEntry? vm = VmOf(finding);
        ThrottleSight? throttle = Throttles.GetValueOrDefault(finding.Key) is { } seen ? seen with { Shown = shown } : null;
        return RemediationJudge.Decide(
            Policy, incident, finding, vm?.Vm.Info, vm?.Vm.State ?? VmState.Unknown, vm?.Host.Host.Name ?? "", Past, NowUnixMs, HeldBecause, isApproved, throttle);
    }
}

/// <summary>Reads what is judged by.</summary>
internal sealed class RemediationScene(IncidentKeeper keeper, RemediationLedger done, IFleetReader fleet, ThrottleSights throttles, MassSilenceState mass, TimeProvider time)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    public async Task<RemediationView> ReadAsync(RemediationPolicy policy, ImmutableArray<Incident> incidents, CancellationToken cancellationToken)
    {
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        TimeSpan window = policy.Rules.Select(r => r.Window).Append(Hour).Max();
        List<PastAction> past = await done.SinceAsync(now - (long)window.TotalMilliseconds, cancellationToken);
        FleetDirectory directory = await FleetDirectory.ReadAsync(fleet, cancellationToken);
        return new(policy, incidents, past, directory, mass.Current is { Holds: true } silence ? silence.Reason : null, now)
        {
            Throttles = await throttles.ReadAsync(policy, incidents, directory, now, cancellationToken),
        };
    }

    public Task<RemediationView> ReadAsync(RemediationPolicy policy, CancellationToken cancellationToken) => ReadAsync(policy, keeper.Active, cancellationToken);
}
