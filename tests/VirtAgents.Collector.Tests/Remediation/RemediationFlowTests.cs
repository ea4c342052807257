using VirtAgents.Collector.Tests.Directives;
using VirtAgents.Collector.Tests.Sessions;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;
using static VirtAgents.Collector.Tests.Directives.DirectiveScene;
using DirectiveState = VirtAgents.Protocol.V1.DirectiveState;
using VmState = VirtAgents.Core.Model.VmState;
using VmStateReason = VirtAgents.Core.Model.VmStateReason;

namespace VirtAgents.Collector.Tests.Remediation;

/// <summary>From a crash to the rule's directive and its outcome, on a whole collector. One of them waits for mass silence, in real seconds.</summary>
[Collection(OneCollector.Name)]
public sealed class RemediationFlowTests : IDisposable
{
    private const string MassSilence = "virtcollector.liveness.mass_silence";

    private readonly string _policy = Path.GetTempFileName();

    public void Dispose() => File.Delete(_policy);

    [Fact]
    public async Task Crash_AutoRule_StartsTheVmOnceAndTheIncidentTellsIt()
    {
        await using RunningCollector collector = await StartAsync("auto");
        using AgentUnderTest agent = await collector.JoinAsync();
        await CrashAsync(agent, 2);

        Directive directive = await agent.DirectiveAsync();
        DirectiveRecord record = await collector.GetAsync(IdOf(directive));
        Assert.Equal(("start", "vm1", "rule:restart"), (record.Kind, record.Vm, record.Actor));
        Assert.StartsWith("rule 'restart', try 1 of 3; VM vm1 crashed: test; incident ", record.Reason, StringComparison.Ordinal);

        await agent.SendAsync(agent.Event(3, HostEventKind.VmStarted, VmState.Running, VmStateReason.Booted));
        await agent.TellAsync(directive, DirectiveState.Done, "it runs");
        IncidentRecord incident = await ReachesAsync(collector, i => i.Steps.Any(s => s.Text.Contains("done", StringComparison.Ordinal)));
        Assert.Equal(IncidentState.Resolved, incident.State);
        Assert.Contains(incident.Steps, s => s.Kind == IncidentChangeKind.Acted && s.Text == $"rule 'restart', try 1 of 3: start of vm1 was sent, directive {record.Id}");
        Assert.Contains(incident.Steps, s => s.Kind == IncidentChangeKind.Acted && s.Text == "start of vm1 by rule 'restart': done, it runs");
        Assert.Single((await collector.Directives.ListDirectivesAsync(new(), Call)).Directives);
    }

    [Fact]
    public async Task Crash_RestartBeforeTheEnd_DoesNotStartItTwice()
    {
        RunningCollector first = await StartAsync("auto");
        string sent;
        await using (first)
        {
            using AgentUnderTest agent = await first.JoinAsync();
            await CrashAsync(agent, 2);
            sent = IdOf(await agent.DirectiveAsync());
            await first.StopAsync();
        }

        await using RunningCollector second = await StartAsync("auto", first.Directory);
        using AgentUnderTest again = second.Agent();
        await again.OpenAsync(acked: 2);
        Directive directive = await again.DirectiveAsync();
        Assert.Equal(sent, IdOf(directive));
        await again.TellAsync(directive, DirectiveState.Failed, "no memory");
        await ReachesAsync(second, i => i.Steps.Any(s => s.Text.Contains("failed, no memory", StringComparison.Ordinal)));
        Assert.Single((await second.Directives.ListDirectivesAsync(new(), Call)).Directives);
    }

