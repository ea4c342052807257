using Grpc.Core;
using VirtAgents.Collector.Tests.Sessions;
using VirtAgents.Core.Model;
using VirtAgents.Protocol;
using VirtAgents.Protocol.V1;
using VmState = VirtAgents.Core.Model.VmState;

namespace VirtAgents.Collector.Tests.Directives;

/// <summary>A collector with one host and its VM, and what tests of directives do with them.</summary>
internal static class DirectiveScene
{
    public static CallOptions Call => new(cancellationToken: TestContext.Current.CancellationToken, deadline: TimeProvider.System.GetUtcNow().UtcDateTime + RunningCollector.Patience);

    /// <summary>An agent whose VM the collector knows.</summary>
    public static async Task<AgentUnderTest> JoinAsync(this RunningCollector collector, int host = 1)
    {
        AgentUnderTest agent = collector.Agent(host);
        Welcome welcome = await agent.OpenAsync();
        long next = (long)welcome.AckedSequence + 1;
        await agent.SendAsync(agent.Event(next, HostEventKind.VmObserved, VmState.Running));
        await agent.AcknowledgedAtLeastAsync(next);
        return agent;
    }

    /// <summary>An agent whose host migrates VMs, or tells why not, and of which a report is there.</summary>
    public static async Task<AgentUnderTest> JoinMigratingAsync(
        this RunningCollector collector, int host, bool isDraining = false, ulong acked = 0, string cluster = "", bool canMigrate = true)
    {
        AgentUnderTest agent = collector.Agent(host);
        agent.Introduce = hello =>
        {
            (hello.Draining, hello.Cluster) = (isDraining, cluster);
            if (canMigrate)
            {
                hello.Capabilities.Add("migrate");
                hello.Unsupported.Clear();
            }
        };
        await agent.OpenAsync(acked);
        long next = (long)acked + 1;
        await agent.SendAsync(agent.Report(next));
        await agent.AcknowledgedAtLeastAsync(next);
        return agent;
    }

    /// <summary>Lets an agent go, and waits until the collector has noticed.</summary>
    public static async Task LeaveAsync(this RunningCollector collector, AgentUnderTest agent)
    {
        await agent.CompleteAsync();
        Assert.Equal(StatusCode.OK, (await agent.EndAsync()).StatusCode);
        await RunningCollector.UntilAsync(async () => (await collector.HostAsync(agent.Number)).Agent == AgentStatus.Stopped);
    }

    public static Task<DirectiveRecord> SendAsync(this RunningCollector collector, SendDirectiveRequest request) =>
        collector.Directives.SendDirectiveAsync(request, Call).ResponseAsync;

    public static Task<DirectiveRecord> GetAsync(this RunningCollector collector, string id) =>
        collector.Directives.GetDirectiveAsync(new() { Id = id }, Call).ResponseAsync;

    public static async Task<DirectiveRecord> ReachesAsync(this RunningCollector collector, string id, DirectiveStage state)
    {
        DirectiveRecord record = new();
        await RunningCollector.UntilAsync(async () => (record = await collector.GetAsync(id)).State == state);
        return record;
    }

    public static async Task<Status> RefusedAsync(Task<DirectiveRecord> call) => (await Assert.ThrowsAsync<RpcException>(() => call)).Status;

    public static Task<Freeze> FreezeAsync(this RunningCollector collector, bool frozen, string reason = "storm") =>
        collector.Directives.SetFreezeAsync(new() { Frozen = frozen, Reason = reason, Actor = "ops" }, Call).ResponseAsync;

    public static string IdOf(Directive directive)
    {
        Assert.True(WireGuid.TryRead(directive.Id, out Guid id));
        return id.ToString();
    }

    public static IEnumerable<DirectiveStage> StatesOf(DirectiveRecord record) => record.Steps.Select(s => s.State);
}
