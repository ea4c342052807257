using VirtAgents.Collector.Anomalies;
using VirtAgents.Collector.Tests.Directives;
using VirtAgents.Collector.Tests.Sessions;
using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;
using Topology = VirtAgents.Core.Detection.Incidents.Topology;
using VmState = VirtAgents.Core.Model.VmState;
using VmStateReason = VirtAgents.Core.Model.VmStateReason;
using static VirtAgents.Collector.Tests.Directives.DirectiveScene;

namespace VirtAgents.Collector.Tests.Anomalies;

/// <summary>From samples that are unlike what was learnt to the incident.</summary>
public sealed class AnomalyFlowTests
{
    private const int ReportsOfAWindow = (int)(AnomalyWatch.WindowMs / 15_000);
    private long _cpu;

    [Fact]
    public async Task Samples_UnlikeBeforeAndAsBefore_OpenAndResolveAnIncidentForInformation()
    {
        await using RunningCollector collector = await RunningCollector.StartAsync();
        using AgentUnderTest agent = await JoinLearntAsync(collector);
        long next = await SendAsync(agent, 2, 2 * ReportsOfAWindow, 20);
        Assert.Equal((1, 0), (collector.Figures.Gauge("virtcollector.anomalies.learnt"), collector.Figures.Gauge("virtcollector.anomalies.left.out")));

        next = await SendAsync(agent, next, 3 * ReportsOfAWindow, 95);
        IncidentRecord opened = await SingleAsync(collector, IncidentState.Open);
        Assert.Equal((FindingKind.VmUnusual, "vm1", "", IncidentSeverity.Information), (opened.Root.Kind, opened.Root.Name, opened.Root.Detail, opened.Severity));
        Assert.StartsWith("vm_cpu_percent is ", opened.Root.Evidence, StringComparison.Ordinal);
        IncidentRecord whole = await collector.Incidents.GetIncidentAsync(new() { Id = opened.Id }, Call);
        Assert.Contains(whole.Plots, p => p.Metric == "vm_cpu_percent" && p.Vm == agent.Vm.ToString());

        await SendAsync(agent, next, (VmBaseline.CalmWindows + 2) * ReportsOfAWindow, 20);
        await SingleAsync(collector, IncidentState.Resolved);
    }

    [Fact]
    public async Task Samples_SwitchedOff_AreNeitherLearntNorTold()
    {
        await using RunningCollector collector = await RunningCollector.StartAsync(null, null, "Detection:Anomalies:Enabled=false");
        using AgentUnderTest agent = await JoinLearntAsync(collector);
        long learnt = collector.Part<VmBaselines>().Find(agent.Vm)!.SeenUnixMs;
        long next = await SendAsync(agent, 2, 2 * ReportsOfAWindow, 20);
        next = await SendAsync(agent, next, 3 * ReportsOfAWindow, 95);
        await agent.AcknowledgedAtLeastAsync(next - 1);
        Assert.DoesNotContain(await collector.EventsAsync(), e => e.Event.Kind == HostEventKind.VmUnusual);
        Assert.Equal(learnt, collector.Part<VmBaselines>().Find(agent.Vm)!.SeenUnixMs);
    }

    [Fact]
    public async Task Samples_MemoryThatGrowsAndIsGivenBack_OpenAndResolveAWarning()
    {
        await using RunningCollector collector = await RunningCollector.StartAsync();
        using AgentUnderTest agent = await JoinLearntAsync(collector);
        long next = 2;
        next = await SendMemoryAsync(agent, next, 12, _ => 40);
        next = await SendMemoryAsync(agent, next, 44, window => 40 + (window * 0.7));
        IncidentRecord opened = await SingleAsync(collector, IncidentState.Open);
        Assert.Equal((FindingKind.VmMemoryLeak, "vm1", IncidentSeverity.Warning), (opened.Root.Kind, opened.Root.Name, opened.Severity));
        Assert.Matches(@"^memory used grew 8\.\d+ points/h for 2 h, from \S+ to \S+ %; full in \S+ h \(\S+ to \S+ h\); confidence (0\.9\d|1\.00); since 2023-11-1\S+ \S+Z$", opened.Root.Evidence);

        await SendMemoryAsync(agent, next, 3, _ => 40);
        await SingleAsync(collector, IncidentState.Resolved);
        Assert.Equal([HostEventKind.VmMemoryLeak, HostEventKind.VmMemoryLeakEnded], (await collector.EventsAsync()).Select(e => e.Event.Kind).Where(k => k >= HostEventKind.VmMemoryLeak));
    }

