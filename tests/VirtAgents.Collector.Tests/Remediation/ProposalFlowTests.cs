using Grpc.Core;
using VirtAgents.Collector.Control;
using VirtAgents.Collector.Tests.Directives;
using VirtAgents.Collector.Tests.Sessions;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;
using static VirtAgents.Collector.Tests.Directives.DirectiveScene;
using DirectiveState = VirtAgents.Protocol.V1.DirectiveState;
using VmState = VirtAgents.Core.Model.VmState;
using VmStateReason = VirtAgents.Core.Model.VmStateReason;

namespace VirtAgents.Collector.Tests.Remediation;

/// <summary>From a crash to a proposal, and what people make of it, on a whole collector.</summary>
public sealed class ProposalFlowTests : IDisposable
{
    private const string Quarantine = """{"rules":[{"name":"q","findings":["vm-paused-by-io-error"],"mode":"approve","directive":"set_link","network":"lan"}]}""";

    private readonly string _policy = Path.GetTempFileName();

    public void Dispose() => File.Delete(_policy);

    [Fact]
    public async Task Approve_CrashedVm_SendsTheDirectiveAndTellsWhoAndWhy()
    {
        await using RunningCollector collector = await StartAsync();
        using AgentUnderTest agent = await collector.JoinAsync();
        await CrashAsync(agent, 2);
        ProposalRecord proposal = await ProposedAsync(collector);
        Assert.Equal(("restart", "start", "vm1", FindingKind.VmCrashed, ProposalState.Open), (proposal.Rule, proposal.Directive, proposal.Vm, proposal.Finding, proposal.State));
        Assert.Equal(("rule 'restart', try 1 of 3; VM vm1 crashed: test", 3_600_000), (proposal.Why, proposal.ExpiresUnixMs - proposal.ProposedUnixMs));
        Assert.Empty((await collector.Directives.ListDirectivesAsync(new(), Call)).Directives);

        ProposalRecord approved = await collector.Remediation.ApproveProposalAsync(new() { Id = proposal.Id, Actor = "ann", Note = "looks safe" }, Call);
        Directive directive = await agent.DirectiveAsync();
        DirectiveRecord record = await collector.GetAsync(IdOf(directive));
        Assert.Equal((ProposalState.Approved, "ann", "looks safe", record.Id), (approved.State, approved.Actor, approved.Note, approved.DirectiveId));
        Assert.Equal(("start", "rule:restart"), (record.Kind, record.Actor));
        Assert.StartsWith("rule 'restart', try 1 of 3, approved by ann; VM vm1 crashed: test; incident ", record.Reason, StringComparison.Ordinal);

        await agent.TellAsync(directive, DirectiveState.Done, "it runs");
        string[] acted = await ActedAsync(collector, proposal, 3);
        Assert.Equal(
            [
                $"rule 'restart', try 1 of 3: start of vm1 waits for approval, proposal {proposal.Id}",
                $"rule 'restart', try 1 of 3, approved by ann: start of vm1 was sent, directive {record.Id} (looks safe)",
                "start of vm1 by rule 'restart': done, it runs",
            ],
            acted);
        await RefusedAsync(StatusCode.FailedPrecondition, "is approved already", () => collector.Remediation.ApproveProposalAsync(new() { Id = proposal.Id }, Call));
    }

    [Fact]
    public async Task Approve_Frozen_IsRefusedWithTheReasonAndMayBeApprovedLater()
    {
        await using RunningCollector collector = await StartAsync();
        using AgentUnderTest agent = await collector.JoinAsync();
        await CrashAsync(agent, 2);
        ProposalRecord proposal = await ProposedAsync(collector);
        await collector.FreezeAsync(true);
        await RefusedAsync(StatusCode.FailedPrecondition, "acting is frozen by ops: storm", () => collector.Remediation.ApproveProposalAsync(new() { Id = proposal.Id, Actor = "ann" }, Call));
        Assert.Empty((await collector.Directives.ListDirectivesAsync(new(), Call)).Directives);
        Assert.Contains($"ann approved proposal {proposal.Id}, and it was not sent: acting is frozen by ops: storm", await ActedAsync(collector, proposal, 2));

        await collector.FreezeAsync(false);
        await collector.Remediation.ApproveProposalAsync(new() { Id = proposal.Id, Actor = "ann" }, Call);
        Assert.Equal("start", (await collector.GetAsync(IdOf(await agent.DirectiveAsync()))).Kind);
    }

    [Fact]
    public async Task Approve_StateUnknownNow_IsRefusedAndStaysOpen()
    {
        await using RunningCollector collector = await StartAsync();
        using AgentUnderTest agent = await collector.JoinAsync();
        await CrashAsync(agent, 2);
        ProposalRecord proposal = await ProposedAsync(collector);
        await agent.SendAsync(agent.Event(3, HostEventKind.HypervisorLost));
        await RunningCollector.UntilAsync(async () => (await collector.HostAsync()).Vms.Single().State == VmState.Unknown);
        await RefusedAsync(StatusCode.FailedPrecondition, "is not carried out now: ", () => collector.Remediation.ApproveProposalAsync(new() { Id = proposal.Id }, Call));
        Assert.Equal(ProposalState.Open, (await ProposedAsync(collector)).State);
        Assert.Empty((await collector.Directives.ListDirectivesAsync(new(), Call)).Directives);
    }

