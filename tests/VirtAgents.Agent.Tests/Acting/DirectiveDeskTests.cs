using System.Collections.Immutable;
using VirtAgents.Agent.Acting;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Hypervisors;
using VirtAgents.Protocol.V1;
using static VirtAgents.Agent.Tests.Acting.DeskBench;
using DirectiveState = VirtAgents.Core.Directives.DirectiveState;
using KindSupport = VirtAgents.Hypervisors.KindSupport;
using RefusalReason = VirtAgents.Core.Directives.RefusalReason;

namespace VirtAgents.Agent.Tests.Acting;

public sealed class DirectiveDeskTests : IDisposable
{
    private readonly DeskBench _bench = new();

    private FakeControl Control => _bench.Control!;

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Offer_Order_IsBegunToldAndDone()
    {
        var gate = new TaskCompletionSource<ControlOutcome>();
        Control.OnCarryOut = (_, progress, _) =>
        {
            progress(new ControlProgress(40, 1_000, 50, "on its way"));
            return gate.Task;
        };
        DirectiveOrder order = Order();
        _bench.Offer(order);
        DirectiveUpdate running;
        do
        {
            running = await _bench.NextAsync(order.Id);
        }
        while (running.ProgressPercent == 0);

        Assert.Equal(
            (Protocol.V1.DirectiveState.Running, 40u, 1_000ul, 50ul, "on its way"),
            (running.State, running.ProgressPercent, running.RemainingBytes, running.DirtyBytesPerSecond, running.Detail));
        gate.SetResult(ControlOutcome.Done("it is off"));
        Assert.Equal((DirectiveState.Done, RefusalReason.None, "it is off"), await _bench.EndAsync(order.Id));
    }

    [Fact]
    public async Task Offer_MigrationIsDone_ItsFiguresAreToldAlsoByTheNextRunOfTheAgent()
    {
        Control.OnCarryOut = (_, _, _) => Task.FromResult(ControlOutcome.Done("it runs there") with { Figures = new(12, 0) });
        DirectiveOrder order = Order();
        _bench.Offer(order);
        DirectiveUpdate told;
        do
        {
            told = await _bench.NextAsync(order.Id);
        }
        while (told.State != Protocol.V1.DirectiveState.Done);

        Assert.Equal((true, 12ul, true, 0ul), (told.HasDowntimeMilliseconds, told.DowntimeMilliseconds, told.HasSentBytes, told.SentBytes));
        _bench.Start();
        _bench.Offer(order);
        told = await _bench.NextAsync(order.Id);
        Assert.Equal((true, 12ul, true, 0ul), (told.HasDowntimeMilliseconds, told.DowntimeMilliseconds, told.HasSentBytes, told.SentBytes));
        DirectiveOrder other = Order();
        Control.OnCarryOut = (_, _, _) => Task.FromResult(ControlOutcome.Done("it is off"));
        _bench.Offer(other);
        do
        {
            told = await _bench.NextAsync(other.Id);
        }
        while (told.State != Protocol.V1.DirectiveState.Done);

        Assert.Equal((false, false), (told.HasDowntimeMilliseconds, told.HasSentBytes));
    }

