using Microsoft.Extensions.Time.Testing;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Ingest;
using VirtAgents.Collector.Tests.Directives;
using VirtAgents.Collector.Tests.Sessions;
using VirtAgents.Collector.Tests.Shares;
using VirtAgents.Collector.Throttles;
using VirtAgents.Core.Model;
using VirtAgents.Protocol;
using VirtAgents.Protocol.V1;
using static VirtAgents.Collector.Tests.Directives.DirectiveScene;
using HostEvent = VirtAgents.Core.Model.HostEvent;
using Inventory = VirtAgents.Core.Model.Inventory;
using SampleTier = VirtAgents.Core.Model.SampleTier;
using SubjectKind = VirtAgents.Core.Model.SubjectKind;
using VmState = VirtAgents.Core.Model.VmState;

namespace VirtAgents.Collector.Tests.Throttles;

/// <summary>
/// A whole collector and a host with one VM of 2 vCPUs and two disks, which uses what it wants as far as its limits let it; its agent does what directives say. Time goes in steps of 15 s.
/// </summary>
internal sealed class ThrottleBench(string policy) : IAsyncDisposable
{
    public const string Pool = "san";

    private const int StepSeconds = 15, Vcpus = 2;

    private static readonly string[] Kinds = ["set_cpu_quota", "set_disk_limit"];

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.FromUnixTimeMilliseconds(AgentUnderTest.Time(1)));
    private readonly Queue<Directive> _directives = [];
    private RunningCollector? _collector;
    private AgentUnderTest? _agent;
    private long _sequence;
    private double _cpuSeconds, _operations;

    public static VmId Vm { get; } = new(new Guid(1, 6, 6, new byte[8]));

    public RunningCollector Collector => _collector!;

    /// <summary>What the VM wants: percent of a pCPU for each vCPU, and operations of its disk each second.</summary>
    public (double CpuPercent, double Operations) Demand { get; set; } = (80, 1_000);

    /// <summary>Limits in force; 0 = none, null = the agent does not know.</summary>
    public long? CpuLimit { get; set; } = 0;

    public long DiskLimit { get; private set; }

    /// <summary>How the agent answers a directive; null = it does what it says.</summary>
    public DirectiveState? Answer { get; set; }

    /// <summary>Starts the collector, or another one on the same directory, and the agent.</summary>
    public async Task StartAsync()
    {
        string? directory = _collector?.Directory;
        _agent?.Dispose();
        _directives.Clear();
        if (_collector is not null)
        {
            await _collector.StopAsync();
            await _collector.DisposeAsync();
        }

        _collector = await RunningCollector.StartAsync(directory, _clock, $"Remediation:PolicyFile={policy}");
        _agent = _collector.Agent();
        _agent.Introduce = hello => hello.Capabilities.Add(Kinds);
        await _agent.SendAsync(new() { Hello = _agent.Hello((ulong)_sequence) });
        _ = await _agent.NextAsync();
        for (int step = 0; step < 3; step++)
        {
            await StepAsync();
        }
    }

    /// <summary>The VM is found to take what others wait for, or that is over.</summary>
    public void Blame(bool isOver = false, string pool = "")
    {
        long now = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        HostEvent told = new(isOver ? HostEventKind.VmNoisyNeighbourEnded : HostEventKind.VmNoisyNeighbour, now, Vm, "culprit", pool, Evidence: "told by the test");
        Collector.Part<BatchWriter>().EnqueueOwn(new IngestItem { Events = [new FleetEvent(_agent!.Info.Id, _agent.Info.Name, told, VmState.Unknown, now)] });
    }

    /// <summary>Lets time pass until it holds; the whole test fails when it never does.</summary>
    public async Task UntilAsync(Func<Task<bool>> condition, int steps = 60)
    {
        while (!await condition())
        {
            Assert.True(steps-- > 0, "it does not come");
            await StepAsync();
        }
    }

    /// <summary>15 s pass: the VM works, the agent tells, the collector looks, and the agent does what it is told.</summary>
    public async Task StepAsync()
    {
        _sequence++;
        _clock.SetUtcNow(DateTimeOffset.FromUnixTimeMilliseconds(AgentUnderTest.Time(_sequence + 1)));
        _cpuSeconds += Vcpus * StepSeconds * (CpuLimit > 0 ? Math.Min(CpuLimit.Value, Demand.CpuPercent) : Demand.CpuPercent) / 100;
        _operations += StepSeconds * (DiskLimit > 0 ? Math.Min(DiskLimit, Demand.Operations) : Demand.Operations);
        await _agent!.SendAsync(new() { Inventory = InventoryMapping.ToWire(InventoryChange.Whole(Inventory())) });
        await _agent.SendAsync(_agent.Encoded(Samples(), _sequence));
        await ReadAsync(message => message.Ack is { } ack && (long)ack.Sequence >= _sequence);
        await RunningCollector.UntilAsync(IsSeenAsync);
        await Collector.Part<ThrottleRunner>().LookAsync(RunningCollector.Cancel);
        await ObeyAsync();
    }

    public async Task<IReadOnlyList<Throttle>> ThrottlesAsync(bool ended = false) => (await Collector.Remediation.ListThrottlesAsync(new() { Ended = ended }, Call)).Throttles;

    public async Task<IReadOnlyList<DirectiveRecord>> DirectivesAsync() => (await Collector.Directives.ListDirectivesAsync(new(), Call)).Directives;

    /// <summary>What the incident tells of what was done.</summary>
    public async Task<string[]> ActedAsync()
    {
        IncidentRecord first = (await Collector.Incidents.ListIncidentsAsync(new() { Filter = new() { Kind = FindingKind.VmNoisyNeighbour } }, Call)).Incidents[0];
        IncidentRecord whole = await Collector.Incidents.GetIncidentAsync(new() { Id = first.Id }, Call);
        return [.. whole.Steps.Where(s => s.Kind == IncidentChangeKind.Acted).Select(s => s.Text)];
    }

    public async ValueTask DisposeAsync()
    {
        _agent?.Dispose();
        if (_collector is not null)
        {
            await _collector.DisposeAsync();
        }
    }

    private Inventory Inventory() => new(
        _sequence, _agent!.Info,
        [
            new VmInfo(
                1, Vm, "culprit", "", Vcpus, 1 << 30,
                [new VmDiskInfo(11, "vda", "/root.img", "local") { LimitIops = 0, LimitBytesPerSecond = 0 }, new VmDiskInfo(12, "vdb", "/data.img", Pool) { LimitIops = DiskLimit, LimitBytesPerSecond = 0 }],
                [])
            {
                CpuQuotaPercent = CpuLimit,
            },
        ],
        [], []);

    private SampleSet Samples()
    {
        SampleSet samples = new() { TimeUnixMs = AgentUnderTest.Time(_sequence + 1), Tier = SampleTier.Fast, InventoryVersion = _sequence };
        SampleTable vms = samples.Add(SubjectKind.Vm, [Metric.VmStateCode, Metric.VmCpuTime]), disks = samples.Add(SubjectKind.VmDisk, [Metric.DiskReads, Metric.DiskWrites]);
        int row = vms.AddRow(1), disk = disks.AddRow(12);
        vms.Set(row, 0, (long)VmState.Running);
        vms.Set(row, 1, (long)(_cpuSeconds * 1e9));
        disks.Set(disk, 0, (long)_operations);
        disks.Set(disk, 1, 0);
        return samples;
    }

    private async Task<bool> IsSeenAsync()
    {
        HostView host = await Collector.HostAsync();
        return host.Vms.FirstOrDefault(v => v.Info.Id == Vm) is { State: VmState.Running } seen && seen.Info.CpuQuotaPercent == CpuLimit && seen.Info.Disks[1].LimitIops == DiskLimit;
    }

    /// <summary>The collector looks whenever time goes on, so directives may come before anything else.</summary>
    private async Task ReadAsync(Func<CollectorMessage, bool> isEnough)
    {
        CollectorMessage message = new();
        while (!isEnough(message))
        {
            message = await _agent!.NextAsync();
            if (message.Directive is { } directive)
            {
                _directives.Enqueue(directive);
            }
        }
    }

    private async Task ObeyAsync()
    {
        foreach (DirectiveRecord open in (await DirectivesAsync()).Where(d => d.EndedUnixMs() is null).ToArray())
        {
            await ReadAsync(_ => _directives.Count > 0);
            Directive directive = _directives.Dequeue();
            DirectiveState state = Answer ?? Carry(directive);
            await _agent!.TellAsync(directive, state, "told by the test");
            await RunningCollector.UntilAsync(async () => (await Collector.GetAsync(IdOf(directive))).EndedUnixMs() is not null);
        }
    }

    private DirectiveState Carry(Directive directive)
    {
        long Number(string name) => long.Parse(directive.Parameters[name], System.Globalization.CultureInfo.InvariantCulture);
        bool isCpu = directive.Parameters.ContainsKey("percent");
        string name = isCpu ? "percent" : "total_iops";
        if (Number("only_if_" + name) != (isCpu ? CpuLimit : DiskLimit))
        {
            return DirectiveState.Refused;
        }

        (CpuLimit, DiskLimit) = isCpu ? (Number(name), DiskLimit) : (CpuLimit, directive.Parameters["disk"] == "vdb" ? Number(name) : -1);
        return DirectiveState.Done;
    }
}
