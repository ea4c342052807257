using Grpc.Core;
using Grpc.Net.Client;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Connection;

/// <summary>The collector as commands see it: every call ends in time, every failure is one sentence and an exit code.</summary>
internal sealed class CollectorClient : IDisposable
{
    // Generous: the collector limits its answers by points and pages, and the tool must not be the stricter side.
    private const int LargestAnswerBytes = 256 * 1024 * 1024;

    private readonly CommonSettings _settings;
    private readonly TimeProvider _time;
    private readonly SocketsHttpHandler _handler;
    private readonly GrpcChannel _channel;

    public CollectorClient(CommonSettings settings, TimeProvider time)
    {
        _settings = settings;
        _time = time;
        _handler = new SocketsHttpHandler
        {
            // A collector that vanishes without closing shows within a quarter of a minute while events are followed.
            KeepAlivePingDelay = TimeSpan.FromSeconds(10),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(5),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            ConnectTimeout = settings.Timeout,
            EnableMultipleHttp2Connections = true,
            UseProxy = false,
        };
        if (settings.CaFile is { } file)
        {
            _handler.SslOptions.CertificateChainPolicy = TrustedAuthority.PolicyFrom(file);
        }

        _channel = GrpcChannel.ForAddress(settings.Collector, new GrpcChannelOptions { HttpHandler = _handler, MaxReceiveMessageSize = LargestAnswerBytes });
        Query = new QueryService.QueryServiceClient(_channel);
        Events = new EventService.EventServiceClient(_channel);
        Directives = new DirectiveService.DirectiveServiceClient(_channel);
        Incidents = new IncidentService.IncidentServiceClient(_channel);
        Remediation = new RemediationService.RemediationServiceClient(_channel);
        IncidentHistory = new IncidentHistoryService.IncidentHistoryServiceClient(_channel);
        Planning = new PlanningService.PlanningServiceClient(_channel);
        Scheduling = new SchedulingService.SchedulingServiceClient(_channel);
        Requests = new QueueService.QueueServiceClient(_channel);
        Shares = new ShareService.ShareServiceClient(_channel);
        Recovery = new RecoveryService.RecoveryServiceClient(_channel);
    }

    public QueryService.QueryServiceClient Query { get; }

    public EventService.EventServiceClient Events { get; }

    public DirectiveService.DirectiveServiceClient Directives { get; }

    public IncidentService.IncidentServiceClient Incidents { get; }

    public RemediationService.RemediationServiceClient Remediation { get; }

    public IncidentHistoryService.IncidentHistoryServiceClient IncidentHistory { get; }

    public PlanningService.PlanningServiceClient Planning { get; }

    public SchedulingService.SchedulingServiceClient Scheduling { get; }

    public QueueService.QueueServiceClient Requests { get; }

    public ShareService.ShareServiceClient Shares { get; }

    public RecoveryService.RecoveryServiceClient Recovery { get; }

    public Task<T> CallAsync<T>(Func<CallOptions, AsyncUnaryCall<T>> start, CancellationToken cancel) => CallAsync(start, TimeSpan.Zero, cancel);

    /// <summary>A call whose answer the collector may reckon for a while, beside the time that any call may take.</summary>
    public async Task<T> CallAsync<T>(Func<CallOptions, AsyncUnaryCall<T>> start, TimeSpan reckoning, CancellationToken cancel)
    {
        using var deadline = new CancellationTokenSource(_settings.Timeout + reckoning, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, deadline.Token);
        try
        {
            using var call = start(new CallOptions(cancellationToken: both.Token));
            return await call.ResponseAsync;
        }
        catch (Exception e) when (IsCancelled(e) && both.IsCancellationRequested)
        {
            cancel.ThrowIfCancellationRequested();
            throw CollectorFailure.TimedOut(_settings);
        }
        catch (RpcException e)
        {
            throw CollectorFailure.From(e, _settings);
        }
    }

    /// <summary>Messages of a stream. The first one, or the end, must come within <paramref name="firstWithin"/> when that is given.</summary>
    public async IAsyncEnumerable<T> StreamAsync<T>(
        Func<CallOptions, AsyncServerStreamingCall<T>> start,
        TimeSpan? firstWithin,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        using var deadline = new CancellationTokenSource(firstWithin ?? Timeout.InfiniteTimeSpan, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, deadline.Token);
        using var call = start(new CallOptions(cancellationToken: both.Token));
        while (await NextAsync(call, both.Token, cancel))
        {
            deadline.CancelAfter(Timeout.InfiniteTimeSpan);
            yield return call.ResponseStream.Current;
        }
    }

    public void Dispose()
    {
        _channel.Dispose();
        _handler.Dispose();
    }

    private async Task<bool> NextAsync<T>(AsyncServerStreamingCall<T> call, CancellationToken both, CancellationToken cancel)
    {
        try
        {
            return await call.ResponseStream.MoveNext(both);
        }
        catch (Exception e) when (IsCancelled(e) && both.IsCancellationRequested)
        {
            cancel.ThrowIfCancellationRequested();
            throw CollectorFailure.TimedOut(_settings);
        }
        catch (RpcException e)
        {
            throw CollectorFailure.From(e, _settings);
        }
    }

    private static bool IsCancelled(Exception e) => e is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled };
}
