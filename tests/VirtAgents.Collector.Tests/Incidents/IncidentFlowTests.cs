using Grpc.Core;
using VirtAgents.Collector.Control;
using VirtAgents.Collector.Incidents;
using VirtAgents.Collector.Tests.Directives;
using VirtAgents.Collector.Tests.Sessions;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Model;
using VirtAgents.Protocol;
using VirtAgents.Protocol.V1;
using static VirtAgents.Collector.Tests.Directives.DirectiveScene;
using ElementKind = VirtAgents.Protocol.V1.ElementKind;
using FindingKind = VirtAgents.Protocol.V1.FindingKind;
using IncidentChangeKind = VirtAgents.Protocol.V1.IncidentChangeKind;
using IncidentState = VirtAgents.Protocol.V1.IncidentState;
using VmState = VirtAgents.Core.Model.VmState;
using VmStateReason = VirtAgents.Core.Model.VmStateReason;

namespace VirtAgents.Collector.Tests.Incidents;

/// <summary>From an agent's event to the API, on a whole collector.</summary>
public sealed class IncidentFlowTests
{
    [Fact]
    public async Task Crash_OverARestart_IsOneIncidentUntilTheVmRunsAgain()
    {
        RunningCollector first = await RunningCollector.StartAsync();
        string id;
        await using (first)
        {
            using AgentUnderTest agent = await first.JoinAsync();
            await CrashAsync(agent, 2);
            id = (await SingleAsync(first, i => i.State == IncidentState.Open)).Id;
            await first.StopAsync();
        }

        await using RunningCollector second = await RunningCollector.StartAsync(first.Directory);
        IncidentRecord kept = await SingleAsync(second, i => i.State == IncidentState.Open);
        Assert.Equal((id, FindingKind.VmCrashed, "vm1", IncidentSeverity.Critical), (kept.Id, kept.Root.Kind, kept.Root.Name, kept.Severity));

        using AgentUnderTest again = second.Agent();
        Welcome welcome = await again.OpenAsync(acked: 2);
        long next = (long)welcome.AckedSequence + 1;
        await again.SendAsync(again.Event(next, HostEventKind.VmStarted, VmState.Running, VmStateReason.Booted));
        await again.AcknowledgedAtLeastAsync(next);
        IncidentRecord resolved = await SingleAsync(second, i => i.State == IncidentState.Resolved);
        IncidentRecord whole = await second.Incidents.GetIncidentAsync(new() { Id = id }, Call);
        Assert.Equal((id, true), (resolved.Id, resolved.ResolvedUnixMs > 0));
        Assert.Equal([IncidentChangeKind.Opened, IncidentChangeKind.Resolved], whole.Steps.Select(s => s.Kind));
        Assert.Contains(whole.Plots, p => p.Metric == "vm_cpu_percent" && p.Vm == again.Vm.ToString());
    }

    [Fact]
    public async Task ExportIncident_OfACrash_HasWhatTheRulesNeedToConcludeItAgain()
    {
        await using RunningCollector collector = await RunningCollector.StartAsync();
        using AgentUnderTest agent = await collector.JoinAsync();
        await CrashAsync(agent, 2);
        string id = (await SingleAsync(collector, i => i.State == IncidentState.Open)).Id;

        IncidentBundle bundle = await collector.IncidentHistory.ExportIncidentAsync(new() { Id = id }, Call);

        Assert.Equal((1u, id, false), (bundle.Format, bundle.Incident.Id, bundle.Truncated));
        List<FleetEvent> lines = [.. bundle.Events.Select(e => EventMapping.TryFromWire(e, out FleetEvent? line, out string? problem) ? line : throw new InvalidDataException(problem))];
        Topology topology = Topology.Of(bundle.Hosts.Select(h => TopologyMapping.TryFromWire(h, out Core.Detection.Incidents.TopologyHost? host, out string? problem) ? host : throw new InvalidDataException(problem)));
        Assert.True(IncidentMapping.TryFromWire(bundle.Incident, out Incident? recorded, out _));
        Incident again = Assert.Single(IncidentReplay.Run(lines, topology, bundle.ExportedUnixMs));
        Assert.Empty(IncidentComparison.Differences(recorded, again));
        Assert.Equal("vm1", topology.NameOf(again.Root.Key.Element));
        RpcException none = await Assert.ThrowsAsync<RpcException>(async () => await collector.IncidentHistory.ExportIncidentAsync(new() { Id = Guid.NewGuid().ToString() }, Call));
        Assert.Equal(StatusCode.NotFound, none.StatusCode);
    }

