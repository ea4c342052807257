using VirtAgents.Collector.Tests.Directives;
using VirtAgents.Collector.Tests.Sessions;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;
using static VirtAgents.Collector.Tests.Directives.DirectiveScene;
using SampleTier = VirtAgents.Core.Model.SampleTier;
using SubjectKind = VirtAgents.Core.Model.SubjectKind;
using VmState = VirtAgents.Core.Model.VmState;

namespace VirtAgents.Collector.Tests.Requests;

/// <summary>Requests whose VM is moved first, on a whole collector: each of two hosts promises 2 vCPUs, which is one VM.</summary>
public sealed class RequestMoveFlowTests : IDisposable
{
    private const string Policy = """{ "vcpuRatio": 0.5, "address": "qemu+tls://{host}/system", "queue": {} }""";

    private readonly string _policy = Path.GetTempFileName();

    public void Dispose() => File.Delete(_policy);

    [Fact]
    public async Task Submit_OwnHostFull_MovesTheVmThenStartsItThereOnce()
    {
        await using RunningCollector collector = await StartAsync();
        using AgentUnderTest source = await JoinAsync(collector, 1, VmState.Running, VmState.ShutOff), target = await JoinAsync(collector, 2, VmState.ShutOff);
        StartRequestRecord request = await collector.SubmitAsync(new() { Vm = "vm1-2", Anywhere = true, Actor = "ann" });
        Directive move = await source.DirectiveAsync();
        DirectiveRecord moved = await collector.GetAsync(IdOf(move));
        Assert.Equal(("migrate", "vm1-2", "host1", "queue:ann"), (moved.Kind, moved.Vm, moved.Host, moved.Actor));
        Assert.Equal(("qemu+tls://host2/system", "true"), (moved.Parameters["destination"], moved.Parameters["offline"]));
        StartRequestRecord moving = await collector.ReachesAsync(request.Id, RequestStage.Moving);
        Assert.Equal((true, "host1", "host2", moved.Id), (moving.Anywhere, moving.Host, moving.Target, moving.MoveDirectiveId));
        Assert.StartsWith("moves to host host2 first: host2 leaves the load most even: score ", moving.Choice, StringComparison.Ordinal);

        StartRequestRecord other = await collector.SubmitAsync(new() { Vm = "vm2" });
        Assert.Equal((RequestStage.Waiting, true), (other.State, other.Detail.Contains("0 vCPUs", StringComparison.Ordinal)));
        await source.TellAsync(move, DirectiveState.Done, "it is defined there");
        VmId vm = new(new Guid(1, 7, 8, new byte[8]));
        await GoesAsync(source, target, vm);
        Directive start = await target.DirectiveAsync();
        DirectiveRecord started = await collector.GetAsync(IdOf(start));
        Assert.Equal(("start", "vm1-2", "host2"), (started.Kind, started.Vm, started.Host));
        StartRequestRecord sent = await collector.ReachesAsync(request.Id, RequestStage.Sent);
        Assert.Equal(("host2", "host2", started.Id), (sent.Host, sent.Target, sent.DirectiveId));
        Assert.Equal(2, (await collector.Directives.ListDirectivesAsync(new(), Call)).Directives.Count);
    }

