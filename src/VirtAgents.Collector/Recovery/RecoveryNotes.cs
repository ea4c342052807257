using VirtAgents.Collector.Incidents;
using VirtAgents.Core.Detection.Incidents;

namespace VirtAgents.Collector.Recovery;

/// <summary>Tells in the incident of a host what people said of it, and what was begun for it.</summary>
internal sealed class RecoveryNotes(IncidentKeeper keeper)
{
    private static readonly FindingKind[] Losses = [FindingKind.HostLost, FindingKind.HostSilent, FindingKind.AgentLost];

    /// <summary>Adds to the incident whose cause is that the host is not heard; nothing where there is none.</summary>
    public async Task TellAsync(Guid host, string text, CancellationToken cancellationToken)
    {
        string id = host.ToString();
        if (keeper.Active.FirstOrDefault(i => i.Root.HostId == id && Losses.Contains(i.Root.Key.Kind)) is { } incident)
        {
            await keeper.RecordAsync(incident.Id, text, cancellationToken);
        }
    }
}
