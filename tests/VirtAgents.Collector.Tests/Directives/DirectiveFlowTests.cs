using Grpc.Core;
using Microsoft.Data.Sqlite;
using VirtAgents.Collector.Tests.Sessions;
using VirtAgents.Protocol.V1;
using static VirtAgents.Collector.Tests.Directives.DirectiveScene;
using static VirtAgents.Collector.Tests.Sessions.RunningCollector;
using static VirtAgents.Protocol.V1.DirectiveStage;

namespace VirtAgents.Collector.Tests.Directives;

public sealed class DirectiveFlowTests
{
    [Fact]
    public async Task Send_CarriedOut_EachStepIsRecordedInOrder()
    {
        await using RunningCollector collector = await StartAsync();
        using AgentUnderTest agent = await collector.JoinAsync();
        DirectiveRecord sent = await collector.SendAsync(new()
        {
            Kind = "set_memory", Vm = "vm1", Parameters = { ["memory_bytes"] = "536870912" }, Reason = "shrink", Actor = "ann", PredictedEffect = "512 MiB free",
        });
        Directive directive = await agent.DirectiveAsync();
        Assert.Equal((sent.Id, "set_memory", 1ul, "shrink", "536870912"), (IdOf(directive), directive.Kind, directive.Epoch, directive.Reason, directive.Parameters["memory_bytes"]));
        await agent.TellAsync(directive, DirectiveState.Accepted);
        await agent.TellAsync(directive, DirectiveState.Running, "half", percent: 50);
        await agent.TellAsync(directive, DirectiveState.Done, "seen at 512 MiB", percent: 100);

        DirectiveRecord done = await collector.ReachesAsync(sent.Id, Done);
        Assert.Equal([Proposed, Sent, Accepted, Running, Done], StatesOf(done));
        Assert.Equal(["ann", "collector", "agent of host1", "agent of host1", "agent of host1"], done.Steps.Select(s => s.Actor));
        Assert.Equal(("host1", "vm1", agent.Vm.ToString(), "ann", "512 MiB free"), (done.Host, done.Vm, done.VmId, done.Actor, done.PredictedEffect));
        Assert.Equal(("seen at 512 MiB", 100u, AgentUnderTest.Time(1)), (done.Detail, done.ProgressPercent, done.Steps[^1].HostTimeUnixMs));
    }

    [Fact]
    public async Task Send_Refused_TellsReasonAndRule()
    {
        await using RunningCollector collector = await StartAsync();
        using AgentUnderTest agent = await collector.JoinAsync();
        DirectiveRecord sent = await collector.SendAsync(new() { Kind = "destroy", Vm = "vm1" });
        await agent.TellAsync(await agent.DirectiveAsync(), DirectiveState.Refused, "rule 'night' denies destroy", RefusalReason.Policy);

        DirectiveRecord refused = await collector.ReachesAsync(sent.Id, Refused);
        Assert.Equal((RefusalReason.Policy, "rule 'night' denies destroy"), (refused.Refusal, refused.Detail));
    }

    [Fact]
    public async Task Connect_AfterABreak_WhatHasNotEndedIsSentAgain()
    {
        await using RunningCollector collector = await StartAsync();
        string lost, ended;
        using (AgentUnderTest first = await collector.JoinAsync())
        {
            ended = (await collector.SendAsync(new() { Kind = "suspend", Vm = "vm1" })).Id;
            await first.TellAsync(await first.DirectiveAsync(), DirectiveState.Done);
            await collector.ReachesAsync(ended, Done);
            lost = (await collector.SendAsync(new() { Kind = "resume", Vm = "vm1" })).Id;
            await first.DirectiveAsync();
        }

        using AgentUnderTest second = collector.Agent();
        await second.OpenAsync();
        Directive again = await second.DirectiveAsync();
        Assert.Equal(lost, IdOf(again));
        await second.TellAsync(again, DirectiveState.Done);
        Assert.Equal([Proposed, Sent, Sent, Accepted, Done], StatesOf(await collector.ReachesAsync(lost, Done)));
    }

    [Fact]
    public async Task Restart_OfTheCollector_SendsAgainInANewerEpoch()
    {
        RunningCollector first = await StartAsync();
        string id, waiting;
        await using (first)
        {
            using AgentUnderTest agent = await first.JoinAsync();
            id = (await first.SendAsync(new() { Kind = "reboot", Vm = "vm1" })).Id;
            await agent.TellAsync(await agent.DirectiveAsync(), DirectiveState.Running);
            await first.ReachesAsync(id, Running);
            await first.LeaveAsync(agent);
            waiting = (await first.SendAsync(new() { Kind = "suspend", Vm = "vm1" })).Id;
            await first.StopAsync();
        }

        await using RunningCollector second = await StartAsync(first.Directory);
        Assert.Equal((Running, Proposed), ((await second.GetAsync(id)).State, (await second.GetAsync(waiting)).State));
        using AgentUnderTest again = second.Agent();
        Assert.Equal(2ul, (await again.OpenAsync(acked: 1)).Epoch);
        Directive resent = await again.DirectiveAsync(), late = await again.DirectiveAsync();
        Assert.Equal((id, 2ul, waiting, 2ul), (IdOf(resent), resent.Epoch, IdOf(late), late.Epoch));
        await again.TellAsync(resent, DirectiveState.Done);
        Assert.Equal([Proposed, Sent, Accepted, Running, Done], StatesOf(await second.ReachesAsync(id, Done)));
    }

