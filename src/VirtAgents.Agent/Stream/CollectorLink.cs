using System.Security.Cryptography;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging;
using VirtAgents.Agent.Sampling;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Agent.Stream;

/// <summary>Keeps one stream to one of the collectors, for as long as the session lives.</summary>
internal sealed partial class CollectorLink : IDisposable
{
    private const int RefusalsUntilGivingUp = 3;
    private static readonly TimeSpan GoodStream = TimeSpan.FromSeconds(30);

    private readonly LinkSettings _settings;
    private readonly ChannelSource _channels;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Backoff _backoff;
    private readonly WakeSignal _wake;
    private readonly Lock _lock = new();
    private AgentStream? _stream;
    private Guid _instance = Guid.NewGuid();
    private bool _stopping;
    private int _endpoint;
    private long _refusedAt;
    private int _refusals;

    public CollectorLink(LinkSettings settings, ChannelSource channels, TimeProvider time, ILogger logger)
    {
        (_settings, _channels, _time, _logger) = (settings, channels, time, logger);
        _backoff = new Backoff(settings.Seed);
        _wake = new WakeSignal(time);
        settings.Spool.Appended += Wake;
        settings.Directives.Changed += Wake;
        settings.Probes.Changed += Wake;
    }

    /// <summary>Something changed that the stream should look at.</summary>
    public void Wake()
    {
        lock (_lock)
        {
            _stream?.Wake();
        }

        _wake.Set();
    }

    /// <summary>Says what there is to say, ends the stream on purpose and lets <see cref="RunAsync"/> return.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            _stopping = true;
            _stream?.Stop();
            _wake.Set();
        }
    }

    /// <summary>Runs until <see cref="Stop"/>, or until cancelled, which ends the stream at once.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!_stopping && !cancellationToken.IsCancellationRequested)
        {
            TimeSpan wait = await AwaitReachAsync(cancellationToken) ? await LiveAsync(cancellationToken) : TimeSpan.Zero;
            long since = _time.GetTimestamp();
            while (!_stopping && !cancellationToken.IsCancellationRequested && _time.GetElapsedTime(since) < wait)
            {
                await _wake.WaitAsync(wait - _time.GetElapsedTime(since), cancellationToken);
            }
        }
    }

    public void Dispose()
    {
        _settings.Spool.Appended -= Wake;
        _settings.Directives.Changed -= Wake;
        _settings.Probes.Changed -= Wake;
        _wake.Dispose();
    }

    /// <summary>Waits while a simulated fault keeps the agent from connecting; a host that was dead comes back as a new process.</summary>
    private async Task<bool> AwaitReachAsync(CancellationToken cancellationToken)
    {
        bool wasCut = false;
        while (!_stopping && _settings.Reach() != Reach.Open)
        {
            wasCut |= _settings.Reach() == Reach.Cut;
            await _wake.WaitAsync(TimeSpan.FromSeconds(1), cancellationToken);
        }

        _instance = wasCut ? Guid.NewGuid() : _instance;
        return !_stopping;
    }

    /// <summary>Lives one stream and returns how long to wait before the next.</summary>
    private async Task<TimeSpan> LiveAsync(CancellationToken cancellationToken)
    {
        Uri endpoint = _settings.Endpoints[_endpoint % _settings.Endpoints.Count];
        long began = _time.GetTimestamp();
        StreamEnd end = await StreamOnceAsync(endpoint, cancellationToken);
        if (end.WasWelcome && _time.GetElapsedTime(began) >= GoodStream)
        {
            _backoff.Reset();
        }

        return Judge(end, endpoint);
    }

    private async Task<StreamEnd> StreamOnceAsync(Uri endpoint, CancellationToken cancellationToken)
    {
        GrpcChannel channel;
        try
        {
            channel = _channels.Take(endpoint);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            Status status = new(StatusCode.FailedPrecondition, $"a certificate file cannot be used: {e.Message}");
            return new StreamEnd(StreamEndReason.Lost, StatusCode.Unauthenticated, "", TimeSpan.Zero, WasWelcome: false) { Cause = status };
        }

        using var stream = new AgentStream(_settings, _instance, () => Welcomed(endpoint), _time, _logger);
        Attach(stream);
        try
        {
            return await stream.RunAsync(new AgentGateway.AgentGatewayClient(channel), cancellationToken);
        }
        finally
        {
            Attach(null);
            _channels.Return(channel);
        }
    }

    private void Welcomed(Uri endpoint)
    {
        LogConnected(endpoint, _settings.Identity.Host().Name);
        _settings.Connected(endpoint);
    }

    private void Attach(AgentStream? stream)
    {
        lock (_lock)
        {
            _stream = stream;
            if (_stopping)
            {
                stream?.Stop();
            }
        }
    }

    private TimeSpan Judge(StreamEnd end, Uri endpoint)
    {
        switch (end.Reason)
        {
            case StreamEndReason.Stopped or StreamEndReason.Renewed or StreamEndReason.Cut:
                return TimeSpan.Zero;
            case StreamEndReason.Drained:
                LogDrained(endpoint, end.Detail);
                _endpoint++;
                TimeSpan backoff = _backoff.Next();
                return _settings.Endpoints.Count == 1 && end.ReconnectAfter > backoff ? end.ReconnectAfter : backoff;
            default:
                GiveUpPoison(end);
                _endpoint++;
                TimeSpan wait = _stopping ? TimeSpan.Zero : _backoff.Next();
                LogLost(endpoint, FailureHint.For(end.Cause, endpoint, _channels.ShowsCertificate), wait.TotalSeconds);
                return wait;
        }
    }

    /// <summary>
    /// A record that the collector refuses again and again would stop everything behind it for ever. After three refusals
    /// without any progress the oldest record is given up; the collector is told of the hole.
    /// </summary>
    private void GiveUpPoison(StreamEnd end)
    {
        long acked = _settings.Spool.Acked;
        bool again = end is { WasWelcome: true, Status: StatusCode.InvalidArgument } && acked == _refusedAt;
        _refusals = again ? _refusals + 1 : 1;
        _refusedAt = acked;
        if (again && _refusals >= RefusalsUntilGivingUp && _settings.Spool.TryGiveUpOldest(out long sequence))
        {
            _refusals = 0;
            LogGivenUp(sequence, RefusalsUntilGivingUp, end.Cause.Detail);
        }
    }

    [LoggerMessage(1321, LogLevel.Information, "connected to {Endpoint} as {Host}")]
    private partial void LogConnected(Uri endpoint, string host);

    [LoggerMessage(1322, LogLevel.Warning, "No stream to {Endpoint}: {Problem} (next attempt in {Seconds:F1} s, everything is spooled meanwhile)")]
    private partial void LogLost(Uri endpoint, string problem, double seconds);

    [LoggerMessage(1323, LogLevel.Information, "The collector at {Endpoint} is about to stop: {Reason}.")]
    private partial void LogDrained(Uri endpoint, string reason);

    [LoggerMessage(1324, LogLevel.Error, "Sequence {Sequence} was given up after the collector refused it {Times} times: {Problem}")]
    private partial void LogGivenUp(long sequence, int times, string problem);
}
