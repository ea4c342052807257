using Microsoft.Extensions.Time.Testing;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Shares;
using VirtAgents.Collector.Tests.Directives;
using VirtAgents.Collector.Tests.Sessions;
using VirtAgents.Core.Model;
using VirtAgents.Protocol;
using VirtAgents.Protocol.V1;
using static VirtAgents.Collector.Tests.Directives.DirectiveScene;
using Inventory = VirtAgents.Core.Model.Inventory;
using SampleTier = VirtAgents.Core.Model.SampleTier;
using SubjectKind = VirtAgents.Core.Model.SubjectKind;
using VmState = VirtAgents.Core.Model.VmState;

namespace VirtAgents.Collector.Tests.Shares;

/// <summary>
/// A whole collector and a host whose uplink carries 100 MiB/s. Its VMs send what they want as far as their limits and the uplink let them, and its agent does
/// what directives say. Time goes in steps of 15 s.
/// </summary>
internal sealed class ShareBench(string policy) : IAsyncDisposable
{
    public const long Mib = 1 << 20;

    private const double Capacity = 100, StepSeconds = 15;
    private const int UplinkIndex = 90;

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.FromUnixTimeMilliseconds(AgentUnderTest.Time(1)));
    private readonly List<SentVm> _vms = [];
    private readonly Queue<Directive> _directives = [];
    private RunningCollector? _collector;
    private AgentUnderTest? _agent;
    private long _sequence;
    private double _uplink;

    public RunningCollector Collector => _collector!;

    /// <summary>How the agent answers a directive; null = it does what it says.</summary>
    public Func<Directive, DirectiveState?>? Answer { get; set; }

    /// <summary>Adds a VM that wants to send so much, MiB/s, with a limit that somebody has set.</summary>
    public SentVm Add(string name, double demand, double limit = 0)
    {
        SentVm vm = new(name, _vms.Count + 1, demand) { Limit = (long)(limit * Mib) };
        _vms.Add(vm);
        return vm;
    }

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

        _collector = await RunningCollector.StartAsync(directory, _clock, $"Scheduling:PolicyFile={policy}");
        _agent = _collector.Agent();
        _agent.Introduce = hello => hello.Capabilities.Add("set_nic_limit");
        await _agent.SendAsync(new() { Hello = _agent.Hello((ulong)_sequence) });
        _ = await _agent.NextAsync();
    }

    /// <summary>Lets time pass until it holds; the whole test fails when it never does.</summary>
    public async Task UntilAsync(Func<Task<bool>> condition, int steps = 30)
    {
        while (!await condition())
        {
            Assert.True(steps-- > 0, "it does not come");
            await StepAsync();
        }
    }

    /// <summary>15 s pass: VMs send, the agent tells, the collector looks, and the agent does what it is told.</summary>
    public async Task StepAsync()
    {
        _sequence++;
        _clock.SetUtcNow(DateTimeOffset.FromUnixTimeMilliseconds(AgentUnderTest.Time(_sequence + 1)));
        Send();
        await _agent!.SendAsync(new() { Inventory = InventoryMapping.ToWire(InventoryChange.Whole(Inventory())) });
        await _agent.SendAsync(_agent.Encoded(Samples(), _sequence));
        await ReadAsync(message => message.Ack is { } ack && (long)ack.Sequence >= _sequence);
        await RunningCollector.UntilAsync(IsSeenAsync);
        await Collector.Part<ShareRunner>().LookAsync(RunningCollector.Cancel);
        await ObeyAsync();
    }

    public async Task<IReadOnlyList<ShareLimit>> LimitsAsync(bool ended = false) => (await Collector.Shares.ListSharesAsync(new() { Ended = ended }, Call)).Limits;

    public async Task<IReadOnlyList<DirectiveRecord>> DirectivesAsync() => (await Collector.Directives.ListDirectivesAsync(new() { Kind = "set_nic_limit" }, Call)).Directives;

    public async ValueTask DisposeAsync()
    {
        _agent?.Dispose();
        if (_collector is not null)
        {
            await _collector.DisposeAsync();
        }
    }

    private void Send()
    {
        double wanted = _vms.Sum(v => v.Wanted), part = wanted > Capacity ? Capacity / wanted : 1;
        foreach (SentVm vm in _vms)
        {
            vm.Rate = vm.Wanted * part;
            vm.Sent += vm.Rate * Mib * StepSeconds;
            _uplink += vm.Rate * Mib * StepSeconds;
        }
    }

    private Inventory Inventory() => new(
        _sequence, _agent!.Info,
        [
            .. _vms.Select(v => new VmInfo(
                v.Number, v.Id, v.Name, "", 2, 1 << 30, [],
                [new VmInterfaceInfo(v.Number + 40, v.Mac, "tap", "br0") { LimitInBytesPerSecond = 0, LimitOutBytesPerSecond = v.Limit }])),
        ],
        [], [new HostDeviceInfo(UplinkIndex, SubjectKind.HostInterface, "eth1")]);

    private SampleSet Samples()
    {
        SampleSet samples = new() { TimeUnixMs = AgentUnderTest.Time(_sequence + 1), Tier = SampleTier.Fast, InventoryVersion = _sequence };
        SampleTable states = samples.Add(SubjectKind.Vm, [Metric.VmStateCode]), cards = samples.Add(SubjectKind.VmInterface, [Metric.NetTransmitBytes]);
        SampleTable uplinks = samples.Add(SubjectKind.HostInterface, [Metric.HostNetTransmitBytes]);
        foreach (SentVm vm in _vms)
        {
            states.Set(states.AddRow(vm.Number), 0, (long)VmState.Running);
            cards.Set(cards.AddRow(vm.Number + 40), 0, (long)vm.Sent);
        }

        uplinks.Set(uplinks.AddRow(UplinkIndex), 0, (long)_uplink);
        return samples;
    }

    private async Task<bool> IsSeenAsync()
    {
        HostView host = await Collector.HostAsync();
        return _vms.All(v => host.Vms.FirstOrDefault(s => s.Info.Id == v.Id) is { State: VmState.Running } seen && seen.Info.Interfaces[0].LimitOutBytesPerSecond == v.Limit);
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

    private static long Number(Directive directive, string name) => long.Parse(directive.Parameters[name], System.Globalization.CultureInfo.InvariantCulture);

    private async Task ObeyAsync()
    {
        foreach (DirectiveRecord open in (await DirectivesAsync()).Where(d => d.EndedUnixMs() is null).ToArray())
        {
            await ReadAsync(_ => _directives.Count > 0);
            Directive directive = _directives.Dequeue();
            SentVm vm = _vms.Single(v => v.Mac == directive.Parameters["mac"]);
            DirectiveState state = Answer?.Invoke(directive) ?? (Number(directive, "only_if_out_bytes_per_second") == vm.Limit ? DirectiveState.Done : DirectiveState.Refused);
            vm.Limit = state == DirectiveState.Done ? Number(directive, "out_bytes_per_second") : vm.Limit;

            await _agent!.TellAsync(directive, state, "told by the test");
            await RunningCollector.UntilAsync(async () => (await Collector.GetAsync(IdOf(directive))).EndedUnixMs() is not null);
        }
    }
}

/// <summary>A VM that sends.</summary>
internal sealed class SentVm(string name, int number, double demand)
{
    public string Name { get; } = name;

    public int Number { get; } = number;

    public VmId Id { get; } = new(new Guid(number, 9, 9, new byte[8]));

    public string Mac { get; } = $"52:54:00:00:00:{number:x2}";

    /// <summary>What it would send, MiB/s.</summary>
    public double Demand { get; set; } = demand;

    /// <summary>Its limit, bytes per second; 0 = none.</summary>
    public long Limit { get; set; }

    /// <summary>What it sent in the last step, MiB/s.</summary>
    public double Rate { get; set; }

    /// <summary>What it has sent, bytes.</summary>
    public double Sent { get; set; }

    public double Wanted => Limit > 0 ? Math.Min(Demand, Limit / (double)ShareBench.Mib) : Demand;
}

internal static class RecordedDirectives
{
    private static readonly DirectiveStage[] Open = [DirectiveStage.Proposed, DirectiveStage.Sent, DirectiveStage.Accepted, DirectiveStage.Running];

    /// <summary>When a directive ended; null = it has not.</summary>
    public static long? EndedUnixMs(this DirectiveRecord record) => Open.Contains(record.State) ? null : record.UpdatedUnixMs;
}