    [Fact]
    public async Task Send_HostAway_ExpiresUnsentAtItsDeadline()
    {
        await using RunningCollector collector = await StartAsync();
        using (AgentUnderTest agent = await collector.JoinAsync())
        {
            await collector.LeaveAsync(agent);
        }

        DirectiveRecord record = await collector.SendAsync(new() { Kind = "start", Vm = "vm1", DeadlineMs = 50, WaitMs = 30_000 });
        Assert.Equal((Expired, "it was never sent: its host was not connected, or acting was frozen"), (record.State, record.Detail));
    }

    [Fact]
    public async Task Cancel_WaitingAndSent_AtOnceAndByTheHost()
    {
        await using RunningCollector collector = await StartAsync();
        AgentUnderTest agent = await collector.JoinAsync();
        string sent = (await collector.SendAsync(new() { Kind = "migrate", Vm = "vm1", Parameters = { ["destination"] = "b" } })).Id;
        Directive directive = await agent.DirectiveAsync();
        await agent.TellAsync(directive, DirectiveState.Running);
        await collector.ReachesAsync(sent, Running);
        await CancelAsync(collector, sent, "wrong target");
        CancelDirective cancel = (await agent.NextAsync()).CancelDirective;
        Assert.Equal((directive.Id, "wrong target"), (cancel.DirectiveId, cancel.Reason));
        await agent.TellAsync(directive, DirectiveState.Cancelled, "aborted");
        await collector.ReachesAsync(sent, Cancelled);
        Assert.Equal(StatusCode.FailedPrecondition, (await RefusedAsync(CancelAsync(collector, sent, ""))).StatusCode);

        await collector.LeaveAsync(agent);
        agent.Dispose();
        string waiting = (await collector.SendAsync(new() { Kind = "suspend", Vm = "vm1" })).Id;
        Assert.Equal(Cancelled, (await CancelAsync(collector, waiting, "not needed")).State);
        using AgentUnderTest back = collector.Agent();
        await back.OpenAsync();
        string next = (await collector.SendAsync(new() { Kind = "resume", Vm = "vm1" })).Id;
        Assert.Equal(next, IdOf(await back.DirectiveAsync()));
    }

    [Fact]
    public async Task Cancel_SentAndTheHostLeft_IsAskedForWithoutBeingBegun()
    {
        await using RunningCollector collector = await StartAsync();
        string id;
        using (AgentUnderTest agent = await collector.JoinAsync())
        {
            id = (await collector.SendAsync(new() { Kind = "destroy", Vm = "vm1" })).Id;
            await agent.DirectiveAsync();
            await collector.LeaveAsync(agent);
        }

        Assert.Equal(Sent, (await CancelAsync(collector, id, "no")).State);
        using AgentUnderTest back = collector.Agent();
        await back.OpenAsync();
        Directive asked = await back.DirectiveAsync();
        Assert.Equal((id, 1L), (IdOf(asked), asked.DeadlineUnixMs));
        Assert.Equal(asked.Id, (await back.NextAsync()).CancelDirective.DirectiveId);
        await back.TellAsync(asked, DirectiveState.Expired, "it came after its deadline");
        await collector.ReachesAsync(id, Cancelled);
    }

    [Fact]
    public async Task Freeze_HoldsBackAndRefuses_ButNotDryRuns()
    {
        RunningCollector first = await StartAsync();
        string waiting, dry;
        await using (first)
        {
            using AgentUnderTest agent = await first.JoinAsync();
            await first.LeaveAsync(agent);
            waiting = (await first.SendAsync(new() { Kind = "reset", Vm = "vm1" })).Id;
            await first.FreezeAsync(true);
            Status refused = await RefusedAsync(first.SendAsync(new() { Kind = "reset", Vm = "vm1" }));
            Assert.Equal((StatusCode.FailedPrecondition, "acting is frozen by ops: storm; only dry runs are sent"), (refused.StatusCode, refused.Detail));
            dry = (await first.SendAsync(new() { Kind = "reset", Vm = "vm1", DryRun = true })).Id;
            await first.StopAsync();
        }

        await using RunningCollector second = await StartAsync(first.Directory);
        Freeze freeze = await second.Directives.GetFreezeAsync(new(), Call);
        Assert.Equal((true, "storm", "ops"), (freeze.Frozen, freeze.Reason, freeze.Actor));
        using AgentUnderTest back = second.Agent();
        await back.OpenAsync(acked: 1);
        Directive validated = await back.DirectiveAsync();
        Assert.Equal((dry, true), (IdOf(validated), validated.DryRun));
        await second.FreezeAsync(false, "calm");
        Assert.Equal(waiting, IdOf(await back.DirectiveAsync()));
    }

