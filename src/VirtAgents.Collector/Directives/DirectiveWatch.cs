using System.Runtime.CompilerServices;
using Grpc.Core;
using VirtAgents.Collector.Control;
using VirtAgents.Collector.Ingest;
using VirtAgents.Collector.Query;
using VirtAgents.Protocol.V1;
using DirectiveState = VirtAgents.Core.Directives.DirectiveState;

namespace VirtAgents.Collector.Directives;

/// <summary>Follows directives: first as they are, then each change. No change is missed, none is told twice.</summary>
internal sealed class DirectiveWatch(DirectiveReader reader, DirectiveFeed feed, TimeProvider time)
{
    /// <summary>So many of the newest a watch begins with, after what is older and has not ended.</summary>
    public const int MostAtFirst = 1_000;

    /// <summary>Records without end, beginning with the present ones, oldest first: older ones that have not ended, then the newest.</summary>
    /// <param name="selection">Which directives.</param>
    /// <param name="onSubscribed">Called once changes are noticed and before anything is given.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    public async IAsyncEnumerable<DirectiveRecord> FollowAsync(
        DirectiveSelection selection, Func<Task> onSubscribed, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using LiveReader<DirectiveChange> live = LiveReader<DirectiveChange>.Open(feed.Subscribe, cancellationToken);
        IReadOnlyList<DirectiveRow> present = await reader.ListAsync(selection, null, MostAtFirst, withSteps: true, cancellationToken);
        if (selection.Id is { } id && present.Count == 0)
        {
            throw DirectiveRequests.NoSuch(id.ToString());
        }

        await onSubscribed();
        Dictionary<string, long> told = [];
        await foreach (DirectiveRow row in BeginAsync(selection, present, cancellationToken))
        {
            told[row.Id.ToString()] = row.Revision;
            yield return DirectiveMessages.ToMessage(row);
        }

        while (await live.NextAsync())
        {
            DirectiveChange change = live.Current;
            if (selection.Includes(change.Record) && change.Revision > told.GetValueOrDefault(change.Record.Id))
            {
                yield return change.Record;
            }

            live.Advance();
        }
    }

    /// <summary>What a watch begins with. In parts, since a fleet may have many that have not ended.</summary>
    private async IAsyncEnumerable<DirectiveRow> BeginAsync(
        DirectiveSelection selection, IReadOnlyList<DirectiveRow> newest, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long last = 0;
        IReadOnlyList<DirectiveRow> older = newest;
        while (newest.Count == MostAtFirst && older.Count == MostAtFirst)
        {
            older = await reader.OlderOpenAsync(selection, last, newest[^1].Number, MostAtFirst, cancellationToken);
            foreach (DirectiveRow row in older)
            {
                last = row.Number;
                yield return row;
            }
        }

        foreach (DirectiveRow row in newest.Reverse())
        {
            yield return row;
        }
    }

    /// <summary>The record when the directive has ended, or as it is after the wait.</summary>
    public async Task<DirectiveRecord> EndOfAsync(Guid id, TimeSpan wait, CancellationToken cancellationToken)
    {
        using CancellationTokenSource patience = new(wait, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await foreach (DirectiveRecord record in FollowAsync(new(id), () => Task.CompletedTask, either.Token))
            {
                if (Core.Directives.DirectiveLife.IsEnded((DirectiveState)record.State))
                {
                    return record;
                }
            }
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return DirectiveMessages.ToMessage((await reader.FindAsync(id, cancellationToken))!);
        }

        throw Stopping();
    }

    /// <summary>The feed ends by itself only when the collector does.</summary>
    public static QueryRefusedException Stopping() => new(StatusCode.Unavailable, "the collector is stopping; call again");
}
