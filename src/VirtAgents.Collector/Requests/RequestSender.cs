using System.Collections.Immutable;
using VirtAgents.Collector.Control;
using VirtAgents.Collector.Directives;
using VirtAgents.Collector.Fleet;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;

namespace VirtAgents.Collector.Requests;

/// <summary>
/// Sends the directives of a request. It is recorded in one transaction with the mark that it was sent, so that no VM is started twice,
/// whenever the collector dies.
/// </summary>
internal sealed partial class RequestSender(DirectiveLedger ledger, DirectiveLinks links, TimeProvider time, ILogger<RequestSender> log)
{
    private const string MoveSeconds = "120";

    private static readonly DirectiveDefinition Start = DirectiveCatalogue.Find(DirectiveKind.Start)!;
    private static readonly DirectiveDefinition Migrate = DirectiveCatalogue.Find(DirectiveKind.Migrate)!;
    private static readonly ImmutableSortedDictionary<string, string> NoParameters = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
    private static readonly TimeSpan LongestDeadline = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan ShortestDeadline = TimeSpan.FromSeconds(1);

    /// <summary>Sends it. Where that is not possible now, as the host has too many directives that have not ended, it waits on.</summary>
    public async Task SendAsync(StartRequestRow row, HostView host, string why, CancellationToken cancellationToken)
    {
        Guid id = Guid.CreateVersion7(time.GetUtcNow());
        if (await RecordAsync(row, host, new(id, Start, NoParameters, why, $"{row.VmName} runs on {row.HostName}"), context => RequestStore.TrySendAsync(context, row.Id, id, time.GetUtcNow().ToUnixTimeMilliseconds()), cancellationToken))
        {
            LogSent(row.Id, row.VmName, row.HostName, id);
        }
    }

    /// <summary>Sends the move of its VM, which is off, to another host; likewise.</summary>
    public async Task MoveAsync(StartRequestRow row, HostView host, HostInfo target, string address, string why, CancellationToken cancellationToken)
    {
        Guid id = Guid.CreateVersion7(time.GetUtcNow());
        ImmutableSortedDictionary<string, string> parameters = NoParameters.Add("destination", address).Add(DirectiveCatalogue.Offline, "true").Add("timeout_seconds", MoveSeconds);
        if (await RecordAsync(row, host, new(id, Migrate, parameters, why, $"{row.VmName} is defined on {target.Name}"), context => RequestStore.TryMoveAsync(context, row.Id, id, target, why), cancellationToken))
        {
            LogMoved(row.Id, row.VmName, row.HostName, target.Name, id);
        }
    }

    /// <summary>Takes a move back: a host that has not begun it does not begin it.</summary>
    public async Task TakeBackAsync(StartRequestRow row, string why, string actor, CancellationToken cancellationToken)
    {
        await ledger.CancelAsync(row.MoveDirectiveId!.Value, why, actor, cancellationToken);
        links.Wake(new(row.HostId));
    }

    private async Task<bool> RecordAsync(StartRequestRow row, HostView host, Sending sending, Func<ControlContext, Task<bool>> mark, CancellationToken cancellationToken)
    {
        if (host.Vms.FirstOrDefault(v => v.Info.Id.Value == row.VmId) is not { } vm)
        {
            return false;
        }

        string note = row.Note.Length > 0 ? $"{row.Note}; " : "";
        DirectiveDraft draft = new(
            sending.Id, sending.Kind, new(host.Host, vm.Info), sending.Parameters, $"{note}request {row.Id} {sending.Why}", $"queue:{row.Actor}", sending.Expected,
            DeadlineOf(row, time.GetUtcNow().ToUnixTimeMilliseconds()), IsDryRun: false);
        Recording recording = await ledger.RecordAsync(draft, cancellationToken, mark);
        if (recording.Result != RecordingResult.New)
        {
            return false;
        }

        links.Wake(host.Host.Id);
        return true;
    }

    // Nothing is started after the deadline of its request.
    private static TimeSpan DeadlineOf(StartRequestRow row, long nowUnixMs)
    {
        TimeSpan left = row.DeadlineUnixMs > 0 ? TimeSpan.FromMilliseconds(row.DeadlineUnixMs - nowUnixMs) : LongestDeadline;
        return left < ShortestDeadline ? ShortestDeadline : left > LongestDeadline ? LongestDeadline : left;
    }

    [LoggerMessage(2160, LogLevel.Information, "Request {Id} starts {Vm} on {Host}: directive {Directive}")]
    private partial void LogSent(Guid id, string vm, string host, Guid directive);

    [LoggerMessage(2185, LogLevel.Information, "Request {Id} moves {Vm}, which is off, from {From} to {To}: directive {Directive}")]
    private partial void LogMoved(Guid id, string vm, string from, string to, Guid directive);

    /// <summary>What is sent.</summary>
    private sealed record Sending(Guid Id, DirectiveDefinition Kind, ImmutableSortedDictionary<string, string> Parameters, string Why, string Expected);
}