    [Fact]
    public async Task AcknowledgeIncident_Active_IsKeptAndToldAndRefusedOnceOver()
    {
        await using RunningCollector collector = await RunningCollector.StartAsync();
        using AgentUnderTest agent = await collector.JoinAsync();
        using AsyncServerStreamingCall<IncidentRecord> watch = collector.Incidents.WatchIncidents(new(), Call);
        await watch.ResponseHeadersAsync;
        await CrashAsync(agent, 2);
        IncidentRecord opened = await NextAsync(watch);
        Assert.Equal(IncidentChangeKind.Opened, opened.Steps.Single().Kind);

        IncidentRecord taken = await collector.Incidents.AcknowledgeIncidentAsync(new() { Id = opened.Id, Actor = "ann", Note = "on my way" }, Call);
        Assert.Equal((IncidentState.Acknowledged, "ann", "on my way"), (taken.State, taken.AcknowledgedBy, taken.Note));
        Assert.Equal(IncidentChangeKind.Acknowledged, (await NextAsync(watch)).Steps.Single().Kind);

        await agent.SendAsync(agent.Event(3, HostEventKind.VmStarted, VmState.Running, VmStateReason.Booted));
        Assert.Equal(IncidentState.Resolved, (await NextAsync(watch)).State);
        RpcException over = await Assert.ThrowsAsync<RpcException>(async () => await collector.Incidents.AcknowledgeIncidentAsync(new() { Id = opened.Id }, Call));
        Assert.Equal((StatusCode.FailedPrecondition, $"incident {opened.Id} is resolved: only active ones are taken on"), (over.StatusCode, over.Status.Detail));
    }

    [Fact]
    public async Task AcknowledgeIncident_CallerGoesAwayWhileItIsRecorded_IsRecordedOnce()
    {
        await using RunningCollector collector = await RunningCollector.StartAsync();
        using AgentUnderTest agent = await collector.JoinAsync();
        await CrashAsync(agent, 2);
        Guid id = Guid.Parse((await SingleAsync(collector, _ => true)).Id);
        TaskCompletionSource release = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<int> ahead = collector.Part<ControlQueue>().RunAsync(async _ => { await release.Task; return 0; }, RunningCollector.Cancel);

        using CancellationTokenSource leaving = new();
        Task taken = collector.Part<IncidentKeeper>().AcknowledgeAsync(id, "ann", "", leaving.Token);
        await leaving.CancelAsync();
        release.SetResult();
        await ahead;
        await Task.WhenAny(taken); // whether the caller was told is not what this is about
        await agent.SendAsync(agent.Event(3, HostEventKind.VmStarted, VmState.Running, VmStateReason.Booted));
        await SingleAsync(collector, i => i.State == IncidentState.Resolved);

        IncidentRecord whole = await collector.Incidents.GetIncidentAsync(new() { Id = id.ToString() }, Call);
        Assert.InRange(whole.Steps.Count(s => s.Kind == IncidentChangeKind.Acknowledged), 0, 1);
        Assert.Single(whole.Steps, s => s.Kind == IncidentChangeKind.Resolved);
    }

    [Fact]
    public async Task Silence_SetThenLifted_CoversWhatItNames()
    {
        await using RunningCollector collector = await RunningCollector.StartAsync();
        using AgentUnderTest agent = await collector.JoinAsync();
        SilenceRecord silence = await collector.Incidents.SetSilenceAsync(
            new() { ElementKind = ElementKind.Vm, Name = "vm*", DurationMs = 3_600_000, Actor = "ann", Reason = "new firmware" }, Call);
        Assert.Equal(silence, Assert.Single((await collector.Incidents.ListSilencesAsync(new(), Call)).Silences));

        await CrashAsync(agent, 2);
        Assert.True((await SingleAsync(collector, i => i.State == IncidentState.Open)).Silenced);

        await collector.Incidents.LiftSilenceAsync(new() { Id = silence.Id }, Call);
        Assert.False((await SingleAsync(collector, i => !i.Silenced)).Silenced);
        Assert.Empty((await collector.Incidents.ListSilencesAsync(new(), Call)).Silences);
    }

