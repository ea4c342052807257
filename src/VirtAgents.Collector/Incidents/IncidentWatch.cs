using VirtAgents.Collector.Control;
using VirtAgents.Collector.Directives;
using VirtAgents.Collector.Ingest;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Protocol;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Collector.Incidents;

/// <summary>Follows incidents: first the active ones as they are, then each change. No change is missed.</summary>
internal sealed class IncidentWatch(IncidentReader reader, IncidentFeed feed)
{
    // So many of the newest active ones a watch begins with.
    private const int MostAtFirst = 1_000;

    /// <summary>Records without end, beginning with the active ones, oldest first. A change that was recorded while those were read may come twice.</summary>
    /// <param name="selection">Which incidents.</param>
    /// <param name="onSubscribed">Called once changes are noticed and the active ones are read, and before anything is given.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    public async IAsyncEnumerable<IncidentRecord> FollowAsync(
        IncidentSelection selection, Func<Task> onSubscribed, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using LiveReader<IncidentChange> live = LiveReader<IncidentChange>.Open(feed.Subscribe, cancellationToken);
        IReadOnlyList<IncidentRow> present = await reader.ListAsync(selection with { ActiveOnly = true }, null, MostAtFirst, cancellationToken);
        await onSubscribed();
        foreach (IncidentRow row in present.Reverse())
        {
            yield return IncidentMapping.Summary(IncidentStore.Parse(row.Document));
        }

        while (await live.NextAsync())
        {
            if (selection.Includes(live.Current.Incident))
            {
                yield return IncidentMessages.ToMessage(live.Current);
            }

            live.Advance();
        }

        throw DirectiveWatch.Stopping();
    }
}