    [Fact]
    public async Task Decline_CrashedVm_IsToldAndNotProposedAgainAlsoAfterARestart()
    {
        RunningCollector first = await StartAsync();
        ProposalRecord proposal;
        await using (first)
        {
            using AgentUnderTest agent = await first.JoinAsync();
            await CrashAsync(agent, 2);
            proposal = await ProposedAsync(first);
            await first.StopAsync();
        }

        await using RunningCollector second = await RunningCollector.StartAsync(first.Directory, null, [$"Remediation:PolicyFile={_policy}"]);
        using AgentUnderTest again = second.Agent();
        await again.OpenAsync(acked: 2);
        Assert.Equal(proposal, await ProposedAsync(second));
        ProposalRecord declined = await second.Remediation.DeclineProposalAsync(new() { Id = proposal.Id, Actor = "bob", Note = "disk first" }, Call);
        Assert.Equal((ProposalState.Declined, "bob", "disk first", ""), (declined.State, declined.Actor, declined.Note, declined.DirectiveId));
        Assert.Equal($"start of vm1, proposal {proposal.Id}, was declined by bob: disk first", (await ActedAsync(second, proposal, 2))[^1]);

        // Both are about the same finding; whoever looks at it now must leave it.
        await second.Part<VirtAgents.Collector.Incidents.IncidentKeeper>().RecordAsync(Guid.Parse(proposal.IncidentId), "looked at", RunningCollector.Cancel);
        await ActedAsync(second, proposal, 3);
        Assert.Single((await second.Remediation.ListProposalsAsync(new(), Call)).Proposals);
        await RefusedAsync(StatusCode.FailedPrecondition, "is declined already", () => second.Remediation.ApproveProposalAsync(new() { Id = proposal.Id }, Call));
    }

    [Fact]
    public async Task Proposal_VmStartedByHand_IsWithdrawn()
    {
        await using RunningCollector collector = await StartAsync();
        using AgentUnderTest agent = await collector.JoinAsync();
        await CrashAsync(agent, 2);
        ProposalRecord proposal = await ProposedAsync(collector);
        await agent.SendAsync(agent.Event(3, HostEventKind.VmStarted, VmState.Running, VmStateReason.Booted));
        await RunningCollector.UntilAsync(async () => (await ProposedAsync(collector)).State == ProposalState.Withdrawn);
        Assert.Equal($"start of vm1, proposal {proposal.Id}, was withdrawn: its finding has ended", (await ActedAsync(collector, proposal, 2))[^1]);
        await RefusedAsync(StatusCode.FailedPrecondition, "is withdrawn already", () => collector.Remediation.ApproveProposalAsync(new() { Id = proposal.Id }, Call));
    }

    [Fact]
    public async Task Proposal_NobodyDecided_ExpiresAndIsNotMadeAgain()
    {
        await using RunningCollector collector = await StartAsync();
        using AgentUnderTest agent = await collector.JoinAsync();
        await CrashAsync(agent, 2);
        ProposalRecord proposal = await ProposedAsync(collector);

        // Its hour is over: told by the record, since the clock is the real one.
        await collector.Part<ControlQueue>().RunAsync(
            async context =>
            {
                context.Proposals.Single().ExpiresUnixMs = 1;
                return await context.SaveChangesAsync();
            },
            RunningCollector.Cancel);
        await RunningCollector.UntilAsync(async () => (await ProposedAsync(collector)).State == ProposalState.Expired);
        Assert.Equal($"start of vm1, proposal {proposal.Id}, has expired: nobody has decided in time", (await ActedAsync(collector, proposal, 2))[^1]);
        Assert.Single((await collector.Remediation.ListProposalsAsync(new(), Call)).Proposals);
        Assert.Empty((await collector.Remediation.ListProposalsAsync(new() { State = ProposalState.Open }, Call)).Proposals);
        await RefusedAsync(StatusCode.FailedPrecondition, "is expired already", () => collector.Remediation.ApproveProposalAsync(new() { Id = proposal.Id }, Call));
    }

    [Fact]
    public async Task Approve_Quarantine_SendsWhatWasShownAndIsNotProposedAgain()
    {
        await using RunningCollector collector = await StartAsync(Quarantine);
        using AgentUnderTest agent = await PausedAsync(collector);
        ProposalRecord proposal = await ProposedAsync(collector);
        Assert.Equal(("set_link", "52:54:00:00:00:01", "down"), (proposal.Directive, proposal.Parameters["mac"], proposal.Parameters["state"]));
        await collector.Remediation.ApproveProposalAsync(new() { Id = proposal.Id, Actor = "ann" }, Call);
        Directive directive = await agent.DirectiveAsync();
        DirectiveRecord record = await collector.GetAsync(IdOf(directive));
        Assert.Equal(("set_link", proposal.Parameters), (record.Kind, record.Parameters));

        await agent.TellAsync(directive, DirectiveState.Failed, "no such card");
        await ActedAsync(collector, proposal, 3);
        Assert.Single((await collector.Remediation.ListProposalsAsync(new(), Call)).Proposals);
    }

