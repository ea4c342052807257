using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using VirtAgents.Collector.Control;
using VirtAgents.Collector.Ingest;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;

namespace VirtAgents.Collector.Directives;

/// <summary>
/// Records directives and every step of their lives. Each change is one transaction, and watchers learn of it when it is
/// durable.
/// </summary>
internal sealed class DirectiveLedger(ControlQueue queue, DirectiveFeed feed, CollectorMetrics metrics, TimeProvider time)
{
    /// <summary>Most directives of a host that have not ended.</summary>
    public const int MostOpen = 1_000;

    /// <summary>How long after its latest end the outcome of a directive may come.</summary>
    public static readonly TimeSpan OutcomeGrace = TimeSpan.FromMinutes(15);

    // One turn of the clock ends so many; the next goes on.
    private const int ExpiryBatch = 500;

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>
    /// Records a directive, unless its id is known; what <paramref name="beside"/> changes is saved in the same transaction, and where it
    /// answers false nothing is.
    /// </summary>
    public Task<Recording> RecordAsync(DirectiveDraft draft, CancellationToken cancellationToken, Func<ControlContext, Task<bool>>? beside = null) => queue.RunAsync(
        async context =>
        {
            if (await FindAsync(context, draft.Id) is { } known)
            {
                return new Recording(RecordingResult.Known, known, null);
            }

            FreezeRow? freeze = await context.Freezes.SingleOrDefaultAsync();
            if (freeze is { IsFrozen: true } && !draft.IsDryRun)
            {
                return new Recording(RecordingResult.Frozen, null, freeze);
            }

            Guid host = draft.Target.Host.Id.Value;
            if (await context.Directives.CountAsync(d => d.IsOpen && d.HostId == host) >= MostOpen)
            {
                return new Recording(RecordingResult.TooMany, null, null);
            }

            if (beside is not null && !await beside(context))
            {
                return new Recording(RecordingResult.Overtaken, null, null);
            }

            DirectiveRow row = NewRow(draft, (await context.Directives.MaxAsync(d => (long?)d.Number) ?? 0) + 1);
            _ = DirectiveLifeline.TryStep(row, DirectiveState.Proposed, draft.Actor, draft.Reason, Now);
            context.Add(row);
            await SaveAsync(context, [row]);
            return new Recording(RecordingResult.New, row, null);
        },
        cancellationToken);

    /// <summary>What to give to the host's stream now, recorded as sent; null = nothing.</summary>
    public Task<DirectiveOrder?> SendingAsync(Guid id, long epoch, CancellationToken cancellationToken) => queue.RunAsync(
        async context =>
        {
            DirectiveRow? row = await FindAsync(context, id);
            if (row is not { IsOpen: true } || epoch == 0 || await WaitsAsync(context, row))
            {
                return null;
            }

            bool isTakenBack = row.CancelReason is not null && row.State <= DirectiveState.Sent;
            row.Epoch = epoch;
            if (row.State <= DirectiveState.Sent)
            {
                string detail = isTakenBack ? "asked whether the host has it, as it was taken back" : row.State == DirectiveState.Sent ? "sent again" : "";
                _ = DirectiveLifeline.TryStep(row, DirectiveState.Sent, DirectiveLifeline.Collector, detail, Now);
                await SaveAsync(context, [row]);
            }

            return OrderOf(row) with { DeadlineUnixMs = isTakenBack ? 1 : row.DeadlineUnixMs };
        },
        cancellationToken);

    /// <summary>Takes what the agent of a host tells.</summary>
    /// <returns>What became of it, and the directive when the host has it.</returns>
    public Task<(NewsEffect Effect, DirectiveRow? Row)> TakeAsync(HostId host, DirectiveNews news, CancellationToken cancellationToken) => queue.RunAsync<(NewsEffect, DirectiveRow?)>(
        async context =>
        {
            DirectiveRow? row = await FindAsync(context, news.Id);
            NewsEffect effect = row is null || row.HostId != host.Value ? NewsEffect.Unknown : DirectiveLifeline.Take(row, news, Now);
            if (effect is NewsEffect.Recorded or NewsEffect.Late)
            {
                await SaveAsync(context, [row!]);
            }

            metrics.DirectiveNews(effect.ToString());
            return (effect, effect == NewsEffect.Unknown ? null : row);
        },
        cancellationToken);

