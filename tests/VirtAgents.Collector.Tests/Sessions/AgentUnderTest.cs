using Grpc.Core;
using VirtAgents.Core.Model;
using VirtAgents.Protocol;
using VirtAgents.Protocol.V1;
using HostEvent = VirtAgents.Core.Model.HostEvent;
using Inventory = VirtAgents.Core.Model.Inventory;
using SampleTier = VirtAgents.Core.Model.SampleTier;
using SubjectKind = VirtAgents.Core.Model.SubjectKind;
using VmState = VirtAgents.Core.Model.VmState;
using VmStateReason = VirtAgents.Core.Model.VmStateReason;

namespace VirtAgents.Collector.Tests.Sessions;

/// <summary>An agent whose every message is written by the test.</summary>
internal sealed class AgentUnderTest : IDisposable
{
    private readonly AsyncDuplexStreamingCall<AgentMessage, CollectorMessage> _call;
    private readonly ReportEncoder _encoder = new();
    private readonly Guid _boot;
    private bool _first = true;

    public AgentUnderTest(AgentGateway.AgentGatewayClient client, int host, Guid boot)
    {
        (Number, _boot) = (host, boot);
        Info = new(new HostId(new Guid(host, 0, 0, new byte[8])), $"host{host}", "QEMU", 4, 1L << 33, "");
        _call = client.Connect(cancellationToken: TestContext.Current.CancellationToken);
    }

    public int Number { get; }

    public HostInfo Info { get; }

    public VmId Vm => new(new Guid(Number, 7, 7, new byte[8]));

    /// <summary>How many VMs its host has, <see cref="Vm"/> and others like it.</summary>
    public int VmCount { get; set; } = 1;

    /// <summary>Changes what it says of itself.</summary>
    public Action<Hello> Introduce { get; set; } = _ => { };

    /// <summary>Interfaces of its VM.</summary>
    public IReadOnlyList<VmInterfaceInfo> Interfaces { get; set; } = [];

    /// <summary>Storage pools of its host.</summary>
    public IReadOnlyList<PoolInfo> Pools { get; set; } = [];

    /// <summary>Volumes of these pools.</summary>
    public IReadOnlyList<VolumeInfo> Volumes { get; set; } = [];

    /// <summary>Disks of its VM.</summary>
    public IReadOnlyList<VmDiskInfo> Disks { get; set; } = [];

    /// <summary>State in which its VM is while time passes.</summary>
    public VmState State { get; set; } = VmState.Running;

    /// <summary>Changes what it tells of its VMs.</summary>
    public Func<VmInfo, VmInfo> Describe { get; set; } = vm => vm;

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public Hello Hello(ulong acked = 0)
    {
        Hello hello = UsualHello(acked);
        Introduce(hello);
        return hello;
    }

    private Hello UsualHello(ulong acked) => new()
    {
        ProtocolMin = 1,
        ProtocolMax = 1,
        Host = InventoryMapping.ToWire(Info),
        AgentVersion = "1.0",
        BootId = WireGuid.ToWire(_boot),
        InstanceId = WireGuid.ToWire(new Guid(Number, 2, 2, new byte[8])),
        AckedSequence = acked,
        Capabilities = { "start", "set_drain" },
        Unsupported = { new UnsupportedKind { Kind = "migrate", Why = "there is one host only" } },
    };

    public Inventory Inventory(long version = 1) => new(
        version, Info,
        [
            Describe(new VmInfo(1, Vm, $"vm{Number}", "", 2, 1 << 30, [.. Disks], [.. Interfaces])),
            .. Enumerable.Range(2, VmCount - 1).Select(i => Describe(new VmInfo(i, new VmId(new Guid(Number, 7, (short)(6 + i), new byte[8])), $"vm{Number}-{i}", "", 2, 1 << 30, [], []))),
        ],
        [.. Pools], [])
    {
        Volumes = [.. Volumes],
    };

    public AgentMessage Report(long sequence, VmState state = VmState.Running, long inventory = 1) =>
        Report(sequence, state, inventory, (Metric.VmBalloonCurrent, sequence));

    /// <summary>A report with the CPU time of the VM, nanoseconds, which has 2 vCPUs.</summary>
    public AgentMessage CpuReport(long sequence, long cpuTime) => Report(sequence, VmState.Running, 1, (Metric.VmCpuTime, cpuTime), (Metric.VmVcpuCount, 2));

