using Grpc.Core;
using VirtAgents.Collector.Control;
using VirtAgents.Collector.Directives;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Query;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Collector.Recovery;

/// <summary>Takes a person's word that a host is off, and answers what becomes of its VMs.</summary>
internal sealed class RecoveryRequests(RecoveryStore store, RecoveryScene scene, RecoveryRunner runner, RecoveryNotes notes, RecoveryTurn turn, IFleetReader fleet, TimeProvider time)
{
    public Task<HostRecovery> ConfirmAsync(ConfirmOffRequest request, CancellationToken cancellationToken) => turn.RunAsync(
        async () =>
        {
            (string actor, string reason) = (DirectiveFields.Actor(request.Actor), DirectiveFields.Text("reason", request.Reason));
            if (reason.Trim().Length == 0)
            {
                throw QueryRefusedException.Invalid("reason", reason, "how it is known that the host is off, such as 'power cord pulled'");
            }

            HostView host = (await FleetDirectory.ReadAsync(fleet, cancellationToken)).Host(request.Host, "host");
            if (host.Signs.WhyNotConfirmed is { } why)
            {
                throw Refused($"host: {host.Host.Name} cannot be confirmed to be off: {why}");
            }

            DateTimeOffset now = time.GetUtcNow();
            OffConfirmationRow row = new()
            {
                Id = Guid.CreateVersion7(now), HostId = host.Host.Id.Value, HostName = host.Host.Name, Actor = actor, Reason = reason, AtUnixMs = now.ToUnixTimeMilliseconds(), IsOpen = true,
            };
            if (!await store.AddAsync(row, cancellationToken))
            {
                throw Refused($"host: {host.Host.Name} is confirmed to be off already");
            }

            await notes.TellAsync(row.HostId, $"{actor} has confirmed that the host is off: {reason}", cancellationToken);
            runner.Wake();
            return await ToldAsync(host, cancellationToken);
        },
        cancellationToken);

    public Task<HostRecovery> WithdrawAsync(WithdrawOffRequest request, CancellationToken cancellationToken) => turn.RunAsync(
        async () =>
        {
            (string actor, string note) = (DirectiveFields.Actor(request.Actor), DirectiveFields.Text("note", request.Note));
            HostView host = (await FleetDirectory.ReadAsync(fleet, cancellationToken)).Host(request.Host, "host");
            string why = $"taken back by {actor}{(note.Length > 0 ? $": {note}" : "")}";
            if (await store.NewestAsync(host.Host.Id.Value, cancellationToken) is not { IsOpen: true } row || !await runner.EndAsync(row, why, isAlive: false, cancellationToken))
            {
                throw Refused($"host: {host.Host.Name} is not confirmed to be off");
            }

            return await ToldAsync(host, cancellationToken);
        },
        cancellationToken);

    public async Task<HostRecovery> GetAsync(string host, CancellationToken cancellationToken) =>
        await ToldAsync((await FleetDirectory.ReadAsync(fleet, cancellationToken)).Host(host, "host"), cancellationToken);

    private static QueryRefusedException Refused(string message) => new(StatusCode.FailedPrecondition, message);

    private async Task<HostRecovery> ToldAsync(HostView host, CancellationToken cancellationToken)
    {
        HashSet<Guid> confirmed = [.. (await store.PresentAsync(cancellationToken)).Where(c => c.IsOpen).Select(c => c.HostId)];
        RecoverySight sight = await scene.JudgeAsync(host, await fleet.HostsAsync(cancellationToken), confirmed, cancellationToken);
        return RecoveryMessages.ToMessage(host, host.Signs.WhyNotConfirmed, await store.NewestAsync(host.Host.Id.Value, cancellationToken), sight);
    }
}