    /// <summary>Takes a directive back: at once when no stream ever had it, else its host is to be asked.</summary>
    /// <returns>The directive and whether it had not ended; null = there is none.</returns>
    public Task<(DirectiveRow Row, bool WasOpen)?> CancelAsync(Guid id, string reason, string actor, CancellationToken cancellationToken) => queue.RunAsync<(DirectiveRow, bool)?>(
        async context =>
        {
            if (await FindAsync(context, id) is not { } row)
            {
                return null;
            }

            if (!row.IsOpen)
            {
                return (row, false);
            }

            row.CancelReason ??= reason;
            if (row.State >= DirectiveState.Sent)
            {
                DirectiveLifeline.Remark(row, actor, $"asked to take it back: {reason}", Now);
            }
            else
            {
                _ = DirectiveLifeline.TryStep(row, DirectiveState.Cancelled, actor, reason, Now);
            }

            await SaveAsync(context, [row]);
            return (row, true);
        },
        cancellationToken);

    /// <summary>Ends what waited beyond its deadline, and what nobody tells the outcome of.</summary>
    public Task<int> ExpireAsync(CancellationToken cancellationToken) => queue.RunAsync(
        async context =>
        {
            long now = Now;
            DirectiveRow[] due = await context.Directives.Include(d => d.Steps)
                .Where(d => d.IsOpen && (d.GiveUpUnixMs <= now || (d.State < DirectiveState.Sent && d.DeadlineUnixMs <= now)))
                .OrderBy(d => d.Number).Take(ExpiryBatch).ToArrayAsync();
            foreach (DirectiveRow row in due)
            {
                bool wasSent = row.State >= DirectiveState.Sent;
                _ = DirectiveLifeline.TryStep(
                    row, wasSent ? DirectiveState.Failed : DirectiveState.Expired, DirectiveLifeline.Collector,
                    wasSent ? $"outcome not known: the agent has not been heard of it since it was {row.State.ToString().ToLowerInvariant()}" : "it was never sent: its host was not connected, or acting was frozen",
                    now);
            }

            await SaveAsync(context, due);
            return due.Length;
        },
        cancellationToken);

    private static Task<DirectiveRow?> FindAsync(ControlContext context, Guid id) =>
        context.Directives.Include(d => d.Steps.OrderBy(s => s.Ordinal)).SingleOrDefaultAsync(d => d.Id == id);

    // What the host has goes on while acting is frozen; what it may not have waits, and so does what is too late.
    private async Task<bool> WaitsAsync(ControlContext context, DirectiveRow row)
    {
        if (row.State > DirectiveState.Sent || (row.State == DirectiveState.Sent && row.CancelReason is not null))
        {
            return false;
        }

        return (row.State < DirectiveState.Sent && row.DeadlineUnixMs <= Now)
            || (!row.IsDryRun && await context.Freezes.AnyAsync(f => f.IsFrozen));
    }

    /// <summary>What the host is ordered.</summary>
    public static DirectiveOrder OrderOf(DirectiveRow row) => new(
        row.Id, row.Epoch, row.DeadlineUnixMs, row.Kind, new VmId(row.VmId), ParametersOf(row), row.Reason, row.IsDryRun);

    private static ImmutableSortedDictionary<string, string> ParametersOf(DirectiveRow row) =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(row.Parameters)!.ToImmutableSortedDictionary(StringComparer.Ordinal);

    private DirectiveRow NewRow(DirectiveDraft draft, long number)
    {
        long deadline = Now + (long)draft.Deadline.TotalMilliseconds;
        return new DirectiveRow
        {
            Id = draft.Id,
            Number = number,
            Kind = draft.Definition.Kind,
            HostId = draft.Target.Host.Id.Value,
            HostName = draft.Target.Host.Name,
            VmId = draft.Target.Vm?.Id.Value ?? Guid.Empty,
            VmName = draft.Target.Vm?.Name ?? "",
            Parameters = JsonSerializer.Serialize(draft.Parameters),
            Reason = draft.Reason,
            Actor = draft.Actor,
            PredictedEffect = draft.PredictedEffect,
            DeadlineUnixMs = deadline,
            GiveUpUnixMs = deadline + (long)(DirectiveOrder.TimeAllowedFor(draft.Definition, draft.Parameters) + OutcomeGrace).TotalMilliseconds,
            IsDryRun = draft.IsDryRun,
            CreatedUnixMs = Now,
        };
    }

    private async Task SaveAsync(ControlContext context, IReadOnlyList<DirectiveRow> rows)
    {
        await context.SaveChangesAsync();
        feed.Publish([.. rows.Select(r => new DirectiveChange(r.Revision, DirectiveMessages.ToMessage(r)))]);
        foreach (DirectiveRow row in rows)
        {
            metrics.DirectiveStep(row.State.ToString());
        }
    }
}
