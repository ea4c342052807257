using System.Threading.Channels;
using VirtAgents.Collector.Control;
using VirtAgents.Collector.Directives;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Ingest;
using VirtAgents.Collector.Scheduling;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Recovery;
using RecoveryDecision = VirtAgents.Core.Scheduling.Recovery.RecoveryDecision;

namespace VirtAgents.Collector.Recovery;

/// <summary>
/// Starts VMs of hosts that are confirmed to be off elsewhere: each five seconds, and with news of directives. All of it is read from the control database each time, so a restart
/// neither forgets nor repeats.
/// </summary>
internal sealed partial class RecoveryRunner(
    RecoveryStore store, RecoveryScene scene, RecoverySender sender, RecoveryNotes notes, IFleetReader fleet, RecoveryTurn turn, PlacementTurn placement, DirectiveFeed feed, TimeProvider time, ILogger<RecoveryRunner> log)
    : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Looks at confirmed hosts soon.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    /// <summary>Ends a confirmation, and takes back what has not ended.</summary>
    /// <returns>False = it held no more.</returns>
    public async Task<bool> EndAsync(OffConfirmationRow confirmation, string why, bool isAlive, CancellationToken cancellationToken)
    {
        if (!await store.EndAsync(confirmation.Id, why, isAlive, Now, cancellationToken))
        {
            return false;
        }

        var open = (await store.UnendedAsync(cancellationToken)).Where(o => o.Row.ConfirmationId == confirmation.Id);
        await sender.TakeBackAsync(open.Select(o => o.Row), why, cancellationToken);
        await notes.TellAsync(confirmation.HostId, $"it is no longer confirmed to be off: {why}", cancellationToken);
        return true;
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        _wake.LooksAsync(() => turn.RunAsync(() => LookAsync(stoppingToken), stoppingToken), LogNotLooked, stoppingToken), _wake.TicksAsync(Period, time, stoppingToken), _wake.SignalsAsync(feed, stoppingToken));

    private async Task<bool> LookAsync(CancellationToken cancellationToken)
    {
        await FollowAsync(cancellationToken);
        IReadOnlyList<OffConfirmationRow> confirmations = await store.PresentAsync(cancellationToken);
        if (confirmations.Count == 0)
        {
            return false;
        }

        return await placement.RunAsync(() => LookAtAsync(confirmations, cancellationToken), cancellationToken);
    }

    private async Task<bool> LookAtAsync(IReadOnlyList<OffConfirmationRow> confirmations, CancellationToken cancellationToken)
    {
        IReadOnlyList<HostView> hosts = await fleet.HostsAsync(cancellationToken);
        HashSet<Guid> confirmed = [.. confirmations.Where(c => c.IsOpen).Select(c => c.HostId)];
        foreach (OffConfirmationRow confirmation in confirmations)
        {
            if (hosts.FirstOrDefault(h => h.Host.Id.Value == confirmation.HostId) is { } host)
            {
                await LookAtAsync(confirmation, host, hosts, confirmed, cancellationToken);
            }
        }

        return true;
    }

    private async Task LookAtAsync(OffConfirmationRow confirmation, HostView host, IReadOnlyList<HostView> hosts, HashSet<Guid> confirmed, CancellationToken cancellationToken)
    {
        if (host.Signs.WhyAlive is { } alive)
        {
            await EndAsync(confirmation, alive, isAlive: true, cancellationToken);
            await store.CloseOutageAsync(confirmation.HostId, cancellationToken);
        }
        else if (confirmation.IsOpen)
        {
            await ServeAsync(confirmation, (await scene.JudgeAsync(host, hosts, confirmed, cancellationToken)).Decisions, cancellationToken);
        }
    }

    private async Task ServeAsync(OffConfirmationRow confirmation, IReadOnlyList<RecoveryDecision> decisions, CancellationToken cancellationToken)
    {
        foreach (RecoveryDecision decision in decisions.Where(d => d.Action == RecoveryAction.Start))
        {
            if (await sender.SendAsync(decision, confirmation, cancellationToken) is { } id)
            {
                await notes.TellAsync(confirmation.HostId, $"{decision.Vm.Info.Name} is started on {decision.Target!.Name}, directive {id}", cancellationToken);
            }
        }
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        foreach ((RecoveryRow row, Guid from, DirectiveNow? directive) in await store.UnendedAsync(cancellationToken))
        {
            DirectiveState state = directive?.State ?? DirectiveState.None;
            if ((directive is null || DirectiveLife.IsEnded(state)) && await store.ConcludeAsync(row.DirectiveId, state, directive?.Detail ?? "", Now, cancellationToken))
            {
                await notes.TellAsync(from, $"{row.VmName} on {row.HostName}: {state.ToString().ToLowerInvariant()}, {directive?.Detail}", cancellationToken);
            }
        }
    }

    [LoggerMessage(2184, LogLevel.Error, "Hosts that are confirmed to be off could not be looked at; it is tried again every five seconds: {Problem}")]
    private partial void LogNotLooked(string problem);
}
