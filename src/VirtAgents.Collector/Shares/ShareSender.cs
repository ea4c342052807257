using System.Collections.Immutable;
using System.Globalization;
using VirtAgents.Collector.Control;
using VirtAgents.Collector.Directives;
using VirtAgents.Collector.Fleet;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Shares;

namespace VirtAgents.Collector.Shares;

/// <summary>Sends directives of limits. Each is recorded in one transaction with the limit, so that no limit is set that would be forgotten.</summary>
internal sealed partial class ShareSender(DirectiveLedger ledger, DirectiveLinks links, TimeProvider time, ILogger<ShareSender> log)
{
    private static readonly DirectiveDefinition SetLimit = DirectiveCatalogue.Find(DirectiveKind.SetNicLimit)!;
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    /// <summary>Sets or changes a limit.</summary>
    public async Task SetAsync(ShareRule rule, HostView host, ShareStep step, CancellationToken cancellationToken)
    {
        Guid id = Guid.CreateVersion7(time.GetUtcNow());
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        Func<ControlContext, Task<bool>> beside = step.Limit is { } known
            ? context => ShareStore.TryChangeAsync(context, known.Id, LimitStage.InForce, row =>
            {
                (row.FormerBytesPerSecond, row.BytesPerSecond) = (row.BytesPerSecond, step.BytesPerSecond);
                (row.Stage, row.DirectiveId, row.Reason, row.ExpiresUnixMs) = (LimitStage.Setting, id, step.Reason, now + (long)rule.Expiry.TotalMilliseconds);
            })
            : context => ShareStore.TryAddAsync(context, ShareRows.Of(rule, host.Host, step, id, now));
        await SendAsync(id, rule.Name, rule.Resource, host, step.Nic!.Vm, step.Nic.Mac, step.Limit?.BytesPerSecond ?? 0, step, beside, cancellationToken);
    }

    /// <summary>Takes a limit back, on the host that its VM is on.</summary>
    public Task ReleaseAsync(HeldLimit limit, HostView host, ShareStep step, CancellationToken cancellationToken)
    {
        Guid id = Guid.CreateVersion7(time.GetUtcNow());
        return SendAsync(
            id, limit.Rule, limit.Resource, host, limit.Vm, limit.Mac, limit.BytesPerSecond, step,
            context => ShareStore.TryChangeAsync(context, limit.Id, LimitStage.InForce, row => (row.Stage, row.DirectiveId, row.Reason) = (LimitStage.Releasing, id, step.Reason)),
            cancellationToken);
    }

    private async Task SendAsync(
        Guid id, string rule, ShareResource resource, HostView host, VmId vm, string mac, long before, ShareStep step, Func<ControlContext, Task<bool>> beside, CancellationToken cancellationToken)
    {
        if (host.Vms.FirstOrDefault(v => v.Info.Id == vm) is not { } view)
        {
            return;
        }

        string name = resource == ShareResource.NetworkIn ? "in_bytes_per_second" : "out_bytes_per_second";
        string value = step.BytesPerSecond.ToString(CultureInfo.InvariantCulture);

        // The inventory may be some minutes behind a limit that somebody has set: the host looks once more.
        ImmutableSortedDictionary<string, string> parameters = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal)
            .Add("mac", mac).Add(name, value).Add(DirectiveCatalogue.OnlyIf + name, before.ToString(CultureInfo.InvariantCulture));
        string effect = step.BytesPerSecond == 0 ? $"{view.Info.Name} has no limit of ours any more" : $"{view.Info.Name} gets at most {value} bytes per second";
        DirectiveDraft draft = new(id, SetLimit, new(host.Host, view.Info), parameters, step.Reason, $"share:{rule}", effect, Deadline, IsDryRun: false);
        if ((await ledger.RecordAsync(draft, cancellationToken, beside)).Result == RecordingResult.New)
        {
            links.Wake(host.Host.Id);
            LogSent(rule, view.Info.Name, host.Host.Name, step.BytesPerSecond, step.Reason, id);
        }
    }

    [LoggerMessage(2170, LogLevel.Information, "Rule '{Rule}' limits {Vm} on {Host} to {BytesPerSecond} bytes per second (0 = no more): {Why}; directive {Directive}")]
    private partial void LogSent(string rule, string vm, string host, long bytesPerSecond, string why, Guid directive);
}
