using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using VirtAgents.Agent.Acting;
using VirtAgents.Agent.Configuration;
using VirtAgents.Agent.Spool;
using VirtAgents.Agent.Stream;
using VirtAgents.Agent.Witness;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Protocol;
using VirtAgents.Protocol.V1;
using HostInfo = VirtAgents.Core.Model.HostInfo;
using Inventory = VirtAgents.Core.Model.Inventory;
using SampleTier = VirtAgents.Core.Model.SampleTier;
using SubjectKind = VirtAgents.Core.Model.SubjectKind;

namespace VirtAgents.Agent.Tests.Stream;

/// <summary>A spool, what is put into it, and a link that sends it.</summary>
internal sealed class LinkBench : IAsyncDisposable
{
    public static readonly HostInfo Host = new(new HostId(new Guid("0d0c0b0a-1111-4222-8333-444455556666")), "host-1", "simulated", 4, 1L << 30, "");

    private readonly CancellationTokenSource _abort = new();
    private readonly ReportEncoder _encoder = new();
    private readonly ChannelSource _channels;
    private Task _running = Task.CompletedTask;

    public LinkBench(IReadOnlyList<Uri> endpoints, MessageSpool? spool = null, CollectorOptions? tls = null)
    {
        Spool = spool ?? MessageSpool.InMemory(Host.Id, new SpoolLimits(1 << 20, TimeSpan.FromHours(1), 1 << 20), TimeProvider.System, NullLogger.Instance);
        _channels = new ChannelSource(tls ?? new CollectorOptions(), shared: false);
        var identity = new AgentIdentity(() => Host, "berlin", "1.2.3", 42);
        Settings = new LinkSettings(identity, Spool, endpoints, Plans.Add, Connected.Add, () => Reach, 7,
            new StateRepeat(Spool, TimeProvider.System, RepeatStates), Directives, Probes);
        Link = new CollectorLink(Settings, _channels, TimeProvider.System, Log);
    }

    public ListLogger Log { get; } = new();

    public MessageSpool Spool { get; }

    public LinkSettings Settings { get; }

    public CollectorLink Link { get; }

    /// <summary>Acting is off.</summary>
    public DirectiveDesk Directives { get; } = new(
        new ActingParts(null, "acting is off: this is a test", () => PolicyState.On(HostPolicy.AllowAll), _ => null, DirectiveJournal.InMemory(TimeProvider.System, NullLogger.Instance)),
        TimeProvider.System, NullLogger.Instance);

    public ProbeDesk Probes { get; } = new(null, new HeartbeatReader([]), TimeProvider.System, NullLogger.Instance);

    public List<SamplingPlan> Plans { get; } = [];

    public List<Uri> Connected { get; } = [];

    public Reach Reach { get; set; }

    /// <summary>VMs whose states are told when they are to be told once more.</summary>
    public List<string> Vms { get; } = [];

    public int Repetitions { get; private set; }

    public LinkBench Start()
    {
        _running = Link.RunAsync(_abort.Token);
        return this;
    }

    /// <summary>Stops on purpose and waits for the end.</summary>
    public async Task StopAsync()
    {
        Link.Stop();
        await _running.Soon();
    }

    public Inventory AddInventory(int version, params string[] vms)
    {
        var inventory = new Inventory(version, Host, [.. vms.Select((name, i) => new VmInfo(i + 1, new VmId(new Guid(i + 1, 0, 0, new byte[8])), name, "", 1, 1, [], []))], [], []);
        Spool.SetInventory(version, InventoryMapping.ToWire(InventoryChange.Whole(inventory)).ToByteArray());
        return inventory;
    }

    /// <summary>Spools a report with one value of VM 1.</summary>
    public long AddReport(long value, int inventoryVersion = 1)
    {
        var samples = new SampleSet { Tier = SampleTier.Fast, TimeUnixMs = 1_000 + value, InventoryVersion = inventoryVersion };
        SampleTable table = samples.Add(SubjectKind.Vm, [Metric.VmCpuTime]);
        table.Set(table.AddRow(1), 0, value);
        return Spool.Append(RecordKind.Report, _encoder.Encode(samples, 1, keyframe: true).ToByteArray());
    }

    public long AddEvent(string evidence) => Spool.Append(
        RecordKind.Event, EventMapping.ToWire(new HostEvent(HostEventKind.VmCrashed, 5, new VmId(Guid.NewGuid()), "vm", Evidence: evidence), 0).ToByteArray());

    private void RepeatStates()
    {
        Repetitions++;
        Vms.ForEach(vm => AddEvent(vm));
    }

    public async ValueTask DisposeAsync()
    {
        await _abort.CancelAsync();
        await _running.ContinueWith(_ => { }, TaskScheduler.Default).Soon();
        Link.Dispose();
        Spool.Dispose();
        _channels.Dispose();
        _abort.Dispose();
    }
}
