using System.Globalization;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Tests.Sessions;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Scheduling.Limits;
using VirtAgents.Protocol;
using VirtAgents.Protocol.V1;
using static VirtAgents.Collector.Tests.Directives.DirectiveScene;
using DirectiveState = VirtAgents.Protocol.V1.DirectiveState;
using HostDeviceInfo = VirtAgents.Core.Model.HostDeviceInfo;
using Inventory = VirtAgents.Core.Model.Inventory;
using InventoryChange = VirtAgents.Core.Model.InventoryChange;
using Metric = VirtAgents.Core.Model.Metric;
using PoolInfo = VirtAgents.Core.Model.PoolInfo;
using SampleSet = VirtAgents.Core.Model.SampleSet;
using SampleTable = VirtAgents.Core.Model.SampleTable;
using SampleTier = VirtAgents.Core.Model.SampleTier;
using SubjectKind = VirtAgents.Core.Model.SubjectKind;
using VmState = VirtAgents.Core.Model.VmState;

namespace VirtAgents.Collector.Tests.Shares;

/// <summary>A host of <see cref="ShareBench"/> with its agent.</summary>
internal sealed class ShareHost(int number, LimitedResource resource, bool isShared) : IDisposable
{
    private const int UplinkIndex = 90, PoolIndex = 91;
    private const double UplinkCapacity = 100, PoolCapacity = 1_000, Nanoseconds = 1e9;

    private readonly LimitForm _form = LimitForm.Of(resource);
    private readonly Queue<Directive> _directives = [];
    private AgentUnderTest? _agent;
    private RunningCollector? _collector;
    private double _used;

    public string Name { get; } = $"host{number}";

    public List<SharingVm> Vms { get; } = [];

    /// <summary>What of the directive its agent says that it cannot do.</summary>
    public List<UnsupportedParameter> Gaps { get; } = [];

    /// <summary>What its VMs would use as far as their limits let them.</summary>
    public double Wanted => IsSilent ? 0 : Vms.Sum(v => v.Wanted);

    private bool IsSilent => _agent is null;

    private double Capacity => resource == LimitedResource.Cpu ? _agent!.Info.CpuCount : _form.IsOfDisk ? PoolCapacity : UplinkCapacity;

    public async Task ConnectAsync(RunningCollector collector, long sequence)
    {
        _directives.Clear();
        (_collector, _agent) = (collector, collector.Agent(number));
        _agent.Introduce = hello =>
        {
            hello.Capabilities.Add(DirectiveCatalogue.Find(_form.Directive)!.Name);
            hello.UnsupportedParameters.Add(Gaps);
        };
        await _agent.SendAsync(new() { Hello = _agent.Hello((ulong)sequence) });
        _ = await _agent.NextAsync();
    }

    /// <summary>Its VMs use what they want; each less in proportion when what is wanted by all is more than there is.</summary>
    public void Work(double seconds, double wanted)
    {
        if (IsSilent)
        {
            return;
        }

        double part = wanted > Capacity ? Capacity / wanted : 1;
        foreach (SharingVm vm in Vms)
        {
            vm.Rate = vm.Wanted * part;
            vm.Used += vm.Rate * seconds;
            _used += vm.Rate * seconds;
        }
    }

    /// <summary>Tells what there is now, until the collector has seen it.</summary>
    public async Task TellAsync(long sequence)
    {
        if (IsSilent)
        {
            return;
        }

        await _agent!.SendAsync(new() { Inventory = InventoryMapping.ToWire(InventoryChange.Whole(Listed(sequence))) });
        await _agent.SendAsync(_agent.Encoded(Samples(sequence), sequence));
        await ReadAsync(message => message.Ack is { } ack && (long)ack.Sequence >= sequence);
        await RunningCollector.UntilAsync(IsSeenAsync);
    }

    /// <summary>Does what the next directive says, or answers what the test wants.</summary>
    public async Task ObeyAsync(RunningCollector collector, Func<Directive, DirectiveState?>? answer)
    {
        await ReadAsync(_ => _directives.Count > 0);
        Directive directive = _directives.Dequeue();
        SharingVm vm = Vms.Single(v => WireGuid.ToWire(v.Id.Value) == directive.VmId);
        DirectiveState state = answer?.Invoke(directive) ?? (Number(directive, DirectiveCatalogue.OnlyIf + _form.AmountParameter) == vm.Limit ? DirectiveState.Done : DirectiveState.Refused);
        vm.Limit = state == DirectiveState.Done ? Number(directive, _form.AmountParameter) : vm.Limit;
        await _agent!.TellAsync(directive, state, "told by the test");
        await RunningCollector.UntilAsync(async () => (await collector.GetAsync(IdOf(directive))).EndedUnixMs() is not null);
    }

    public void Dispose()
    {
        _agent?.Dispose();
        _agent = null;
    }

    private static long Number(Directive directive, string name) => long.Parse(directive.Parameters[name], CultureInfo.InvariantCulture);

    private Inventory Listed(long version) => new(
        version, _agent!.Info, [.. Vms.Select(v => v.Info())], [new PoolInfo(PoolIndex, SharingVm.Pool, "dir", "/san", isShared)], [new HostDeviceInfo(UplinkIndex, SubjectKind.HostInterface, "eth1")]);

    private SampleSet Samples(long sequence)
    {
        SampleSet samples = new() { TimeUnixMs = AgentUnderTest.Time(sequence + 1), Tier = SampleTier.Fast, InventoryVersion = sequence };
        bool isCpu = resource == LimitedResource.Cpu;
        SampleTable states = isCpu ? samples.Add(SubjectKind.Vm, [Metric.VmStateCode, Metric.VmCpuTime]) : samples.Add(SubjectKind.Vm, [Metric.VmStateCode]);
        SampleTable disks = samples.Add(SubjectKind.VmDisk, [Metric.DiskReads, Metric.DiskWrites]);
        SampleTable cards = samples.Add(SubjectKind.VmInterface, [Metric.NetTransmitBytes]), uplinks = samples.Add(SubjectKind.HostInterface, [Metric.HostNetTransmitBytes]);
        foreach (SharingVm vm in Vms)
        {
            int row = states.AddRow(vm.Number);
            states.Set(row, 0, (long)VmState.Running);
            if (isCpu)
            {
                states.Set(row, 1, (long)(vm.Used * Nanoseconds));
            }

            if (_form.IsOfDisk)
            {
                int disk = disks.AddRow(vm.Number + 20);
                disks.Set(disk, 0, (long)vm.Used);
                disks.Set(disk, 1, 0);
            }

            cards.Set(cards.AddRow(vm.Number + 40), 0, _form.IsOfNetwork ? (long)(vm.Used * ShareBench.Mib) : 0);
        }

        uplinks.Set(uplinks.AddRow(UplinkIndex), 0, _form.IsOfNetwork ? (long)(_used * ShareBench.Mib) : 0);
        if (isCpu)
        {
            SampleTable host = samples.Add(SubjectKind.Host, [Metric.HostCpuUser, Metric.HostCpuSystem, Metric.HostCpuSteal]);
            host.Set(host.AddRow(0), 0, (long)(_used * Nanoseconds));
            host.Set(0, 1, 0);
            host.Set(0, 2, 0);
        }

        return samples;
    }

    private async Task<bool> IsSeenAsync()
    {
        HostView host = await _collector!.HostAsync(number);
        return Vms.All(v => host.Vms.FirstOrDefault(s => s.Info.Id == v.Id) is { State: VmState.Running } seen && v.IsSeen(seen.Info));
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
}
