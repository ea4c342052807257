using Microsoft.Extensions.Logging;
using VirtAgents.Agent.Acting;
using VirtAgents.Agent.Configuration;
using VirtAgents.Agent.Sampling;
using VirtAgents.Agent.Spool;
using VirtAgents.Agent.Stream;
using VirtAgents.Agent.Witness;
using VirtAgents.Core.Model;
using VirtAgents.Hypervisors;
using VirtAgents.Protocol.V1;
using HostInfo = VirtAgents.Core.Model.HostInfo;
using SampleTier = VirtAgents.Core.Model.SampleTier;

namespace VirtAgents.Agent.Hosting;

/// <summary>The agent of one host: samples, spools and streams until it is stopped.</summary>
internal sealed partial class AgentSession : IAsyncDisposable
{
    /// <summary>Loops get this long to end after they were told to; the hypervisor may hang.</summary>
    private static readonly TimeSpan LoopBudget = TimeSpan.FromSeconds(3);

    /// <summary>Sending the rest of the spool and its acknowledgement get this long.</summary>
    private static readonly TimeSpan LinkBudget = TimeSpan.FromSeconds(7);

    private readonly ObservedHost _host;
    private readonly AgentOptions _options;
    private readonly SessionParts _parts;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _sampling = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly List<Task> _loops = [];
    private Task _linkTask = Task.CompletedTask;
    private MessageSpool? _spool;
    private CollectorLink? _link;
    private TierLoop? _fast;
    private TierLoop? _slow;
    private EventPump? _pump;
    private SpoolUpkeep? _upkeep;
    private ActingSession? _acting;
    private WitnessSession? _witness;

    public AgentSession(ObservedHost host, AgentOptions options, SessionParts parts)
    {
        (_host, _options, _parts) = (host, options, parts);
        _logger = parts.Loggers.CreateLogger("VirtAgents.Agent");
    }

    public AgentCounters Counters { get; } = new();

    /// <summary>The fast tier makes progress.</summary>
    public bool IsSampling => _fast?.IsAlive ?? true;

    /// <summary>Returns when the hypervisor has been tried once and sampling runs.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _host.Hypervisor.StartAsync(cancellationToken);
        HostInfo host = _host.Hypervisor.Inventory.Host;
        if (host.Id == default)
        {
            throw new SpoolUnusableException("this host has no identity: /etc/machine-id is missing or empty (see systemd-machine-id-setup)");
        }