    [Fact]
    public async Task Offer_ThatMustNotBe_IsRefusedAndNothingIsDone()
    {
        long now = _bench.Time.GetUtcNow().ToUnixTimeMilliseconds();
        Assert.Equal((DirectiveState.Expired, RefusalReason.None), Short(await _bench.RunAsync(Order(deadline: now - 1))));
        Assert.Equal((DirectiveState.Refused, RefusalReason.UnknownTarget), Short(await _bench.RunAsync(Order(vm: new VmId(Guid.NewGuid())))));
        Assert.Equal((DirectiveState.Refused, RefusalReason.BadParameter), Short(await _bench.RunAsync(Order(parameters: ("x", "y")))));
        Assert.Equal((DirectiveState.Done, RefusalReason.None), Short(await _bench.RunAsync(Order(dryRun: true, epoch: 7))));
        Assert.Equal((DirectiveState.Refused, RefusalReason.OldEpoch), Short(await _bench.RunAsync(Order(epoch: 6))));
        Control.OnCheck = (_, _) => Task.FromResult(ControlCheck.No(RefusalReason.WrongState, "it is off already"));
        Assert.Equal((DirectiveState.Refused, RefusalReason.WrongState, "it is off already"), await _bench.RunAsync(Order(epoch: 7)));
        Control.OnCheck = (_, _) => throw new InvalidOperationException("a bug");
        Assert.Equal((DirectiveState.Refused, RefusalReason.UnknownState), Short(await _bench.RunAsync(Order(epoch: 7))));
        _bench.Policy = PolicyState.On(new HostPolicy([], [], 1, null));
        Assert.Equal((DirectiveState.Refused, RefusalReason.Policy), Short(await _bench.RunAsync(Order(epoch: 7))));
        _bench.Policy = PolicyState.Off("no file");
        Assert.Equal((DirectiveState.Refused, RefusalReason.ActingOff, "acting is off: no file"), await _bench.RunAsync(Order(epoch: 7)));
        Assert.Empty(Control.Begun);
    }

    [Fact]
    public async Task Offer_UnreadableId_IsAnsweredWithIt()
    {
        var id = Google.Protobuf.ByteString.CopyFromUtf8("short");
        _bench.Desk.Offer(new Directive { Id = id, Kind = "destroy" });
        DirectiveUpdate? told = null;
        await Patience.UntilAsync(() => _bench.Desk.TryTake(out told));
        Assert.Equal((id, Protocol.V1.RefusalReason.BadParameter), (told!.DirectiveId, told.Refusal));
    }

    [Fact]
    public async Task Offer_AcrossARestart_AnOlderEpochStaysRefused()
    {
        await _bench.RunAsync(Order(epoch: 9, dryRun: true));
        _bench.Start();
        Assert.Equal((DirectiveState.Refused, RefusalReason.OldEpoch), Short(await _bench.RunAsync(Order(epoch: 8))));
    }

    [Fact]
    public async Task Offer_SameIdAgain_IsAnsweredWithItsStateAndNotBegunAgain()
    {
        DirectiveOrder order = Order();
        (DirectiveState, RefusalReason, string) end = await _bench.RunAsync(order);
        Assert.Equal(end, await _bench.RunAsync(order));
        _bench.Start();
        Assert.Equal(end, await _bench.RunAsync(order));
        Assert.Equal([order.Id], Control.Begun);
    }

    [Fact]
    public async Task Offer_RefusedOnce_StaysRefused()
    {
        DirectiveOrder order = Order();
        _bench.Policy = PolicyState.Off("no file");
        await _bench.RunAsync(order);
        _bench.Policy = PolicyState.On(HostPolicy.AllowAll);
        _bench.Start();
        Assert.Equal((DirectiveState.Refused, RefusalReason.ActingOff), Short(await _bench.RunAsync(order)));
        Assert.Empty(Control.Begun);
    }

    [Fact]
    public async Task Offer_OrderThatEnds_TellsTheRestOfTheAgentBeforeTheCollector()
    {
        Control.OnCarryOut = (_, _, _) => Task.FromResult(ControlOutcome.Failed("perhaps half done"));
        await _bench.RunAsync(Order(DirectiveKind.SetDrain, parameters: ("drain", "true")));
        Assert.Equal(DirectiveState.Failed, (await _bench.RunAsync(Order(vm: DeskBench.Vm2))).State);
        Assert.Equal([DeskBench.Vm2], _bench.Acted);
    }

    [Fact]
    public async Task Offer_VmAtWork_IsBusyAndFreeAgainAfterwards()
    {
        var gate = new TaskCompletionSource<ControlOutcome>();
        Control.OnCarryOut = (_, _, _) => gate.Task;
        DirectiveOrder first = Order();
        _bench.Offer(first);
        Assert.Equal((DirectiveState.Refused, RefusalReason.Busy, $"directive {first.Id} works on the VM"), await _bench.RunAsync(Order()));
        DirectiveOrder other = Order(vm: Vm2);
        _bench.Offer(other);
        await Patience.UntilAsync(() => Control.Begun.Count == 2);
        gate.SetResult(ControlOutcome.Done("seen"));
        await _bench.EndAsync(first.Id);
        Assert.Equal(DirectiveState.Done, (await _bench.RunAsync(Order())).State);
    }