    /// <summary>A report with the CPU time of each VM, nanoseconds; each holds 512 MiB.</summary>
    public AgentMessage LoadReport(long sequence, params long[] cpuTimes)
    {
        SampleSet samples = new() { TimeUnixMs = Time(sequence), Tier = SampleTier.Slow, InventoryVersion = 1 };
        SampleTable table = samples.Add(SubjectKind.Vm, [Metric.VmStateCode, Metric.VmCpuTime, Metric.VmVcpuCount, Metric.VmMemoryRss]);
        foreach ((int at, long cpuTime) in cpuTimes.Index())
        {
            int row = table.AddRow(at + 1);
            table.Set(row, 0, (long)VmState.Running);
            table.Set(row, 1, cpuTime);
            table.Set(row, 2, 2);
            table.Set(row, 3, 512L << 20);
        }

        return Encoded(samples, sequence);
    }

    /// <summary>A quick report with how long its host has been up.</summary>
    public AgentMessage UptimeReport(long sequence, long uptimeMs)
    {
        SampleSet samples = new() { TimeUnixMs = Time(sequence), Tier = SampleTier.Fast, InventoryVersion = 1 };
        SampleTable table = samples.Add(SubjectKind.Host, [Metric.HostUptime]);
        table.Set(table.AddRow(0), 0, uptimeMs);
        return Encoded(samples, sequence);
    }

    /// <summary>A quick report with the memory of its host of 64 GiB.</summary>
    public AgentMessage HostMemoryReport(long sequence, long availableBytes)
    {
        SampleSet samples = new() { TimeUnixMs = Time(sequence), Tier = SampleTier.Fast, InventoryVersion = 1 };
        SampleTable table = samples.Add(SubjectKind.Host, [Metric.HostMemoryTotal, Metric.HostMemoryAvailable]);
        int row = table.AddRow(0);
        table.Set(row, 0, 64L << 30);
        table.Set(row, 1, availableBytes);
        return Encoded(samples, sequence);
    }

    /// <summary>A report with the state of each VM.</summary>
    public AgentMessage StateReport(long sequence, params VmState[] states)
    {
        SampleSet samples = new() { TimeUnixMs = Time(sequence), Tier = SampleTier.Slow, InventoryVersion = 1 };
        SampleTable table = samples.Add(SubjectKind.Vm, [Metric.VmStateCode]);
        foreach ((int at, VmState state) in states.Index())
        {
            table.Set(table.AddRow(at + 1), 0, (long)state);
        }

        return Encoded(samples, sequence);
    }

    /// <summary>A report with what the operating system of the VM tells of its memory of 8 GiB.</summary>
    public AgentMessage MemoryReport(long sequence, double usedPercent) => Report(
        sequence, VmState.Running, 1, (Metric.VmMemoryAvailable, 8L << 30), (Metric.VmMemoryUsable, (long)((8L << 30) * (1 - (usedPercent / 100)))), (Metric.VmBalloonUpdated, Time(sequence) / 1_000));

    /// <summary>The same with what it swapped in and out since its boot, and the balloon, bytes.</summary>
    public AgentMessage SwapReport(long sequence, double usedPercent, long swappedBytes, long balloonBytes) => Report(
        sequence, VmState.Running, 1, (Metric.VmMemoryAvailable, 8L << 30), (Metric.VmMemoryUsable, (long)((8L << 30) * (1 - (usedPercent / 100)))), (Metric.VmBalloonUpdated, Time(sequence) / 1_000),
        (Metric.VmSwapIn, swappedBytes), (Metric.VmSwapOut, swappedBytes), (Metric.VmBalloonCurrent, balloonBytes), (Metric.VmBalloonMaximum, 16L << 30));

    /// <summary>A report with when the operating system of the VM told its memory last, and what it has written to the disk with index 90.</summary>
    public AgentMessage GuestReport(long sequence, long toldUnixSeconds, long writtenBytes)
    {
        SampleSet samples = new() { TimeUnixMs = Time(sequence), Tier = SampleTier.Slow, InventoryVersion = 1 };
        SampleTable vms = samples.Add(SubjectKind.Vm, [Metric.VmStateCode, Metric.VmBalloonUpdated]);
        int row = vms.AddRow(1);
        vms.Set(row, 0, (long)VmState.Running);
        vms.Set(row, 1, toldUnixSeconds);
        SampleTable disks = samples.Add(SubjectKind.VmDisk, [Metric.DiskReadBytes, Metric.DiskWriteBytes]);
        row = disks.AddRow(90);
        disks.Set(row, 0, 0);
        disks.Set(row, 1, writtenBytes);
        return Encoded(samples, sequence);
    }