    [Fact]
    public async Task Submit_CollectorEndsWhileTheVmMoves_MovesItOnceAndAFailureEndsTheRequest()
    {
        RunningCollector first = await StartAsync();
        StartRequestRecord request;
        Directive move;
        await using (first)
        {
            using AgentUnderTest source = await JoinAsync(first, 1, VmState.Running, VmState.ShutOff), target = await JoinAsync(first, 2, VmState.ShutOff);
            request = await first.SubmitAsync(new() { Vm = "vm1-2", Anywhere = true });
            move = await source.DirectiveAsync();
            await first.StopAsync();
        }

        await using RunningCollector second = await RunningCollector.StartAsync(first.Directory, null, [.. Settings]);
        Assert.Equal(RequestStage.Moving, (await second.GetRequestAsync(request.Id)).State);
        using AgentUnderTest again = second.Agent();
        again.VmCount = 2;
        Introduce(again);
        await again.OpenAsync(1);
        Assert.Equal(move.Id, (await again.DirectiveAsync()).Id);
        await again.TellAsync(move, DirectiveState.Refused, "it has 1 snapshots");
        StartRequestRecord failed = await second.ReachesAsync(request.Id, RequestStage.Failed);
        Assert.Equal(("its VM was not moved: refused: it has 1 snapshots", "host1", ""), (failed.Detail, failed.Host, failed.DirectiveId));
        Assert.Single((await second.Directives.ListDirectivesAsync(new(), Call)).Directives);
    }

    [Fact]
    public async Task Cancel_WhileTheVmMoves_EndsTheRequestAndTakesTheMoveBack()
    {
        await using RunningCollector collector = await StartAsync();
        using AgentUnderTest source = await JoinAsync(collector, 1, VmState.Running, VmState.ShutOff), target = await JoinAsync(collector, 2, VmState.ShutOff);
        StartRequestRecord request = await collector.SubmitAsync(new() { Vm = "vm1-2", Anywhere = true });
        Directive move = await source.DirectiveAsync();
        StartRequestRecord ended = await collector.Requests.CancelRequestAsync(new() { Id = request.Id, Actor = "bob" }, Call);
        Assert.Equal((RequestStage.Cancelled, $"taken back by bob; what became of its move tells directive {IdOf(move)}"), (ended.State, ended.Detail));
        CollectorMessage message;
        do
        {
            message = await source.NextAsync();
        }
        while (message.CancelDirective is null);

        Assert.Equal(move.Id, message.CancelDirective.DirectiveId);
    }

    private IEnumerable<string> Settings => [$"Scheduling:PolicyFile={_policy}", "Liveness:ReturnLimit=1s"];

    /// <summary>The second VM of the source is on the target, and off.</summary>
    private static async Task GoesAsync(AgentUnderTest source, AgentUnderTest target, VmId vm)
    {
        source.VmCount = 1;
        await source.SendInventoryAsync(2);
        target.VmCount = 2;
        Func<VmInfo, VmInfo> usual = target.Describe;
        target.Describe = v => usual(v.Name == "vm2-2" ? v with { Id = vm, Name = "vm1-2" } : v);
        await target.SendInventoryAsync(2);
        SampleSet seen = new() { TimeUnixMs = AgentUnderTest.Time(2), Tier = SampleTier.Slow, InventoryVersion = 2 };
        SampleTable table = seen.Add(SubjectKind.Vm, [Metric.VmStateCode]);
        table.Set(table.AddRow(1), 0, (long)VmState.ShutOff);
        table.Set(table.AddRow(2), 0, (long)VmState.ShutOff);
        await target.SendAsync(target.Encoded(seen, 2));
    }

    private static void Introduce(AgentUnderTest agent)
    {
        agent.Introduce = hello =>
        {
            hello.Cluster = "east";
            hello.Unsupported.Clear();
            hello.Capabilities.Add("migrate");
        };
        agent.Describe = vm => vm with { HasAutostart = false };
    }

    private static async Task<AgentUnderTest> JoinAsync(RunningCollector collector, int host, params VmState[] states)
    {
        AgentUnderTest agent = collector.Agent(host);
        agent.VmCount = states.Length;
        Introduce(agent);
        await agent.OpenAsync();
        await agent.SendAsync(agent.StateReport(1, states));
        await agent.AcknowledgedAtLeastAsync(1);
        return agent;
    }

    private async Task<RunningCollector> StartAsync()
    {
        await File.WriteAllTextAsync(_policy, Policy, RunningCollector.Cancel);
        return await RunningCollector.StartAsync(null, null, [.. Settings]);
    }
}
