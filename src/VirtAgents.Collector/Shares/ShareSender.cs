using VirtAgents.Collector.Control;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Limits;
using VirtAgents.Core.Scheduling.Limits;
using VirtAgents.Core.Scheduling.Shares;

namespace VirtAgents.Collector.Shares;

/// <summary>Sends directives of limits that divide what is full.</summary>
internal sealed class ShareSender(LimitSender limits, TimeProvider time)
{
    /// <summary>Sets or changes a limit.</summary>
    public Task SetAsync(ShareRule rule, HostView host, ShareStep step, CancellationToken cancellationToken)
    {
        Guid id = Guid.CreateVersion7(time.GetUtcNow());
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        Func<ControlContext, Task<bool>> beside = step.Limit is { } known
            ? context => ShareStore.TryChangeAsync(context, known.Id, LimitStage.InForce, row =>
            {
                (row.FormerAmount, row.Amount) = (row.Amount, step.Amount);
                (row.Stage, row.DirectiveId, row.Reason, row.ExpiresUnixMs) = (LimitStage.Setting, id, step.Reason, now + (long)rule.Expiry.TotalMilliseconds);
            })
            : context => ShareStore.TryAddAsync(context, ShareRows.Of(rule, host.Host, step, id, now));
        LimitOrder order = new(id, OwnerOf(rule.Name), rule.Resource, step.Taker!.Vm, step.Taker.Device, step.Amount, step.Limit?.Amount ?? 0, step.Reason) { Expiry = rule.Expiry };
        return limits.SendAsync(order, host, beside, cancellationToken);
    }

    /// <summary>Takes a limit back, on the host that its VM is on.</summary>
    public Task ReleaseAsync(HeldLimit limit, HostView host, ShareStep step, CancellationToken cancellationToken)
    {
        Guid id = Guid.CreateVersion7(time.GetUtcNow());
        LimitOrder order = new(id, OwnerOf(limit.Rule), limit.Resource, limit.Vm, limit.Device, 0, limit.Amount, step.Reason);
        return limits.SendAsync(
            order, host, context => ShareStore.TryChangeAsync(context, limit.Id, LimitStage.InForce, row => (row.Stage, row.DirectiveId, row.Reason) = (LimitStage.Releasing, id, step.Reason)),
            cancellationToken);
    }

    private static string OwnerOf(string rule) => $"share:{rule}";
}