    [Fact]
    public async Task Store_AwayAndBack_LosesNothing()
    {
        await using RunningCollector collector = await RunningCollector.StartAsync();
        using AgentUnderTest agent = await collector.JoinAsync();
        collector.Store.EventsProblem = "the disk is gone";
        await CrashAsync(agent, 2);
        await agent.SendAsync(agent.Event(3, HostEventKind.VmUndefined, VmState.Gone, VmStateReason.Undefined));
        await agent.AcknowledgedAtLeastAsync(3);
        Assert.Empty((await collector.Incidents.ListIncidentsAsync(new(), Call)).Incidents);
        collector.Store.EventsProblem = null;
        Assert.Equal("vm1", (await SingleAsync(collector, i => i.State == IncidentState.Resolved)).Root.Name);
    }

    [Fact]
    public async Task Crash_StoredJustBeforeTheVeryFirstRunEnds_IsJudgedByTheNext()
    {
        RunningCollector first = await RunningCollector.StartAsync();
        await using (first)
        {
            using AgentUnderTest agent = await first.JoinAsync();
            first.Store.EventsProblem = "the disk is gone";
            await CrashAsync(agent, 2);
            await first.StopAsync();
        }

        await using RunningCollector second = await RunningCollector.StartAsync(first.Directory);
        Assert.Equal("vm1", (await SingleAsync(second, i => i.State == IncidentState.Open)).Root.Name);
    }

    [Theory]
    [InlineData("duration_ms", 1, "why", 0)]
    [InlineData("reason", 3_600_000, " ", 0)]
    [InlineData("kind", 3_600_000, "why", 999)]
    public async Task SetSilence_BadField_IsNamed(string field, long duration, string reason, int kind)
    {
        await using RunningCollector collector = await RunningCollector.StartAsync();
        RpcException refused = await Assert.ThrowsAsync<RpcException>(async () =>
            await collector.Incidents.SetSilenceAsync(new() { DurationMs = duration, Reason = reason, Kind = (FindingKind)kind }, Call));
        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        Assert.StartsWith(field, refused.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_ListAndGet_AnswerLikeGrpc()
    {
        await using RunningCollector collector = await RunningCollector.StartAsync();
        using AgentUnderTest agent = await collector.JoinAsync();
        await CrashAsync(agent, 2);
        string id = (await SingleAsync(collector, _ => true)).Id;

        string list = await collector.Http.GetStringAsync(new Uri("/v1/incidents?filter.active=true&filter.minSeverity=INCIDENT_SEVERITY_CRITICAL", UriKind.Relative), RunningCollector.Cancel);
        string one = await collector.Http.GetStringAsync(new Uri($"/v1/incidents/{id}", UriKind.Relative), RunningCollector.Cancel);
        Assert.Contains($"\"id\":\"{id}\"", list.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("FINDING_KIND_VM_CRASHED", one, StringComparison.Ordinal);
    }

    private static async Task CrashAsync(AgentUnderTest agent, long sequence)
    {
        await agent.SendAsync(agent.Event(sequence, HostEventKind.VmCrashed, VmState.Crashed, VmStateReason.Crashed));
        await agent.AcknowledgedAtLeastAsync(sequence);
    }

    private static async Task<IncidentRecord> NextAsync(AsyncServerStreamingCall<IncidentRecord> watch)
    {
        Assert.True(await watch.ResponseStream.MoveNext(RunningCollector.Cancel).WaitAsync(RunningCollector.Patience, RunningCollector.Cancel));
        return watch.ResponseStream.Current;
    }

    private static async Task<IncidentRecord> SingleAsync(RunningCollector collector, Func<IncidentRecord, bool> condition)
    {
        IncidentRecord? found = null;
        await RunningCollector.UntilAsync(async () =>
        {
            ListIncidentsResponse all = await collector.Incidents.ListIncidentsAsync(new(), Call);
            found = all.Incidents.SingleOrDefault();
            return found is not null && condition(found);
        });
        return found!;
    }
}
