using Microsoft.Extensions.Time.Testing;
using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Simulated;
using VirtAgents.Simulation.Estates;
using VirtAgents.Simulation.Faults;

namespace VirtAgents.Hypervisors.Tests.Simulated;

public sealed class SimulatedEstateTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly FakeTimeProvider _clock = new(Start);
    private readonly SimulatedEstate _estate;
    private readonly SimulatedHypervisor _first;

    public SimulatedEstateTests()
    {
        _estate = new(new EstateOptions(3, 4, Seed: 9), _clock);
        _first = _estate.HypervisorOf(0);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _estate.Dispose();

    [Fact]
    public async Task StartAsync_Running_InventoryCompleteAndEachVmObserved()
    {
        await _first.StartAsync(Cancel);
        Assert.Equal(4, _first.Inventory.Vms.Length);
        HostEvent[] seen = ReadAll(_first);
        Assert.All(seen, e => Assert.Equal(HostEventKind.VmObserved, e.Kind));
        Assert.Equal(_first.Inventory.Vms.Select(vm => vm.Id), seen.Select(e => e.Vm!.Value));
    }

    [Fact]
    public async Task TryInject_Crash_EventAtOnceAndOnlyOnItsHost()
    {
        SimulatedHypervisor second = _estate.HypervisorOf(1);
        await _first.StartAsync(Cancel);
        await second.StartAsync(Cancel);
        ReadAll(_first);
        ReadAll(second);
        Assert.True(_estate.TryInject(new(FaultKind.VmCrash, VmSelector.ByIndex(2)), out string problem), problem);
        HostEvent crash = Assert.Single(ReadAll(_first));
        Assert.Equal(HostEventKind.VmCrashed, crash.Kind);
        Assert.Equal(Start.ToUnixTimeMilliseconds(), crash.TimeUnixMs);
        Assert.Empty(ReadAll(second));
    }

    [Theory]
    [InlineData("""{ "fault": "vm-pause", "vm": { "index": 2 } }""", InjectionVerdict.Done, "")]
    [InlineData("""{ "fault": "vm-resume", "vm": { "index": 2 } }""", InjectionVerdict.Refused, "web-001-03 is running")]
    [InlineData("""{ "fault": "vm-crash", "vm": "nobody", "at": "1s" }""", InjectionVerdict.Invalid,
        "vm: there is no VM 'nobody'; at: is not known here; known are fault, vm")]
    [InlineData("[]", InjectionVerdict.Invalid, "the step must be an object in braces")]
    [InlineData("{", InjectionVerdict.Invalid, "line 1, byte 2: not JSON: ")]
    public async Task Inject_Step_DoneOrRefusedOrInvalid(string step, InjectionVerdict verdict, string problems)
    {
        await _first.StartAsync(Cancel);
        ReadAll(_first);

        Injection injection = _estate.Inject(step);

        Assert.Equal(verdict, injection.Verdict);
        Assert.StartsWith(problems, string.Join("; ", injection.Problems), StringComparison.Ordinal);
        Assert.Equal(verdict == InjectionVerdict.Done ? 1 : 0, ReadAll(_first).Length);
    }

    [Fact]
    public async Task Timer_NobodySamples_EventsStillComeInTime()
    {
        await _first.StartAsync(Cancel);
        ReadAll(_first);
        Assert.True(_estate.TryInject(new(FaultKind.VmPanic, VmSelector.ByIndex(0)), out _));
        Assert.Equal(HostEventKind.VmPanicked, Assert.Single(ReadAll(_first)).Kind);
        _clock.Advance(TimeSpan.FromMilliseconds(371));
        Assert.Equal(HostEventKind.VmCrashed, Assert.Single(ReadAll(_first)).Kind);
    }

    [Fact]
    public async Task SampleFastAsync_AfterTwoSeconds_CountersGrewAndTimeIsOfTheHost()
    {
        SampleSet before = new(), after = new();
        await _first.SampleFastAsync(before, Cancel);
        _clock.Advance(TimeSpan.FromSeconds(2));
        await _first.SampleFastAsync(after, Cancel);
        Assert.Equal(2_000, after.TimeUnixMs - before.TimeUnixMs);
        Assert.Equal(SampleTier.Fast, after.Tier);
        Assert.Equal(_first.Inventory.Version, after.InventoryVersion);
        Assert.True(Idle(after) > Idle(before));
    }

    [Fact]
    public async Task SampleSlowAsync_Volumes_OncePerMinute()
    {
        List<bool> had = [];
        for (int i = 0; i < 9; i++)
        {
            SampleSet samples = new();
            await _first.SampleSlowAsync(samples, Cancel);
            had.Add(samples.Find(SubjectKind.Volume) is { RowCount: > 0 });
            _clock.Advance(TimeSpan.FromSeconds(15));
        }

        Assert.Equal([true, false, false, false, true, false, false, false, true], had);
    }

    [Fact]
    public async Task Speed_Ten_TenVirtualSecondsInOne()
    {
        using SimulatedEstate quick = new(new EstateOptions(1, 1), _clock, speed: 10);
        SampleSet samples = new();
        _clock.Advance(TimeSpan.FromSeconds(1));
        await quick.HypervisorOf(0).SampleFastAsync(samples, Cancel);
        Assert.Equal(Start.ToUnixTimeMilliseconds() + 10_000, samples.TimeUnixMs);
    }

    [Fact]
    public async Task Sample_WorldFarBehindItsClock_CatchesUpByShortSteps()
    {
        FakeTimeProvider rushing = new(Start) { AutoAdvanceAmount = TimeSpan.FromHours(1) };
        using SimulatedEstate estate = new(new EstateOptions(1, 1), rushing);
        SampleSet samples = new();
        await estate.HypervisorOf(0).SampleFastAsync(samples, Cancel);
        long first = samples.TimeUnixMs;
        await estate.HypervisorOf(0).SampleFastAsync(samples, Cancel);
        Assert.InRange(samples.TimeUnixMs - first, 10_000, 60_000);
    }

    [Fact]
    public void LinkChanged_HostLoss_RaisedWhenItGoesAndWhenItReturns()
    {
        List<HostLink> links = [];
        _first.LinkChanged += (_, _) => links.Add(_first.Link);
        Assert.True(_estate.TryInject(new(FaultKind.HostLoss, Host: _first.Host.Name, For: TimeSpan.FromSeconds(5)), out string problem), problem);
        _clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal([HostLink.HostDead, HostLink.Up], links);
    }

    [Fact]
    public async Task Events_ReaderTooSlow_OldestForgottenAndCounted()
    {
        await _first.StartAsync(Cancel);
        for (int i = 0; i < 3_000; i++)
        {
            Assert.True(_estate.TryInject(new(FaultKind.VmPause, VmSelector.ByIndex(0)), out _));
            Assert.True(_estate.TryInject(new(FaultKind.VmResume, VmSelector.ByIndex(0)), out _));
        }

        // The first notice takes a place in the queue itself.
        HostEvent[] kept = ReadAll(_first);
        Assert.Single(kept, e => e.Kind == HostEventKind.SamplesDropped);
        Assert.True(_estate.TryInject(new(FaultKind.VmPause, VmSelector.ByIndex(0)), out _));
        HostEvent[] after = ReadAll(_first);
        Assert.Equal([HostEventKind.VmPaused, HostEventKind.SamplesDropped], after.Select(e => e.Kind));
        Assert.Equal($"{6_005 - kept.Length} events of the hypervisor dropped so far, since nobody read them in time", after[1].Evidence);
        Assert.Equal(Start.ToUnixTimeMilliseconds(), after[1].TimeUnixMs);
    }

    [Fact]
    public async Task Sample_ManyThreads_OneWorld()
    {
        Task[] samplers = [.. Enumerable.Range(0, _estate.HostCount).Select(host => Task.Run(
            async () =>
            {
                SampleSet samples = new();
                for (int i = 0; i < 500; i++)
                {
                    samples.Reset();
                    await _estate.HypervisorOf(host).SampleFastAsync(samples, Cancel);
                    _clock.Advance(TimeSpan.FromMilliseconds(50));
                    Assert.Equal(5, samples.TableCount);
                }
            },
            Cancel))];
        await Task.WhenAll(samplers).WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        SampleSet last = new();
        await _first.SampleFastAsync(last, Cancel);
        Assert.Equal(Start.ToUnixTimeMilliseconds() + (_estate.HostCount * 500 * 50), last.TimeUnixMs);
    }

    [Fact]
    public void Constructor_SpeedOutOfRange_Refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new SimulatedEstate(new EstateOptions(1), _clock, speed: 0));

    private static long Idle(SampleSet samples) =>
        samples.Find(SubjectKind.Host)!.Get(0, Metric.HostCpuIdle)!.Value;

    private static HostEvent[] ReadAll(SimulatedHypervisor hypervisor)
    {
        List<HostEvent> seen = [];
        while (hypervisor.Events.TryRead(out HostEvent? e))
        {
            seen.Add(e);
        }

        return [.. seen];
    }
}
