using Grpc.Core;

namespace VirtAgents.Cli.Connection;

/// <summary>A stream without end, over broken connections: begun anew with longer and longer pauses, each outage told once.</summary>
internal sealed class StreamFollower(CollectorClient client, TimeProvider time, Action<string> notice)
{
    private readonly Backoff _backoff = new(TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(5));
    private bool _outage;

    /// <summary>Hands on what comes until <paramref name="isEnough"/> says so, or cancelled or refused.</summary>
    /// <param name="open">Begins a stream.</param>
    /// <param name="isEnough">Takes a message; true = no more is wanted.</param>
    /// <param name="outage">What is said of an outage behind its reason.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task RunAsync<T>(Func<CallOptions, AsyncServerStreamingCall<T>> open, Func<T, bool> isEnough, string outage, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                if (await ReadStreamAsync(open, isEnough, cancel))
                {
                    return;
                }

                TellOfOutage("the collector ended the stream. ", outage);
            }
            catch (CliFailureException e) when (CollectorFailure.IsPassing(e))
            {
                TellOfOutage(e.Message + " ", outage);
            }

            await Task.Delay(_backoff.Next(), time, cancel);
        }
    }

    private async Task<bool> ReadStreamAsync<T>(Func<CallOptions, AsyncServerStreamingCall<T>> open, Func<T, bool> isEnough, CancellationToken cancel)
    {
        await foreach (var message in client.StreamAsync(open, null, cancel))
        {
            TellOfReturn();
            if (isEnough(message))
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

    private void TellOfOutage(string reason, string outage)
    {
        if (!_outage)
        {
            notice(reason + outage);
            _outage = true;
        }
    }
}