    [Fact]
    public async Task Samples_VmThatSwapsBothWaysAndStops_OpenAndResolveAWarning()
    {
        await using RunningCollector collector = await RunningCollector.StartAsync();
        using AgentUnderTest agent = await JoinLearntAsync(collector);
        long swapped = 0, next = 2;
        for (; next < 2 + (4 * ReportsOfAWindow); next++)
        {
            await agent.SendAsync(agent.SwapReport(next, 92, swapped += 75_000_000, 16L << 30));
        }

        IncidentRecord opened = await SingleAsync(collector, IncidentState.Open);
        Assert.Equal((FindingKind.VmThrashing, "vm1", IncidentSeverity.Warning), (opened.Root.Kind, opened.Root.Name, opened.Severity));
        Assert.Matches(@"^it swaps 5 MB/s in and 5 MB/s out, with 92 % of its memory used; confidence 0\.83; since 2023-11-1\S+ \S+Z$", opened.Root.Evidence);
        for (long last = next + (5 * ReportsOfAWindow); next < last; next++)
        {
            await agent.SendAsync(agent.SwapReport(next, 60, swapped, 16L << 30));
        }

        await SingleAsync(collector, IncidentState.Resolved);
    }

    [Fact]
    public async Task Samples_VmThatSwapsSinceItsBalloonTakesMemory_OpenOneWarningThatSuggestsToGiveItBack()
    {
        await using RunningCollector collector = await RunningCollector.StartAsync();
        using AgentUnderTest agent = await JoinLearntAsync(collector);
        long swapped = 0, next = 2;
        for (; next < 2 + (4 * ReportsOfAWindow); next++)
        {
            await agent.SendAsync(next % 4 == 0 ? agent.HostMemoryReport(next, 20L << 30) : agent.SwapReport(next, 96, swapped += 75_000_000, 8L << 30));
        }

        IncidentRecord opened = await SingleAsync(collector, IncidentState.Open, symptoms: 2);
        Assert.Equal((FindingKind.VmBalloonStarved, "vm1", IncidentSeverity.Warning, "set_memory"), (opened.Root.Kind, opened.Root.Name, opened.Severity, opened.SuggestedDirective));
        Assert.Matches(@"^it is left 8 of 16 GiB by its balloon and uses 96 % of that, swaps \S+ MB/s in and \S+ MB/s out; its host has what it is lacking, with 20 GiB free; confidence 0\.9\d; since 2023-11-1\S+ \S+Z$", opened.Root.Evidence);
        IncidentRecord whole = await collector.Incidents.GetIncidentAsync(new() { Id = opened.Id }, Call);
        Assert.Equal([FindingKind.ThresholdWarning, FindingKind.VmThrashing], whole.Symptoms.Select(s => s.Kind));
        for (long last = next + (5 * ReportsOfAWindow); next < last; next++)
        {
            await agent.SendAsync(agent.SwapReport(next, 48, swapped, 16L << 30));
        }

        await SingleAsync(collector, IncidentState.Resolved);
    }

    [Fact]
    public async Task Samples_CpuThatSpikesEachTwentyMinutes_OpenAnIncidentForInformation()
    {
        await using RunningCollector collector = await RunningCollector.StartAsync();
        using AgentUnderTest agent = await JoinLearntAsync(collector);
        long next = await SendAsync(agent, 2, 26 * ReportsOfAWindow, 20);
        for (int spike = 0; spike < 8; spike++)
        {
            next = await SendAsync(agent, next, ReportsOfAWindow, 90);
            next = await SendAsync(agent, next, 3 * ReportsOfAWindow, 20);
        }

        IncidentRecord? opened = null;
        await RunningCollector.UntilAsync(async () =>
            (opened = (await collector.Incidents.ListIncidentsAsync(new() { Filter = new() { State = IncidentState.Open } }, Call)).Incidents.SingleOrDefault(i => i.Root.Kind == FindingKind.VmPeriodicSpikes)) is not null);
        Assert.Equal(("vm1", IncidentSeverity.Information), (opened!.Root.Name, opened.Severity));
        Assert.Matches(@"^CPU spikes to \d+ % for \d+ min every 20 min, \d times so far, next at about \S+Z; confidence 0\.9999; since \S+ \S+Z$", opened.Root.Evidence);
    }