        _spool = OpenSpool(host.Id);
        _upkeep = new SpoolUpkeep(_spool, _parts.Time);
        _witness = new WitnessSession(_options.Witness, new WitnessLine(host.Id, _spool.BootId), _host.Hypervisor as IDefinitionSource, _parts.Time, _parts.Loggers);
        var desk = new InventoryDesk(_spool, () => _witness.Complete(_host.Hypervisor.Inventory), Counters);
        var sampler = new Sampler(_host.Hypervisor, _spool, desk, Counters, _host.IsAlive, _parts.Time);
        sampler.RefreshInventory();
        _pump = new EventPump(_host.Hypervisor.Events, _spool, sampler.RefreshInventory, _upkeep.FlushSoon);
        _fast = OpenTier(SampleTier.Fast, _options.Sampling.FastInterval, sampler, host.Id);
        _slow = OpenTier(SampleTier.Slow, _options.Sampling.SlowInterval, sampler, host.Id);
        _acting = ActingSession.Open(_host, _options, host.Id, _parts.Time, _parts.Loggers);
        _link = OpenLink(host.Id);
        _host.SubscribeReach(_link.Wake);
        _loops.AddRange([
            Guard(_fast.RunAsync(_sampling.Token)),
            Guard(_slow.RunAsync(_sampling.Token)),
            Guard(_pump.RunAsync(_sampling.Token)),
            Guard(_upkeep.RunAsync(_sampling.Token)),
            .. _witness.Run(_sampling.Token).Select(Guard),
        ]);
        await _acting.StartAsync(cancellationToken);
        _loops.Add(Guard(_acting.RunAsync(_sampling.Token)));
        _linkTask = Guard(_link.RunAsync(_abort.Token));
    }

    /// <summary>Stops in two stages: no new samples, say what there is; when the budget is used up, end at once.</summary>
    public async Task StopAsync()
    {
        await _sampling.CancelAsync();
        await EndWithinAsync(Task.WhenAll(_loops), LoopBudget);
        await (_acting?.StopAsync() ?? Task.CompletedTask);
        _pump?.Drain();
        _spool?.Flush();
        _link?.Stop();
        if (!await EndWithinAsync(_linkTask, LinkBudget))
        {
            await _abort.CancelAsync();
            await EndWithinAsync(_linkTask, LoopBudget);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _abort.CancelAsync();
        _acting?.Dispose();
        _witness?.Dispose();
        await EndWithinAsync(_host.Control?.DisposeAsync().AsTask() ?? Task.CompletedTask, LoopBudget);
        await EndWithinAsync(_host.Hypervisor.DisposeAsync().AsTask(), LoopBudget);
        _link?.Dispose();
        _fast?.Dispose();
        _slow?.Dispose();
        _upkeep?.Dispose();
        _spool?.Dispose();
        _sampling.Dispose();
        _abort.Dispose();
    }

    private MessageSpool OpenSpool(HostId host)
    {
        var limits = new SpoolLimits(_options.Spool.MaxBytes, _options.Spool.MaxAge, _host.SpoolPath is null ? SessionParts.MemorySpoolBytes : SpoolLimits.DefaultMemoryBytes);
        ILogger logger = _parts.Loggers.CreateLogger("VirtAgents.Agent.Spool");
        return _host.SpoolPath is { } path
            ? MessageSpool.Open(path, host, limits, _parts.Time, logger)
            : MessageSpool.InMemory(host, limits, _parts.Time, logger);
    }

    private TierLoop OpenTier(SampleTier tier, TimeSpan interval, Sampler sampler, HostId host)
    {
        ClockWatch? clock = _host.WatchesClock && tier == SampleTier.Fast ? new ClockWatch(_parts.Time) : null;
        return new TierLoop(tier, interval, HostPhase.Of(host), TickAsync, Counters, _parts.Time, _logger);

        ValueTask TickAsync(CancellationToken cancellationToken)
        {
            if (clock?.Look() is { } jumped)
            {
                _pump!.Keep(jumped);
            }

            return sampler.TickAsync(tier, cancellationToken);
        }
    }

    private CollectorLink OpenLink(HostId host)
    {
        var identity = new AgentIdentity(() => _host.Hypervisor.Inventory.Host, _host.Cluster, AgentVersion.Text, _host.HostBootUnixMs);
        var settings = new LinkSettings(
            identity, _spool!, _options.Collector.Endpoints, Follow, _parts.Ready.Write, _host.Reach, HostPhase.SeedOf(host),
            new StateRepeat(_spool!, _parts.Time, _host.Hypervisor.RepeatStates), _acting!.Desk, _witness!.Desk);
        return new CollectorLink(settings, _parts.Channels, _parts.Time, _parts.Loggers.CreateLogger("VirtAgents.Agent.Link"));
    }

    private void Follow(SamplingPlan plan)
    {
        SamplingRhythm rhythm = SamplingRhythm.Within(
            _options.Sampling, TimeSpan.FromMilliseconds(plan.FastIntervalMs), TimeSpan.FromMilliseconds(plan.SlowIntervalMs));
        _fast!.SetInterval(rhythm.Fast);
        _slow!.SetInterval(rhythm.Slow);
    }

    private async Task Guard(Task loop)
    {
        try
        {
            await loop;
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
        catch (Exception e)
        {
            // The edge of the session: an agent of which a part has died without a word would be worse than none.
            LogLoopFailed(e);
            _parts.Failed();
        }
    }

    /// <summary>Waits for the end of something that was told to end; false when it took too long.</summary>
    private async Task<bool> EndWithinAsync(Task task, TimeSpan budget)
    {
        try
        {
            await task.WaitAsync(budget, _parts.Time);
            return true;
        }
        catch (TimeoutException)
        {
            LogSlowEnd(budget.TotalSeconds);
            return false;
        }
    }

    [LoggerMessage(1401, LogLevel.Critical, "A loop of the agent failed; the agent stops so that it is started anew.")]
    private partial void LogLoopFailed(Exception e);

    [LoggerMessage(1402, LogLevel.Warning, "A part of the agent did not stop within {Seconds} s and is left behind.")]
    private partial void LogSlowEnd(double seconds);
}