    public static long Time(long sequence) => 1_700_000_000_000 + (sequence * 15_000);

    public AgentMessage Event(long sequence, HostEventKind kind, VmState state = VmState.Unknown, VmStateReason reason = VmStateReason.Unspecified, string device = "") =>
        new() { Event = EventMapping.ToWire(new HostEvent(kind, Time(sequence), kind < HostEventKind.HypervisorLost ? Vm : null, $"vm{Number}", device, state, reason, "test"), sequence) };

    /// <summary>Says nothing but that it is there.</summary>
    public Task BeatAsync() => SendAsync(new() { Heartbeat = new() { TimeUnixMs = Time(1) } });

    public async Task SendAsync(AgentMessage message) => await _call.RequestStream.WriteAsync(message, Cancel).WaitAsync(RunningCollector.Patience, Cancel);

    /// <summary>Says hello and sends the inventory; the welcome.</summary>
    public async Task<Welcome> OpenAsync(ulong acked = 0)
    {
        await SendAsync(new() { Hello = Hello(acked) });
        Welcome welcome = (await NextAsync()).Welcome;
        await SendInventoryAsync();
        return welcome;
    }

    public Task SendInventoryAsync(long version = 1) => SendAsync(new() { Inventory = InventoryMapping.ToWire(InventoryChange.Whole(Inventory(version))) });

    public async Task<CollectorMessage> NextAsync()
    {
        Assert.True(await _call.ResponseStream.MoveNext(Cancel).WaitAsync(RunningCollector.Patience, Cancel), "the collector ended the stream");
        return _call.ResponseStream.Current;
    }

    /// <summary>Reads until everything up to a number is acknowledged.</summary>
    public async Task AcknowledgedAsync(long sequence)
    {
        CollectorMessage message;
        do
        {
            message = await NextAsync();
        }
        while (message.Ack is null || (long)message.Ack.Sequence < sequence);

        Assert.Equal(sequence, (long)message.Ack.Sequence);
    }

    /// <summary>The same, when nobody can tell how acknowledgements are merged.</summary>
    public async Task AcknowledgedAtLeastAsync(long sequence)
    {
        CollectorMessage message;
        do
        {
            message = await NextAsync();
        }
        while (message.Ack is null || (long)message.Ack.Sequence < sequence);
    }

    /// <summary>Reads until a directive comes.</summary>
    public async Task<Directive> DirectiveAsync()
    {
        CollectorMessage message;
        do
        {
            message = await NextAsync();
        }
        while (message.Directive is null);

        return message.Directive;
    }

    /// <summary>Tells where a directive stands.</summary>
    public Task TellAsync(Directive directive, DirectiveState state, string detail = "", RefusalReason refusal = RefusalReason.Unspecified, uint percent = 0) =>
        SendAsync(new()
        {
            DirectiveUpdate = new()
            {
                DirectiveId = directive.Id, State = state, Detail = detail, Refusal = refusal, ProgressPercent = percent, TimeUnixMs = Time(1),
            },
        });

    /// <summary>Reads to the end; the status the collector ended the stream with.</summary>
    public async Task<Status> EndAsync()
    {
        try
        {
            while (await _call.ResponseStream.MoveNext(Cancel).WaitAsync(RunningCollector.Patience, Cancel))
            {
            }

            return Status.DefaultSuccess;
        }
        catch (RpcException problem)
        {
            return problem.Status;
        }
    }

    public Task CompleteAsync() => _call.RequestStream.CompleteAsync().WaitAsync(RunningCollector.Patience, Cancel);

    /// <summary>A report with samples of the test's own.</summary>
    public AgentMessage Encoded(SampleSet samples, long sequence)
    {
        Report report = _encoder.Encode(samples, sequence, _first);
        _first = false;
        return new AgentMessage { Report = report };
    }

    /// <summary>Breaks the stream.</summary>
    public void Dispose() => _call.Dispose();

    private AgentMessage Report(long sequence, VmState state, long inventory, params (MetricId Metric, long Value)[] values)
    {
        SampleSet samples = new() { TimeUnixMs = Time(sequence), Tier = SampleTier.Slow, InventoryVersion = inventory };
        SampleTable table = samples.Add(SubjectKind.Vm, [Metric.VmStateCode, .. values.Select(v => v.Metric)]);
        int row = table.AddRow(1);
        table.Set(row, 0, (long)state);
        foreach ((int at, (_, long value)) in values.Index())
        {
            table.Set(row, at + 1, value);
        }

        return Encoded(samples, sequence);
    }
}
