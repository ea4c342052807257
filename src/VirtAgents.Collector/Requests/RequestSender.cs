using System.Collections.Immutable;
using VirtAgents.Collector.Control;
using VirtAgents.Collector.Directives;
using VirtAgents.Collector.Fleet;
using VirtAgents.Core.Directives;

namespace VirtAgents.Collector.Requests;

/// <summary>
/// Sends the directive of a request. It is recorded in one transaction with the mark that it was sent, so that no VM is started twice,
/// whenever the collector dies.
/// </summary>
internal sealed partial class RequestSender(DirectiveLedger ledger, DirectiveLinks links, TimeProvider time, ILogger<RequestSender> log)
{
    private static readonly DirectiveDefinition Start = DirectiveCatalogue.Find(DirectiveKind.Start)!;
    private static readonly ImmutableSortedDictionary<string, string> NoParameters = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
    private static readonly TimeSpan LongestDeadline = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan ShortestDeadline = TimeSpan.FromSeconds(1);

    /// <summary>Sends it. Where that is not possible now, as the host has too many directives that have not ended, it waits on.</summary>
    public async Task SendAsync(StartRequestRow row, HostView host, string why, CancellationToken cancellationToken)
    {
        if (host.Vms.FirstOrDefault(v => v.Info.Id.Value == row.VmId) is not { } vm)
        {
            return;
        }

        DateTimeOffset now = time.GetUtcNow();
        Guid id = Guid.CreateVersion7(now);
        string note = row.Note.Length > 0 ? $"{row.Note}; " : "";
        DirectiveDraft draft = new(
            id, Start, new(host.Host, vm.Info), NoParameters, $"{note}request {row.Id} {why}", $"queue:{row.Actor}", $"{row.VmName} runs on {row.HostName}",
            DeadlineOf(row, now.ToUnixTimeMilliseconds()), IsDryRun: false);
        Recording recording = await ledger.RecordAsync(
            draft, cancellationToken, context => RequestStore.TrySendAsync(context, row.Id, id, time.GetUtcNow().ToUnixTimeMilliseconds()));
        if (recording.Result == RecordingResult.New)
        {
            links.Wake(host.Host.Id);
            LogSent(row.Id, row.VmName, row.HostName, id);
        }
    }

    // Nothing is started after the deadline of its request.
    private static TimeSpan DeadlineOf(StartRequestRow row, long nowUnixMs)
    {
        TimeSpan left = row.DeadlineUnixMs > 0 ? TimeSpan.FromMilliseconds(row.DeadlineUnixMs - nowUnixMs) : LongestDeadline;
        return left < ShortestDeadline ? ShortestDeadline : left > LongestDeadline ? LongestDeadline : left;
    }

    [LoggerMessage(2160, LogLevel.Information, "Request {Id} starts {Vm} on {Host}: directive {Directive}")]
    private partial void LogSent(Guid id, string vm, string host, Guid directive);
}
