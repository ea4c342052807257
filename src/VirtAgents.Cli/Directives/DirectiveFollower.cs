using VirtAgents.Cli.Connection;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Directives;

/// <summary>Directives as they change, over broken streams. A new stream begins with the present records; those that are no news are left out.</summary>
internal sealed class DirectiveFollower(CollectorClient client, TimeProvider time, Action<string> notice, IEnumerable<DirectiveRecord> known)
{
    private readonly Backoff _backoff = new(TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(5));
    private readonly DirectiveNews _news = new(known);
    private bool _outage;

    /// <summary>Hands on every change until <paramref name="isEnough"/> says so, or cancelled or refused.</summary>
    public async Task RunAsync(WatchDirectivesRequest request, Func<DirectiveRecord, bool> isEnough, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                if (await ReadStreamAsync(request, isEnough, cancel))
                {
                    return;
                }

                TellOfOutage("the collector ended the stream of directives.");
            }
            catch (CliFailureException e) when (CollectorFailure.IsPassing(e))
            {
                TellOfOutage(e.Message);
            }

            await Task.Delay(_backoff.Next(), time, cancel);
        }
    }

    private async Task<bool> ReadStreamAsync(WatchDirectivesRequest request, Func<DirectiveRecord, bool> isEnough, CancellationToken cancel)
    {
        await foreach (var record in client.StreamAsync(options => client.Directives.WatchDirectives(request, options), null, cancel))
        {
            TellOfReturn();
            if (_news.Take(record) && isEnough(record))
            {
                return true;
            }
        }

        return false;
    }

    private void TellOfReturn()
    {
        _backoff.Reset();
        if (_outage)
        {
            notice("connected again.");
            _outage = false;
        }
    }

    private void TellOfOutage(string reason)
    {
        if (!_outage)
        {
            notice(reason + " Trying again; what changes meanwhile follows then. Directives go on without virtctl.");
            _outage = true;
        }
    }
}