    [Fact]
    public async Task Offer_RightAfterAnEndWasTold_FindsTheVmFree()
    {
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal((DirectiveState.Done, RefusalReason.None, "seen"), await _bench.RunAsync(Order()));
        }
    }

    [Fact]
    public async Task Offer_AsManyAtWorkAsThePolicyAllows_IsBusy()
    {
        _bench.Policy = PolicyState.On(HostPolicy.AllowAll with { MaxConcurrent = 1 });
        var gate = new TaskCompletionSource<ControlOutcome>();
        Control.OnCarryOut = (_, _, _) => gate.Task;
        DirectiveOrder first = Order();
        _bench.Offer(first);
        await Patience.UntilAsync(() => Control.Begun.Count == 1);
        Assert.Equal((DirectiveState.Refused, RefusalReason.Busy), Short(await _bench.RunAsync(Order(vm: Vm2))));
        gate.SetResult(ControlOutcome.Done("seen"));
        await _bench.EndAsync(first.Id);
    }

    [Fact]
    public async Task Offer_MoreThanAnHourAllows_IsRefusedAlsoAfterARestart()
    {
        _bench.Policy = PolicyState.On(HostPolicy.AllowAll with { MaxPerHour = 2 });
        await _bench.RunAsync(Order());
        _bench.Time.Advance(TimeSpan.FromMinutes(30));
        await _bench.RunAsync(Order());
        _bench.Start();
        Assert.Equal((DirectiveState.Refused, RefusalReason.Policy), Short(await _bench.RunAsync(Order())));
        _bench.Time.Advance(TimeSpan.FromMinutes(31));
        Assert.Equal(DirectiveState.Done, (await _bench.RunAsync(Order())).State);
    }

    [Fact]
    public async Task Cancel_WhileItRuns_TellsTheAdapterAndWhatItSays()
    {
        Control.OnCarryOut = async (_, _, token) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token).ContinueWith(_ => { }, TaskScheduler.Default);
            return ControlOutcome.Cancelled("undone");
        };
        DirectiveOrder order = Order();
        _bench.Offer(order);
        await Patience.UntilAsync(() => Control.Begun.Count == 1);
        _bench.Cancel(order.Id);
        Assert.Equal((DirectiveState.Cancelled, RefusalReason.None, "undone"), await _bench.EndAsync(order.Id));
    }

    [Fact]
    public async Task Cancel_BeforeItIsBegun_KeepsItFromBeingDone()
    {
        var looking = new TaskCompletionSource();
        Control.OnCheck = async (_, token) =>
        {
            looking.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            throw new InvalidOperationException("not reached");
        };
        DirectiveOrder order = Order();
        _bench.Offer(order);
        await looking.Task.Soon();
        _bench.Cancel(order.Id);
        Assert.Equal((DirectiveState.Cancelled, RefusalReason.None, "taken back before it was begun: changed my mind"), await _bench.EndAsync(order.Id));
        DirectiveOrder late = Order();
        _bench.Cancel(late.Id);
        Assert.Equal(DirectiveState.Cancelled, (await _bench.RunAsync(late)).State);
        Assert.Empty(Control.Begun);
    }

    [Fact]
    public async Task Offer_LookThatHangs_IsRefusedAsUnknown()
    {
        Control.OnCheck = (_, _) => new TaskCompletionSource<ControlCheck>().Task;
        DirectiveOrder order = Order();
        _bench.Offer(order);
        (DirectiveState State, RefusalReason Refusal, string Detail) end = await AdvanceUntilEndAsync(order.Id, DirectiveJudge.LookBudget);
        Assert.Equal((DirectiveState.Refused, RefusalReason.UnknownState), Short(end));
    }

    [Fact]
    public async Task Offer_WorkThatHangs_FailsAsNotKnownAndKeepsTheVm()
    {
        var gate = new TaskCompletionSource<ControlOutcome>();
        Control.OnCarryOut = (_, _, _) => gate.Task;
        DirectiveOrder order = Order();
        _bench.Offer(order);
        await Patience.UntilAsync(() => Control.Begun.Count == 1);
        (DirectiveState State, RefusalReason Refusal, string Detail) end = await AdvanceUntilEndAsync(order.Id, order.TimeAllowed + OrderWork.Margin);
        Assert.Equal(DirectiveState.Failed, end.State);
        Assert.StartsWith("its outcome is not known: ", end.Detail, StringComparison.Ordinal);
        Assert.Equal((DirectiveState.Refused, RefusalReason.Busy), Short(await _bench.RunAsync(Order())));
        gate.SetResult(ControlOutcome.Done("too late"));
        await Patience.UntilAsync(async () => (await _bench.RunAsync(Order(dryRun: true))).State == DirectiveState.Done);
        Assert.Equal(end, await _bench.RunAsync(order));
    }

    [Fact]
    public async Task Offer_AdapterThrows_FailsAsNotKnown()
    {
        Control.OnCarryOut = (_, _, _) => throw new InvalidOperationException("a bug");
        Assert.Equal((DirectiveState.Failed, RefusalReason.None, "its outcome is not known: a bug"), await _bench.RunAsync(Order()));
    }

    [Fact]
    public async Task Start_BegunByAFormerProcess_IsFollowedUpWithWhatWasSeenBefore()
    {
        Control.OnCarryOut = (_, _, _) => new TaskCompletionSource<ControlOutcome>().Task;
        DirectiveOrder order = Order();
        _bench.Offer(order);
        await Patience.UntilAsync(() => Control.Begun.Count == 1);
        Control.OnFollowUp = (followed, before) => Task.FromResult(ControlOutcome.Done($"{followed.Id} {before.Text}"));
        _bench.Start();
        Assert.Equal((DirectiveState.Done, RefusalReason.None, $"{order.Id} before Destroy"), await _bench.EndAsync(order.Id));
        Assert.Equal([order.Id], Control.Begun);
    }

    [Fact]
    public async Task SetDrain_Order_IsKeptByTheAgentItself()
    {
        Control.Support = [];
        Assert.Equal(DirectiveState.Done, (await _bench.RunAsync(Order(DirectiveKind.SetDrain, parameters: ("drain", "true")))).State);
        _bench.Start();
        Assert.True(_bench.Journal.IsDraining);
        Assert.Empty(Control.Begun);
    }

    [Fact]
    public async Task TryTake_ManyNews_TellsOnlyTheNewest()
    {
        Control.OnCarryOut = (_, progress, _) =>
        {
            for (int i = 0; i < 1_000; i++)
            {
                progress(new ControlProgress(i / 10, null, null, "goes on"));
            }

            return Task.FromResult(ControlOutcome.Done("seen"));
        };
        DirectiveOrder order = Order();
        _bench.Offer(order);
        await Patience.UntilAsync(() => _bench.Journal.Find(order.Id) is { IsEnded: true });
        Assert.Equal(DirectiveState.Done, (await _bench.EndAsync(order.Id)).State);
    }

    /// <summary>One bit is wrong somewhere: what was begun may look as if it was only accepted, so nothing is begun.</summary>
    [Fact]
    public async Task Start_JournalDamaged_WhatWasOnlyAcceptedIsNotBegunAndNoOtherIsForgotten()
    {
        DirectiveOrder begun = Order();
        DirectiveOrder other = Order(vm: Vm2);
        byte[] accepted = JournalLine.Of(JournalStep.OfAccepted(begun, "rule", 1));
        byte[] damaged = JournalLine.Of(JournalStep.OfBegun(begun.Id, ControlEvidence.None, 2));
        damaged[^3] ^= 1;
        byte[] rest = JournalLine.Of(JournalStep.OfAccepted(other, "rule", 3));
        using var bench = new DeskBench([.. accepted, .. damaged, .. rest]);
        foreach (DirectiveOrder order in (DirectiveOrder[])[begun, other])
        {
            (DirectiveState state, _, string detail) = await bench.EndAsync(order.Id);
            Assert.Equal(DirectiveState.Failed, state);
            Assert.StartsWith("its outcome is not known: lines of the journal are damaged", detail, StringComparison.Ordinal);
        }

        bench.Start();
        Assert.False(bench.Journal.IsDamaged);
        Assert.Equal((DirectiveState.Failed, DirectiveState.Failed), (bench.Journal.Find(begun.Id)!.State, bench.Journal.Find(other.Id)!.State));
        Assert.Empty(bench.Control!.Begun);
    }

    [Fact]
    public void Describe_SupportAndPolicy_BothCount()
    {
        Control.Support = [.. DirectiveCatalogue.All.Select(d => new KindSupport(d.Kind, d.Kind != DirectiveKind.Migrate, "there is one host only"))];
        ImmutableArray<DirectiveKind> kinds = [DirectiveKind.Start, DirectiveKind.Migrate, DirectiveKind.SetDrain];
        _bench.Policy = PolicyState.On(new HostPolicy([new PolicyRule("few", PolicyEffect.Allow, kinds, [], [], null, null)], [], 1, null));
        var hello = new Hello();
        _bench.Desk.Describe(hello);
        Assert.False(hello.Draining);
        Assert.Equal(["start", "set_drain"], hello.Capabilities);
        Assert.Equal("there is one host only", hello.Unsupported.Single(u => u.Kind == "migrate").Why);
        Assert.Equal("no rule of the host's policy allows it", hello.Unsupported.Single(u => u.Kind == "destroy").Why);
        Assert.Equal(DirectiveCatalogue.All.Length, hello.Capabilities.Count + hello.Unsupported.Count);
    }

    [Fact]
    public void Describe_KindThatTheHostCanDoInPart_TellsWhatItCannot()
    {
        ImmutableArray<DirectiveKind> kinds = [DirectiveKind.SetNicLimit];
        Control.Support = [.. DirectiveCatalogue.All.Select(d => new KindSupport(d.Kind, true, "") { Gaps = [new ParameterGap("out_bytes_per_second", "the kernel cannot")] })];
        _bench.Policy = PolicyState.On(new HostPolicy([new PolicyRule("few", PolicyEffect.Allow, kinds, [], [], null, null)], [], 1, null));
        var hello = new Hello();
        _bench.Desk.Describe(hello);
        Assert.Contains("set_nic_limit", hello.Capabilities);
        Assert.Equal(new UnsupportedParameter { Kind = "set_nic_limit", Parameter = "out_bytes_per_second", Why = "the kernel cannot" }, hello.UnsupportedParameters.Single(u => u.Kind == "set_nic_limit"));
        Assert.DoesNotContain(hello.UnsupportedParameters, u => !hello.Capabilities.Contains(u.Kind));
    }

    [Fact]
    public async Task Describe_HostIsDrained_SaysSo()
    {
        Assert.Equal(DirectiveState.Done, (await _bench.RunAsync(Order(DirectiveKind.SetDrain, parameters: ("drain", "true")))).State);
        _bench.Start();
        var hello = new Hello();
        _bench.Desk.Describe(hello);
        Assert.True(hello.Draining);
    }

    private static (DirectiveState State, RefusalReason Refusal) Short((DirectiveState State, RefusalReason Refusal, string Detail) end) => (end.State, end.Refusal);

    /// <summary>Lets time pass, as often as it takes for timers that are begun meanwhile.</summary>
    private async Task<(DirectiveState State, RefusalReason Refusal, string Detail)> AdvanceUntilEndAsync(Guid id, TimeSpan step)
    {
        await Patience.UntilAsync(() =>
        {
            _bench.Time.Advance(step);
            return _bench.Journal.Find(id) is { IsEnded: true };
        });
        return await _bench.EndAsync(id);
    }
}