    [Fact]
    public async Task Send_SameIdAgain_ChangesNothing()
    {
        await using RunningCollector collector = await StartAsync();
        using AgentUnderTest agent = await collector.JoinAsync();
        string id = Guid.NewGuid().ToString();
        await collector.SendAsync(new() { Id = id, Kind = "suspend", Vm = "vm1" });
        await agent.TellAsync(await agent.DirectiveAsync(), DirectiveState.Done);
        await collector.ReachesAsync(id, Done);
        await collector.FreezeAsync(true);

        DirectiveRecord again = await collector.SendAsync(new() { Id = id, Kind = "destroy", Vm = "nowhere", WaitMs = 1_000 });
        Assert.Equal(("suspend", Done), (again.Kind, again.State));
        Assert.Single((await collector.Directives.ListDirectivesAsync(new(), Call)).Directives);
    }

    [Fact]
    public async Task Send_WithWait_AnswersAtTheEndOrAfterTheTime()
    {
        await using RunningCollector collector = await StartAsync();
        using AgentUnderTest agent = await collector.JoinAsync();
        DirectiveRecord early = await collector.SendAsync(new() { Kind = "suspend", Vm = "vm1", WaitMs = 100 });
        Assert.Contains(early.State, new[] { Proposed, Sent });
        await agent.DirectiveAsync();

        Task<DirectiveRecord> waiting = collector.SendAsync(new() { Kind = "resume", Vm = "vm1", WaitMs = 30_000 });
        await agent.TellAsync(await agent.DirectiveAsync(), DirectiveState.Failed, "still paused");
        Assert.Equal((Failed, "still paused"), ((await waiting).State, (await waiting).Detail));
    }

    [Fact]
    public async Task News_DatabaseFails_IsAskedForAgain()
    {
        await using RunningCollector collector = await StartAsync();
        using AgentUnderTest agent = await collector.JoinAsync();
        string id = (await collector.SendAsync(new() { Kind = "suspend", Vm = "vm1" })).Id;
        Directive directive = await agent.DirectiveAsync();
        await ExecuteAsync(collector, "ALTER TABLE directive_steps RENAME TO hidden");
        await agent.TellAsync(directive, DirectiveState.Done);
        await ToldAsync(collector, "NotRecorded");
        Assert.Equal(StatusCode.Unavailable, (await RefusedAsync(collector.GetAsync(id))).StatusCode);
        await agent.SendAsync(agent.Report(2));
        await agent.AcknowledgedAtLeastAsync(2);
        await ExecuteAsync(collector, "ALTER TABLE hidden RENAME TO directive_steps");

        Directive again = await agent.DirectiveAsync();
        Assert.Equal(directive.Id, again.Id);
        await agent.TellAsync(again, DirectiveState.Done);
        await collector.ReachesAsync(id, Done);
    }

    [Fact]
    public async Task News_OfAnotherHostsDirective_IsCountedAndChangesNothing()
    {
        await using RunningCollector collector = await StartAsync();
        using AgentUnderTest agent = await collector.JoinAsync(), other = await collector.JoinAsync(2);
        string id = (await collector.SendAsync(new() { Kind = "suspend", Vm = "vm1" })).Id;
        Directive directive = await agent.DirectiveAsync();
        await other.TellAsync(directive, DirectiveState.Done);
        await ToldAsync(collector, "Unknown");
        Assert.Equal(Sent, (await collector.GetAsync(id)).State);
    }

    [Fact]
    public async Task News_BreaksTheProtocol_EndsTheStream()
    {
        await using RunningCollector collector = await StartAsync();
        using AgentUnderTest agent = await collector.JoinAsync();
        await agent.SendAsync(new() { DirectiveUpdate = new() { State = DirectiveState.Done } });
        Status ended = await agent.EndAsync();
        Assert.Equal((StatusCode.InvalidArgument, "directive_update: directive_id has 0 bytes (16)"), (ended.StatusCode, ended.Detail));
    }

    private static Task ToldAsync(RunningCollector collector, string effect) =>
        UntilAsync(() => Task.FromResult(collector.Figures.Sum("virtcollector.directives.news", effect) > 0));

    private static Task<DirectiveRecord> CancelAsync(RunningCollector collector, string id, string reason) =>
        collector.Directives.CancelDirectiveAsync(new() { Id = id, Reason = reason, Actor = "ann" }, Call).ResponseAsync;

    private static async Task ExecuteAsync(RunningCollector collector, string sql)
    {
        await using SqliteConnection connection = new($"Data Source={Path.Combine(collector.Directory, "control.db")}");
        await connection.OpenAsync(Cancel);
        await using SqliteCommand command = new(sql, connection);
        await command.ExecuteNonQueryAsync(Cancel);
    }
}