    [Fact]
    public async Task Crash_Frozen_SaysSoOnceAndActsWhenItIsOver()
    {
        await using RunningCollector collector = await StartAsync("auto");
        using AgentUnderTest agent = await collector.JoinAsync();
        await collector.FreezeAsync(true);
        await CrashAsync(agent, 2);
        IncidentRecord held = await ReachesAsync(collector, i => i.Steps.Any(s => s.Kind == IncidentChangeKind.Acted));
        Assert.Equal("rule 'restart' cannot act on vm1: acting is frozen by ops: storm", held.Steps.Last().Text);
        await collector.FreezeAsync(false);
        Assert.Equal("start", (await collector.GetAsync(IdOf(await agent.DirectiveAsync()))).Kind);
        Assert.Single((await ReachesAsync(collector, _ => true)).Steps, s => s.Text.Contains("frozen", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Crash_MassSilence_SaysSoOnceAndActsWhenItIsOver()
    {
        await using RunningCollector collector = await StartAsync("auto", null, "Liveness:SilenceLimit=2s");
        using AgentUnderTest agent = await collector.JoinAsync(), second = await collector.JoinAsync(2), third = await collector.JoinAsync(3), fourth = await collector.JoinAsync(4);
        await BeatUntilAsync(() => collector.Figures.Gauge(MassSilence) == 1, agent);
        await CrashAsync(agent, 2);
        await BeatUntilAsync(() => collector.Figures.Gauge(MassSilence) == 0, agent, second, third, fourth);
        Assert.Equal("start", (await collector.GetAsync(IdOf(await agent.DirectiveAsync()))).Kind);

        IncidentRecord incident = await ReachesAsync(collector, i => i.Steps.Any(s => s.Text.Contains("was sent", StringComparison.Ordinal)));
        string[] acted = [.. incident.Steps.Where(s => s.Kind == IncidentChangeKind.Acted).Select(s => s.Text)];
        Assert.Matches("^rule 'restart' cannot act on vm1: [34] of 4 streams fell silent at once, so the collector or its network is probably at fault$", acted[0]);
        Assert.Single(acted, t => t.Contains("cannot act", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Crash_RecommendThenAutoInTheFile_SaysItAndThenDoesIt()
    {
        await using RunningCollector collector = await StartAsync("recommend");
        using AgentUnderTest agent = await collector.JoinAsync();
        await CrashAsync(agent, 2);
        IncidentRecord told = await ReachesAsync(collector, i => i.Steps.Any(s => s.Kind == IncidentChangeKind.Acted));
        Assert.Equal("rule 'restart' recommends: start (vm1)", told.Steps.Last().Text);
        Assert.Empty((await collector.Directives.ListDirectivesAsync(new(), Call)).Directives);

        await WriteAsync("auto");
        Assert.Equal("start", (await collector.GetAsync(IdOf(await agent.DirectiveAsync()))).Kind);
    }

    [Fact]
    public async Task Crash_StateLostMeanwhile_NothingIsDone()
    {
        await using RunningCollector collector = await StartAsync("recommend");
        using AgentUnderTest agent = await collector.JoinAsync();
        await CrashAsync(agent, 2);
        await ReachesAsync(collector, i => i.Steps.Any(s => s.Kind == IncidentChangeKind.Acted));
        await agent.SendAsync(agent.Event(3, HostEventKind.HypervisorLost));
        await RunningCollector.UntilAsync(async () => (await collector.HostAsync()).Vms.Single().State == VmState.Unknown);

        await WriteAsync("auto");
        await collector.Incidents.AcknowledgeIncidentAsync(new() { Id = (await ReachesAsync(collector, _ => true)).Id }, Call); // a change, so it is looked at
        await agent.SendAsync(agent.Event(4, HostEventKind.HypervisorRestored));
        await agent.SendAsync(agent.Event(5, HostEventKind.VmStarted, VmState.Running, VmStateReason.Booted));
        await agent.AcknowledgedAtLeastAsync(5);
        Assert.Empty((await collector.Directives.ListDirectivesAsync(new(), Call)).Directives);
    }

    private async Task<RunningCollector> StartAsync(string mode, string? directory = null, params string[] settings)
    {
        await WriteAsync(mode);
        return await RunningCollector.StartAsync(directory, null, [$"Remediation:PolicyFile={_policy}", .. settings]);
    }

    private Task WriteAsync(string mode) => File.WriteAllTextAsync(
        _policy, $$"""{"rules":[{"name":"restart","findings":["vm-crashed"],"vm":"vm*","mode":"{{mode}}","directive":"start"}]}""", RunningCollector.Cancel);

    // Who beats meanwhile is not silent.
    private static Task BeatUntilAsync(Func<bool> condition, params AgentUnderTest[] beating) => RunningCollector.UntilAsync(async () =>
    {
        foreach (AgentUnderTest agent in beating)
        {
            await agent.BeatAsync();
        }

        return condition();
    });

    private static async Task CrashAsync(AgentUnderTest agent, long sequence)
    {
        await agent.SendAsync(agent.Event(sequence, HostEventKind.VmCrashed, VmState.Crashed, VmStateReason.Crashed));
        await agent.AcknowledgedAtLeastAsync(sequence);
    }

    private static async Task<IncidentRecord> ReachesAsync(RunningCollector collector, Func<IncidentRecord, bool> condition)
    {
        IncidentRecord? found = null;
        await RunningCollector.UntilAsync(async () =>
        {
            ListIncidentsResponse all = await collector.Incidents.ListIncidentsAsync(new() { Filter = new() { Kind = FindingKind.VmCrashed } }, Call);
            found = all.Incidents.Count == 0 ? null : await collector.Incidents.GetIncidentAsync(new() { Id = all.Incidents[0].Id }, Call);
            return found is not null && condition(found);
        });
        return found!;
    }
}
