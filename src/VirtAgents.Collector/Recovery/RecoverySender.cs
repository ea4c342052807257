using System.Collections.Immutable;
using VirtAgents.Collector.Control;
using VirtAgents.Collector.Directives;
using VirtAgents.Collector.Fleet;
using VirtAgents.Core.Directives;
using RecoveryDecision = VirtAgents.Core.Scheduling.Recovery.RecoveryDecision;

namespace VirtAgents.Collector.Recovery;

/// <summary>Sends the directive that starts a VM elsewhere, recorded in one transaction with the mark that it was begun; and takes such directives back.</summary>
internal sealed partial class RecoverySender(DirectiveLedger ledger, DirectiveLinks links, IFleetReader fleet, TimeProvider time, ILogger<RecoverySender> log)
{
    private static readonly DirectiveDefinition Recover = DirectiveCatalogue.Find(DirectiveKind.Recover)!;
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    /// <summary>Sends it, unless its host was heard since it was judged, its confirmation holds no more, or it was begun before.</summary>
    /// <returns>The directive; null = nothing was sent.</returns>
    public async Task<Guid?> SendAsync(RecoveryDecision decision, OffConfirmationRow confirmation, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        Guid id = Guid.CreateVersion7(now);
        ImmutableSortedDictionary<string, string> parameters = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal)
            .Add(DirectiveCatalogue.FromHost, confirmation.HostId.ToString()).Add(DirectiveCatalogue.DefinitionOf, decision.Vm.Info.DefinitionDigest!);
        DirectiveDraft draft = new(
            id, Recover, new(decision.Target!, decision.Vm.Info), parameters,
            $"host {confirmation.HostName} is off, confirmed by {confirmation.Actor}: {confirmation.Reason}; {decision.Why}", "recovery", $"{decision.Vm.Info.Name} runs on {decision.Target!.Name}", Deadline, IsDryRun: false);
        RecoveryRow row = new()
        {
            DirectiveId = id, ConfirmationId = confirmation.Id, VmId = decision.Vm.Info.Id.Value, VmName = decision.Vm.Info.Name,
            HostId = decision.Target.Id.Value, HostName = decision.Target.Name, SentUnixMs = now.ToUnixTimeMilliseconds(),
        };
        Recording recording = await ledger.RecordAsync(draft, cancellationToken, async context => await IsUnheardAsync(confirmation, cancellationToken) && await RecoveryStore.TryAddAsync(context, row));
        if (recording.Result != RecordingResult.New)
        {
            return null;
        }

        links.Wake(decision.Target.Id);
        LogSent(row.VmName, confirmation.HostName, row.HostName, id);
        return id;
    }

    /// <summary>Takes back what has not ended: hosts that have not begun it do not begin it.</summary>
    public async Task TakeBackAsync(IEnumerable<RecoveryRow> rows, string why, CancellationToken cancellationToken)
    {
        foreach (RecoveryRow row in rows)
        {
            await ledger.CancelAsync(row.DirectiveId, why, "recovery", cancellationToken);
            links.Wake(new(row.HostId));
        }
    }

    private async Task<bool> IsUnheardAsync(OffConfirmationRow confirmation, CancellationToken cancellationToken) =>
        (await fleet.HostsAsync(cancellationToken)).FirstOrDefault(h => h.Host.Id.Value == confirmation.HostId) is { } host && host.Signs.WhyAlive is null;

    [LoggerMessage(2183, LogLevel.Warning, "{Vm} of host {From}, which is confirmed to be off, is started on {Host}: directive {Directive}")]
    private partial void LogSent(string vm, string from, string host, Guid directive);
}
