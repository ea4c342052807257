using Orleans.Placement;
using VirtAgents.Collector.Configuration;
using VirtAgents.Collector.Incidents;
using VirtAgents.Collector.Ingest;
using VirtAgents.Core.Detection;
using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Detection.Patterns;
using VirtAgents.Core.Detection.Thresholds;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Storage;

namespace VirtAgents.Collector.Fleet;

/// <summary>Runs the state rules of one host and hands what they conclude to the writer, in order.</summary>
[KeepAlive]
[PreferLocalPlacement]
internal sealed class HostGrain(
    FleetMemory memory, FleetTopology topology, BatchWriter writer, VmBaselines baselines, IActiveIncidents incidents, TimeProvider time, CollectorOptions options) : Grain, IHostGrain
{
    private readonly FigureTracker _figures = new();
    private readonly ThresholdWatch _thresholds = new(options.Thresholds, ThresholdWatch.LiveStep);
    private readonly Dictionary<VmId, VmInfo> _vms = [];
    private readonly GuestWatch _guests = new(options.GuestSilence, GuestsTold(incidents));
    private UnusualVms? _unusual;
    private HostState _state = HostState.New(HostInfo.None);
    private HostSnapshot? _snapshot;
    private SessionClaim? _claim;
    private HostActing? _acting;
    private long _lastReportUnixMs;
    private BootId? _boot;
    private int _epoch;

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _unusual = options.Anomalies.IsEnabled ? new UnusualVms(baselines, new HostId(this.GetPrimaryKey()), options.Anomalies.Threshold) : null;
        if (memory.Recall(new HostId(this.GetPrimaryKey())) is { } remembered)
        {
            _snapshot = remembered.Snapshot;
            _state = Remembering.StateOf(remembered);
            Name(remembered.Snapshot.Inventory);
        }

        return Task.CompletedTask;
    }

    public async ValueTask<ClaimAnswer> ClaimAsync(SessionClaim claim)
    {
        if (_claim is { } held && held.Boot != claim.Boot && _state.Agent == AgentPresence.Connected)
        {
            return new($"host {claim.Host.Name} ({claim.Host.Id}) is held by another agent, connected from {held.Peer}; "
                + "stop that agent, or give this host an id of its own", null);
        }

        string? superseded = _claim?.SessionId;
        bool other = _claim is not null && _claim.Instance != claim.Instance;
        (_claim, _acting) = (claim, claim.Acting);
        _unusual?.TellAgain();
        _guests.TellAgain();
        _state = _state with { Host = claim.Host };
        string evidence = superseded is null ? $"from {claim.Peer}, agent {claim.AgentVersion}" : $"from {claim.Peer}, in place of an older stream";
        await ObserveAsync(new AgentOpened(Now, other, claim.Continuous, evidence), new IngestItem());
        await GrainFactory.GetGrain<IClusterGrain>(0).KnowAsync(claim.Host.Id.Value);
        return new(null, superseded);
    }

    public ValueTask InventoryAsync(InventoryMessage message)
    {
        HostSnapshot snapshot = new(_claim?.Cluster ?? "", message.Inventory, _claim?.AgentVersion ?? "", Now);
        bool changed = _snapshot is null || !Remembering.Same(_snapshot, snapshot);
        _snapshot = changed ? snapshot : _snapshot;
        Name(message.Inventory);
        topology.Put(snapshot.Cluster, message.Inventory);
        return ObserveAsync(new InventorySeen(Now, message.Inventory), new IngestItem { Snapshot = changed ? snapshot : null });
    }

    public ValueTask ReportAsync(ReportMessage message)
    {
        ReportRecord report = message.Report;
        if (_boot != report.Boot)
        {
            _boot = report.Boot;
            _epoch++;
        }

        _figures.Observe(report.Samples, report.Subjects, _epoch);
        _lastReportUnixMs = Math.Max(_lastReportUnixMs, report.Samples.TimeUnixMs);
        IngestItem item = new()
        {
            Report = report,
            Space = message.Space,
            FirstSequence = report.Sequence,
            LastSequence = report.Sequence,
            Bytes = message.Bytes,
        };
        return ObserveAsync(new ReportSeen(Now, report.Sequence, report.Samples, report.Subjects), item, report.Samples);
    }

    public ValueTask EventAsync(EventMessage message)
    {
        IngestItem item = new()
        {
            Space = message.Space,
            FirstSequence = message.Sequence,
            LastSequence = message.Sequence,
            Bytes = message.Bytes,
        };
        return ObserveAsync(new EventSeen(Now, message.Sequence, message.Event), item);
    }

    public ValueTask GapAsync(GapMessage message)
    {
        IngestItem item = new()
        {
            Space = message.Space,
            FirstSequence = message.FirstSequence,
            LastSequence = message.LastSequence,
            Bytes = message.Bytes,
        };
        long count = message.LastSequence - message.FirstSequence + 1;
        return ObserveAsync(new MessagesMissing(Now, count, message.Reason), item);
    }

    public ValueTask SilentAsync(string sessionId, string evidence) => Holds(sessionId)
        ? ObserveAsync(new HostSilent(Now, evidence), new IngestItem())
        : ValueTask.CompletedTask;

    public ValueTask JudgeAsync(HostJudgement judgement) => ObserveAsync(new HostJudged(Now, judgement.Verdict), new IngestItem());

    public ValueTask HeardAsync(string sessionId) => Holds(sessionId)
        ? ObserveAsync(new HostHeard(Now), new IngestItem())
        : ValueTask.CompletedTask;

    public ValueTask CloseAsync(string sessionId, StreamEnd end, string evidence)
    {
        if (!Holds(sessionId))
        {
            return ValueTask.CompletedTask;
        }

        _claim = null;
        return end == StreamEnd.CollectorStops
            ? ValueTask.CompletedTask
            : ObserveAsync(new AgentClosed(Now, end == StreamEnd.OnPurpose, evidence), new IngestItem());
    }

    public ValueTask SuspectUnseenAsync() => _state.Agent == AgentPresence.NotYetSeen && _snapshot is not null
        ? ObserveAsync(new HostSilent(Now, $"not heard of in the {options.Liveness.ReturnLimit.TotalSeconds:0} s since the collector started"), new IngestItem())
        : ValueTask.CompletedTask;

    public ValueTask DrainAsync(bool isDraining)
    {
        _acting = _acting is { } acting ? acting with { IsDraining = isDraining } : null;
        return ValueTask.CompletedTask;
    }

    public ValueTask<HostView?> ViewAsync() => ValueTask.FromResult(
        _claim is null && _snapshot is null ? null : HostViews.Build(_state, _snapshot, _claim, _vms, _figures, _lastReportUnixMs) with { Acting = _acting });

    private bool Holds(string sessionId) => _claim?.SessionId == sessionId;

    private async ValueTask ObserveAsync(HostInput input, IngestItem item, SampleSet? samples = null)
    {
        (HostState state, IReadOnlyList<FleetEvent> events) = StateRules.Observe(_state, input);
        _state = state;
        events = samples is { Tier: SampleTier.Slow } ? [.. events, .. CrossedAt(samples.TimeUnixMs), .. GuestsAt(samples.TimeUnixMs)] : events;
        _unusual?.Note(events);
        events = samples is not null && _unusual?.After(samples, state, _vms, _figures, Now) is { Count: > 0 } told ? [.. events, .. told.Select(Concluded)] : events;
        if (item.Space is not null || item.Snapshot is not null || events.Count > 0)
        {
            IngestItem whole = events.Count > 0 ? item with { Events = events } : item;
            if (item.Space is null)
            {
                writer.EnqueueOwn(whole);
            }
            else
            {
                writer.Enqueue(whole);
            }
        }

        foreach (FleetEvent line in events)
        {
            if (line.Event.Kind is HostEventKind.VmMigratedIn or HostEventKind.VmMigratedOut)
            {
                await GrainFactory.GetGrain<IClusterGrain>(0).MigrationAsync(new MigrationHalf(line));
            }
        }
    }

    // Once for each slow tick, which is when the slower half of the figures is new.
    private IEnumerable<FleetEvent> CrossedAt(long timeUnixMs)
    {
        if (options.Thresholds.IsEmpty)
        {
            return [];
        }

        WatchedVm[] vms = [.. _state.Vms.Values.Select(v => new WatchedVm(v.Id, v.Name, v.State, FiguresOf(v.Id)))];
        WatchedPool[] pools = [.. (_snapshot?.Inventory.Pools ?? []).Select(p => new WatchedPool(p.Name, _figures.Pool(p.Name)))];
        return _thresholds.Observe(timeUnixMs, _state.Host.Name, _figures.Host(), vms, pools).Select(Concluded);
    }

    private IEnumerable<FleetEvent> GuestsAt(long timeUnixMs) => _guests.Observe(
        timeUnixMs, _state.Vms.Values.Select(v => new WatchedGuest(v.Id, v.Name, v.State, _figures.Guest(v.Id))), vm => FiguresOf(vm).CpuPercent).Select(Concluded);

    private VmFigures FiguresOf(VmId vm) => _figures.Vm(vm, _vms.TryGetValue(vm, out VmInfo? known) ? known.VcpuCount : 0);

    // What was told before a restart of the collector is over only when it is told so.
    private static HashSet<VmId> GuestsTold(IActiveIncidents incidents) =>
    [
        .. incidents.Active.SelectMany(i => i.Findings()).Where(f => f.IsActive && f.Key.Kind == FindingKind.VmGuestHung && Guid.TryParse(f.Key.Element.Id, out _))
            .Select(f => new VmId(Guid.Parse(f.Key.Element.Id))),
    ];

    private FleetEvent Concluded(HostEvent happened) => new(
        _state.Host.Id, _state.Host.Name, happened, happened.Vm is { } vm ? _state.Vms.GetValueOrDefault(vm)?.State ?? VmState.Unknown : VmState.Unknown, Now);

    private void Name(Inventory inventory)
    {
        foreach (VmInfo vm in inventory.Vms)
        {
            _vms[vm.Id] = vm;
        }

        foreach (VmId gone in _vms.Keys.Where(v => !_state.Vms.ContainsKey(v) && !inventory.Vms.Any(i => i.Id == v)).ToArray())
        {
            _vms.Remove(gone);
            _figures.Forget(gone);
        }
    }
}
