using System.Collections.Concurrent;
using System.Diagnostics;
using Grpc.Core;
using Grpc.Net.Client;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Benchmarks;

/// <summary>How long a directive took since it was sent.</summary>
/// <param name="Answered">Until the call returned: it is recorded.</param>
/// <param name="Begun">Until a watcher heard that the agent carries it out.</param>
internal sealed record DirectiveTimes(TimeSpan Answered, TimeSpan Begun);

/// <summary>Somebody who sends directives and watches what becomes of them.</summary>
internal sealed class DirectiveLoad : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly GrpcChannel _channel;
    private readonly DirectiveService.DirectiveServiceClient _client;
    private readonly ConcurrentDictionary<string, Sent> _sent = [];
    private readonly AsyncServerStreamingCall<DirectiveRecord> _watch;
    private readonly Task _watching;

    private DirectiveLoad(GrpcChannel channel)
    {
        _channel = channel;
        _client = new(channel);
        _watch = _client.WatchDirectives(new());
        _watching = WatchAsync();
    }

    /// <summary>Watches when this returns.</summary>
    public static async Task<DirectiveLoad> ConnectAsync(string endpoint)
    {
        var load = new DirectiveLoad(GrpcChannel.ForAddress(endpoint));
        await load._watch.ResponseHeadersAsync.WaitAsync(Patience);
        return load;
    }

    /// <summary>Waits until the collector knows so many VMs.</summary>
    public async Task AreKnownAsync(int vms)
    {
        var query = new QueryService.QueryServiceClient(_channel);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        using var patience = new CancellationTokenSource(Patience);
        while ((await query.ListVmsAsync(new() { PageSize = (uint)vms }, cancellationToken: patience.Token)).Vms.Count(v => v.State == VmState.Running) < vms)
        {
            await ticks.WaitForNextTickAsync(patience.Token);
        }
    }

    /// <summary>Sends a directive and waits until its host carries it out.</summary>
    public async Task<DirectiveTimes> SendAsync(SendDirectiveRequest request)
    {
        request.Id = Guid.NewGuid().ToString();
        var sent = new Sent(Stopwatch.GetTimestamp());
        _sent[request.Id] = sent;
        await _client.SendDirectiveAsync(request);
        TimeSpan answered = Stopwatch.GetElapsedTime(sent.At);
        return new DirectiveTimes(answered, await sent.Begun.Task.WaitAsync(Patience));
    }

    public async ValueTask DisposeAsync()
    {
        _watch.Dispose();
        await _watching;
        _channel.Dispose();
    }

    private async Task WatchAsync()
    {
        try
        {
            while (await _watch.ResponseStream.MoveNext(CancellationToken.None))
            {
                Take(_watch.ResponseStream.Current);
            }
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Cancelled)
        {
            // We disposed the call.
        }
    }

    private void Take(DirectiveRecord record)
    {
        if (record.State < DirectiveStage.Accepted || !_sent.TryRemove(record.Id, out Sent? sent))
        {
            return;
        }

        if (record.State is DirectiveStage.Accepted or DirectiveStage.Running or DirectiveStage.Done)
        {
            sent.Begun.TrySetResult(Stopwatch.GetElapsedTime(sent.At));
        }
        else
        {
            sent.Begun.TrySetException(new InvalidOperationException($"{record.Kind} of {record.Vm} ended as {record.State}: {record.Detail}"));
        }
    }

    private sealed record Sent(long At)
    {
        public TaskCompletionSource<TimeSpan> Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