    [Fact]
    public async Task Approve_InterfaceChangedMeanwhile_IsRefusedAndProposedAnew()
    {
        await using RunningCollector collector = await StartAsync(Quarantine);
        using AgentUnderTest agent = await PausedAsync(collector);
        ProposalRecord proposal = await ProposedAsync(collector);
        agent.Interfaces = [new(2, "52:54:00:00:00:09", "", "lan")];
        await agent.SendInventoryAsync(3);
        await RunningCollector.UntilAsync(async () => (await collector.HostAsync()).Vms.Single().Info.Interfaces.Single().Mac.EndsWith('9'));
        await RefusedAsync(
            StatusCode.FailedPrecondition, "it would be set_link mac=52:54:00:00:00:09 state=down now", () => collector.Remediation.ApproveProposalAsync(new() { Id = proposal.Id }, Call));
        ProposalRecord[] open = [];
        await RunningCollector.UntilAsync(
            async () => (open = [.. (await collector.Remediation.ListProposalsAsync(new() { State = ProposalState.Open }, Call)).Proposals]).Length > 0);
        Assert.Equal("52:54:00:00:00:09", Assert.Single(open).Parameters["mac"]);
        Assert.Empty((await collector.Directives.ListDirectivesAsync(new(), Call)).Directives);
    }

    [Fact]
    public async Task Requests_BadFields_AreToldByName()
    {
        await using RunningCollector collector = await StartAsync();
        await RefusedAsync(StatusCode.InvalidArgument, "the UUID of a proposal", () => collector.Remediation.ApproveProposalAsync(new() { Id = "x" }, Call));
        await RefusedAsync(StatusCode.NotFound, "there is no proposal", () => collector.Remediation.ApproveProposalAsync(new() { Id = $"{Guid.NewGuid()}" }, Call));
        RpcException state = await Assert.ThrowsAsync<RpcException>(async () => await collector.Remediation.ListProposalsAsync(new() { State = (ProposalState)99 }, Call));
        Assert.Equal(StatusCode.InvalidArgument, state.StatusCode);
        Assert.Equal("{\"proposals\":[],\"nextPageToken\":\"\"}", (await collector.Http.GetStringAsync("/v1/proposals", RunningCollector.Cancel)).Replace(" ", "", StringComparison.Ordinal));
    }

    private async Task<RunningCollector> StartAsync(string policy = """{"rules":[{"name":"restart","findings":["vm-crashed"],"mode":"approve","directive":"start"}]}""")
    {
        await File.WriteAllTextAsync(_policy, policy, RunningCollector.Cancel);
        return await RunningCollector.StartAsync(null, null, [$"Remediation:PolicyFile={_policy}"]);
    }

    // A VM with one interface that stands still since a disk failed.
    private static async Task<AgentUnderTest> PausedAsync(RunningCollector collector)
    {
        AgentUnderTest agent = await collector.JoinAsync();
        agent.Interfaces = [new(2, "52:54:00:00:00:01", "", "lan")];
        await agent.SendInventoryAsync(2);
        await RunningCollector.UntilAsync(async () => (await collector.HostAsync()).Vms.Single().Info.Interfaces.Length == 1);
        await agent.SendAsync(agent.Event(2, HostEventKind.VmPaused, VmState.Paused, VmStateReason.IoError));
        await agent.AcknowledgedAtLeastAsync(2);
        return agent;
    }

    private static async Task CrashAsync(AgentUnderTest agent, long sequence)
    {
        await agent.SendAsync(agent.Event(sequence, HostEventKind.VmCrashed, VmState.Crashed, VmStateReason.Crashed));
        await agent.AcknowledgedAtLeastAsync(sequence);
    }

    private static async Task<ProposalRecord> ProposedAsync(RunningCollector collector)
    {
        ProposalRecord[] found = [];
        await RunningCollector.UntilAsync(async () => (found = [.. (await collector.Remediation.ListProposalsAsync(new(), Call)).Proposals]).Length > 0);
        return Assert.Single(found);
    }

    private static async Task<string[]> ActedAsync(RunningCollector collector, ProposalRecord proposal, int atLeast)
    {
        string[] acted = [];
        await RunningCollector.UntilAsync(async () =>
        {
            IncidentRecord incident = await collector.Incidents.GetIncidentAsync(new() { Id = proposal.IncidentId }, Call);
            acted = [.. incident.Steps.Where(s => s.Kind == IncidentChangeKind.Acted).Select(s => s.Text)];
            return acted.Length >= atLeast;
        });
        return acted;
    }

    private static async Task RefusedAsync(StatusCode code, string told, Func<AsyncUnaryCall<ProposalRecord>> call)
    {
        RpcException refused = await Assert.ThrowsAsync<RpcException>(async () => await call());
        Assert.Equal(code, refused.StatusCode);
        Assert.Contains(told, refused.Status.Detail, StringComparison.Ordinal);
    }
}
