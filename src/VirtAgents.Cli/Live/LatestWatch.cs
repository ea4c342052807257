using System.Runtime.CompilerServices;
using VirtAgents.Cli.Connection;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Live;

/// <summary>Summaries of the estate without end. Once there was one, a broken stream is only an interruption.</summary>
internal static class LatestWatch
{
    /// <summary>A picture, or the reason why there is none at the moment.</summary>
    internal readonly record struct Update(WatchLatestResponse? Latest, string? Outage);

    public static async IAsyncEnumerable<Update> RunAsync(CommandContext context, WatchLatestRequest request, [EnumeratorCancellation] CancellationToken cancel)
    {
        var backoff = new Backoff(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(5));
        var wait = TimeSpan.FromMilliseconds(request.IntervalMs) + context.Settings.Timeout;
        var everSeen = false;
        while (true)
        {
            var stream = context.Client.StreamAsync(options => context.Client.Query.WatchLatest(request, options), wait, cancel).GetAsyncEnumerator(cancel);
            await using var closing = stream.ConfigureAwait(false);
            string? outage = null;
            while (outage is null)
            {
                (var latest, outage) = await NextAsync(stream, everSeen);
                if (latest is not null)
                {
                    everSeen = true;
                    backoff.Reset();
                    yield return new Update(latest, null);
                }
            }

            yield return new Update(null, outage);
            await Task.Delay(backoff.Next(), context.Environment.Time, cancel);
        }
    }

    private static async Task<Update> NextAsync(IAsyncEnumerator<WatchLatestResponse> stream, bool everSeen)
    {
        try
        {
            return await stream.MoveNextAsync() ? new Update(stream.Current, null) : new Update(null, "the collector ended the stream; connecting again");
        }
        catch (CliFailureException e) when (everSeen && CollectorFailure.IsPassing(e))
        {
            return new Update(null, e.Message);
        }
    }
}