    [Fact]
    public async Task Comparison_OneVmIsUnlikeItsPeers_OpensAnIncidentForInformation()
    {
        await using RunningCollector collector = await RunningCollector.StartAsync();
        (VmId Id, string Name, double CpuPercent)[] vms =
            [.. Enumerable.Range(1, 9).Select(n => (new VmId(new Guid(n, 8, 8, new byte[8])), $"web-{n}", n == 9 ? 90.0 : 20.0 + n))];
        LearntVm.Teach(collector.Part<VmBaselines>(), TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), 40, vms);
        for (int i = 0; i < PeerWatch.Confirmations; i++)
        {
            await collector.Part<PeerJob>().LookAsync(RunningCollector.Cancel);
        }

        IncidentRecord opened = await SingleAsync(collector, IncidentState.Open);
        Assert.Equal((FindingKind.VmUnlikePeers, "web-9", IncidentSeverity.Information), (opened.Root.Kind, opened.Root.Name, opened.Severity));
        Assert.Matches("^vm_cpu_percent has been about [89]\\S* for hours; 8 peers \\('web'\\) are at 2.* to 2.*$", opened.Root.Evidence);
    }

    [Fact]
    public async Task Samples_GuestThatNeitherAnswersNorWorks_IsAnErrorThatOutlivesARestartUntilItAnswers()
    {
        RunningCollector first = await RunningCollector.StartAsync();
        IncidentRecord opened;
        await using (first)
        {
            using AgentUnderTest agent = first.Agent();
            agent.Disks = [new VmDiskInfo(90, "vda", "/images/vda", "san")];
            await agent.OpenAsync();
            await agent.SendAsync(agent.Event(1, HostEventKind.VmObserved, VmState.Running));
            for (int at = 2; at < 30; at++)
            {
                await agent.SendAsync(agent.GuestReport(at, Math.Min(at, 15), Math.Min(at, 12)));
            }

            opened = await SingleAsync(first, IncidentState.Open);
            Assert.Equal((FindingKind.VmGuestHung, "vm1", IncidentSeverity.Error), (opened.Root.Kind, opened.Root.Name, opened.Severity));
            Assert.StartsWith("its balloon driver, which answered every 15 s or sooner, has told nothing for 120 s, ", opened.Root.Evidence, StringComparison.Ordinal);
            await first.StopAsync();
        }

        await using RunningCollector second = await RunningCollector.StartAsync(first.Directory);
        using AgentUnderTest again = second.Agent();
        again.Disks = [new VmDiskInfo(90, "vda", "/images/vda", "san")];
        await again.OpenAsync(29);
        await again.SendAsync(again.GuestReport(30, 15, 12));
        await again.SendAsync(again.GuestReport(31, 31, 12));
        Assert.Equal(opened.Id, (await SingleAsync(second, IncidentState.Resolved)).Id);
    }

    [Fact]
    public async Task Neighbours_OneTakesTheCpuThatAnotherWaitsFor_OpensAWarningThatNamesBoth()
    {
        await using RunningCollector collector = await RunningCollector.StartAsync();
        LearntVm.Contend(collector.Part<VmBaselines>(), TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), ("victim", 24, 36), ("taker", 120, 0), ("other", 24, 0));
        await collector.Part<NeighbourJob>().LookAsync(RunningCollector.Cancel);
        IncidentRecord opened = await SingleAsync(collector, IncidentState.Open);
        Assert.Equal((FindingKind.VmNoisyNeighbour, "taker", IncidentSeverity.Warning), (opened.Root.Kind, opened.Root.Name, opened.Severity));
        Assert.Contains("; VM victim waits for CPU 30 % of the time; ", opened.Root.Evidence, StringComparison.Ordinal);
        Assert.StartsWith("it has 71 % of the CPU of the VMs of this host, before ", opened.Root.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Neighbours_ManyWaitForCpuAndNoneTakesMost_OpensAWarningOfTheHost()
    {
        await using RunningCollector collector = await RunningCollector.StartAsync();
        LearntVm.Contend(collector.Part<VmBaselines>(), TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), ("a", 24, 36), ("b", 24, 30), ("c", 24, 30), ("d", 24, 0));
        await collector.Part<NeighbourJob>().LookAsync(RunningCollector.Cancel);
        IncidentRecord opened = await SingleAsync(collector, IncidentState.Open);
        Assert.Equal((FindingKind.HostSaturated, IncidentSeverity.Warning), (opened.Root.Kind, opened.Severity));
        Assert.Equal("3 of 4 VMs wait for CPU 10 % of the time or more, VM a 30 %; none of them alone is to blame", opened.Root.Evidence);
    }

    [Fact]
    public async Task Storm_ManyBeganAtOnceAndWait_OpensOneWarningOfTheHost()
    {
        await using RunningCollector collector = await RunningCollector.StartAsync();
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        LearntVm.Contend(collector.Part<VmBaselines>(), now, now - (now % 60_000) - 1_500_000, ("a", 24, 36), ("b", 24, 30), ("c", 120, 12), ("d", 24, 0));
        await collector.Part<NeighbourJob>().LookAsync(RunningCollector.Cancel);
        IncidentRecord opened = await SingleAsync(collector, IncidentState.Open);
        Assert.Equal((FindingKind.HostBootStorm, IncidentSeverity.Warning), (opened.Root.Kind, opened.Severity));
        Assert.Empty(opened.Symptoms);
        Assert.Matches(@"^4 of 4 VMs began to run from (..:..Z) to \1; 3 wait for CPU 10 % of the time or more, VM a 30 %$", opened.Root.Evidence);
    }

    [Fact]
    public async Task Samples_OfAVmThatBegan_SayWhenItDid()
    {
        await using RunningCollector collector = await RunningCollector.StartAsync();
        using AgentUnderTest agent = await JoinLearntAsync(collector);
        long next = await SendAsync(agent, 2, ReportsOfAWindow, 20);
        await agent.SendAsync(agent.Event(next, HostEventKind.VmStopped, VmState.ShutOff, VmStateReason.CleanShutdown));
        await agent.SendAsync(agent.Event(next + 1, HostEventKind.VmStarted, VmState.Running, VmStateReason.Booted));
        await SendAsync(agent, next + 2, 2 * ReportsOfAWindow, 20);
        await RunningCollector.UntilAsync(() => Task.FromResult(StartOf(collector, AgentUnderTest.Time(next)) == AgentUnderTest.Time(next + 1)));
    }

    [Theory]
    [InlineData(60_000, true)]
    [InlineData(3_600_000, false)]
    public async Task Samples_OfAVmFoundAfterTheBootOfItsHost_SayThatItBeganOnlyThen(long uptimeMs, bool isKnown)
    {
        await using RunningCollector collector = await RunningCollector.StartAsync();
        using AgentUnderTest agent = await JoinLearntAsync(collector);
        await agent.SendAsync(agent.UptimeReport(2, uptimeMs));
        long next = await SendAsync(agent, 3, 3 * ReportsOfAWindow, 20);
        await agent.AcknowledgedAtLeastAsync(next - 1);
        Assert.Single(collector.Part<VmBaselines>().Started(AgentUnderTest.Time(next), 1, Topology.Of([])));
        Assert.Equal(isKnown ? AgentUnderTest.Time(3) : 0, StartOf(collector, AgentUnderTest.Time(next)));
    }

    private static long StartOf(RunningCollector collector, long timeUnixMs) =>
        collector.Part<VmBaselines>().Started(timeUnixMs, timeUnixMs / AnomalyWatch.WindowMs, Topology.Of([])).SingleOrDefault()?.StartedUnixMs ?? 0;

    private static async Task<AgentUnderTest> JoinLearntAsync(RunningCollector collector)
    {
        VmId vm = new(new Guid(1, 7, 7, new byte[8]));
        Assert.True(collector.Part<VmBaselines>().TryRestore(vm, LearntVm.Until(vm, AgentUnderTest.Time(0))));
        return await collector.JoinAsync();
    }

    private async Task<long> SendAsync(AgentUnderTest agent, long sequence, int reports, double percent)
    {
        for (int i = 0; i < reports; i++, sequence++)
        {
            _cpu += (long)(0.3e9 * percent * (1 + (0.1 * Math.Sin(sequence * 12.9898))));
            await agent.SendAsync(agent.CpuReport(sequence, _cpu));
        }

        return sequence;
    }

    private static async Task<long> SendMemoryAsync(AgentUnderTest agent, long sequence, int windows, Func<double, double> percent)
    {
        for (int i = 0; i < windows * ReportsOfAWindow; i++, sequence++)
        {
            await agent.SendAsync(agent.MemoryReport(sequence, percent(i / (double)ReportsOfAWindow)));
        }

        return sequence;
    }

    private static async Task<IncidentRecord> SingleAsync(RunningCollector collector, IncidentState state, int symptoms = 0)
    {
        IncidentRecord? found = null;
        await RunningCollector.UntilAsync(async () =>
        {
            ListIncidentsResponse all = await collector.Incidents.ListIncidentsAsync(new() { Filter = new() { State = state } }, Call);
            found = all.Incidents.SingleOrDefault();
            return found?.SymptomCount >= symptoms;
        });
        return found!;
    }
}
