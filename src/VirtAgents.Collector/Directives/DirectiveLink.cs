using System.Collections.Concurrent;
using System.Threading.Channels;
using VirtAgents.Collector.Control;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Sessions;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Protocol;

namespace VirtAgents.Collector.Directives;

/// <summary>
/// Directives on one stream: sends each open one of the host once, and records what the agent tells. The ledger is the
/// queue, so nothing waits in memory but news on its way to it.
/// </summary>
/// <remarks>
/// Neither direction may hold back the samples of the stream. News that finds its queue full, or that the database does not
/// take, is let go and its directive sent again: the agent answers that with where it stands.
/// </remarks>
internal sealed partial class DirectiveLink(DirectiveParts parts, HostId host, SessionWriter writer) : IAsyncDisposable
{
    private const int NewsLength = 256;

    private readonly Channel<DirectiveNews> _news = Channel.CreateBounded<DirectiveNews>(new BoundedChannelOptions(NewsLength) { SingleReader = true });
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { SingleReader = true });
    private readonly ConcurrentDictionary<Guid, bool> _sent = [];
    private readonly HashSet<Guid> _takenBack = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly ILogger _log = parts.Log;
    private Task _sending = Task.CompletedTask;
    private Task _recording = Task.CompletedTask;
    private volatile bool _troubled;
    private volatile bool _closing;

    public HostId Host => host;

    /// <summary>Whether something has to be tried again.</summary>
    public bool IsTroubled => _troubled;

    public void Start()
    {
        parts.Links.Add(this);
        _sending = SendAsync(_stop.Token);
        _recording = RecordAsync();
        Wake();
    }

    /// <summary>There may be something to send. Calls before the next look count as one.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    /// <summary>Takes what the agent tells; never waits.</summary>
    public void Take(DirectiveNews news)
    {
        if (!_news.Writer.TryWrite(news))
        {
            parts.Metrics.DirectiveNews("Dropped");
            AskAgain(news.Id);
        }
    }

    /// <summary>Ends the sending at once, and the recording when what was told is recorded.</summary>
    public async ValueTask DisposeAsync()
    {
        parts.Links.Remove(this);
        _closing = true;
        _news.Writer.TryComplete();
        await _stop.CancelAsync();
        await _sending;
        await _recording;
        _stop.Dispose();
    }

    private async Task SendAsync(CancellationToken stop)
    {
        try
        {
            while (await _wake.Reader.WaitToReadAsync(stop))
            {
                _wake.Reader.TryRead(out _);
                await LookAsync(stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The stream ends.
        }
        catch (ChannelClosedException)
        {
            // The stream or the collector ends; what was not sent is sent on the next one.
        }
    }

    private async Task LookAsync(CancellationToken stop)
    {
        // Without a scheduler's epoch nothing is sent yet.
        _troubled = parts.Epoch.Current == 0;
        try
        {
            IReadOnlyList<OpenDirective> open = await parts.Reader.OpenAsync(host, stop);
            ForgetAllBut([.. open.Select(d => d.Id)]);
            foreach (OpenDirective directive in open)
            {
                await GiveAsync(directive, stop);
            }
        }
        catch (Exception problem) when (problem is not (OperationCanceledException or ChannelClosedException))
        {
            // The loop's edge: the database may answer the next time.
            _troubled = true;
            LogNotSent(problem, host);
        }
    }

    private async ValueTask GiveAsync(OpenDirective directive, CancellationToken stop)
    {
        if (!_sent.ContainsKey(directive.Id))
        {
            if (await parts.Ledger.SendingAsync(directive.Id, parts.Epoch.Current, stop) is not { } order)
            {
                return;
            }

            _sent[directive.Id] = true;
            await writer.SendAsync(new() { Directive = DirectiveMapping.ToWire(order) }, stop);
        }

        if (directive.CancelReason is { } reason && _takenBack.Add(directive.Id))
        {
            await writer.SendAsync(new() { CancelDirective = new() { DirectiveId = WireGuid.ToWire(directive.Id), Reason = reason } }, stop);
        }
    }

    private async Task RecordAsync()
    {
        await foreach (DirectiveNews news in _news.Reader.ReadAllAsync())
        {
            try
            {
                (NewsEffect effect, DirectiveRow? row) = await parts.Ledger.TakeAsync(host, news, CancellationToken.None);
                if (effect == NewsEffect.Unknown)
                {
                    LogUnknown(host, news.Id, news.State);
                }
                else if (effect == NewsEffect.Recorded && row is { Kind: DirectiveKind.SetDrain, State: DirectiveState.Done, IsDryRun: false })
                {
                    await parts.Grains.GetGrain<IHostGrain>(host.Value).DrainAsync(DirectiveLedger.OrderOf(row).Flag("drain"));
                }
            }
            catch (Exception problem)
            {
                // The loop's edge: the agent is asked again, and it knows what it told.
                LogNotRecorded(problem, host, news.Id, news.State);
                parts.Metrics.DirectiveNews("NotRecorded");
                AskAgain(news.Id);
                if (_closing)
                {
                    return;
                }
            }
        }
    }

    private void AskAgain(Guid id)
    {
        _sent.TryRemove(id, out _);
        _troubled = true;
    }

    private void ForgetAllBut(HashSet<Guid> open)
    {
        _takenBack.IntersectWith(open);
        foreach (Guid gone in _sent.Keys.Where(id => !open.Contains(id)))
        {
            _sent.TryRemove(gone, out _);
        }
    }

    [LoggerMessage(2050, LogLevel.Error, "The directives of host {HostId} could not be read or sent; it is tried again.")]
    private partial void LogNotSent(Exception problem, HostId hostId);

    [LoggerMessage(2051, LogLevel.Error, "Host {HostId} told that directive {DirectiveId} is {State}, which could not be recorded; it is asked again.")]
    private partial void LogNotRecorded(Exception problem, HostId hostId, Guid directiveId, DirectiveState state);

    [LoggerMessage(2052, LogLevel.Warning, "Host {HostId} told that directive {DirectiveId} is {State}, but it was given no such directive.")]
    private partial void LogUnknown(HostId hostId, Guid directiveId, DirectiveState state);
}
