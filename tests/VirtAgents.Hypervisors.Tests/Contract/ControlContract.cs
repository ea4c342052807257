using System.Collections.Immutable;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;

namespace VirtAgents.Hypervisors.Tests.Contract;

/// <summary>What every adapter that acts keeps. What an order led to is looked at past the adapter under test.</summary>
public abstract class ControlContract
{
    private const int Limit = 300_000;

    /// <summary>The adapter under test, not probed yet; the suite disposes it.</summary>
    protected abstract Task<IHypervisorControl> CreateAsync();

    /// <summary>A VM that runs and whose guest obeys, whatever an earlier test left of it.</summary>
    protected abstract Task<VmId> RunningVmAsync();

    /// <summary>A VM that is off, whatever an earlier test left of it.</summary>
    protected abstract Task<VmId> StoppedVmAsync();

    /// <summary>State of a VM, seen by other means than the adapter's.</summary>
    protected abstract Task<VmState> StateOfAsync(VmId vm);

    /// <summary>A VM that is off and that another host may take over, with the address of that host.</summary>
    protected abstract Task<(VmId Vm, string Address)> MovableVmAsync();

    /// <summary>State of a VM on that other host, seen by other means than the adapter's; null = it does not have it.</summary>
    protected abstract Task<VmState?> StateElsewhereAsync(VmId vm);

    /// <summary>A pool that has more than 64 MiB free.</summary>
    protected abstract Task<string> PoolAsync();

    /// <summary>Room left in a pool, seen by other means than the adapter's.</summary>
    protected abstract Task<long> FreeAsync(string pool);

    /// <summary>Sizes of volumes and what they take, seen by other means than the adapter's.</summary>
    protected abstract Task<(long Size, long Taken)[]> VolumesAsync(string pool, params string[] volumes);

    [Fact(Timeout = Limit)]
    public Task Support_Probed_TellsEveryKindOnce() => OnControlAsync(control =>
    {
        Assert.Equal(DirectiveCatalogue.All.Select(d => d.Kind), control.Support.Select(s => s.Kind));
        Assert.All(control.Support, support => Assert.Equal(support.IsSupported, support.Why.Length == 0));
        DirectiveKind[] basic = [DirectiveKind.Start, DirectiveKind.Shutdown, DirectiveKind.Destroy, DirectiveKind.Suspend, DirectiveKind.Resume];
        Assert.All(basic, kind => Assert.True(control.Support.Single(s => s.Kind == kind).IsSupported));
        return Task.CompletedTask;
    });

    [Fact(Timeout = Limit)]
    public Task Start_StoppedVm_Runs() => OnControlAsync(async control =>
    {
        VmId vm = await StoppedVmAsync();
        ControlOutcome outcome = await CarryOutAsync(control, OrderFor(DirectiveKind.Start, vm));
        Assert.Equal((DirectiveState.Done, VmState.Running), (outcome.State, await StateOfAsync(vm)));
    });

    [Fact(Timeout = Limit)]
    public Task Start_RunningVm_IsRefused() => RefusedAsync(DirectiveKind.Start, RunningVmAsync, VmState.Running);

    [Fact(Timeout = Limit)]
    public Task Destroy_StoppedVm_IsRefused() => RefusedAsync(DirectiveKind.Destroy, StoppedVmAsync, VmState.ShutOff);

    [Fact(Timeout = Limit)]
    public Task Suspend_StoppedVm_IsRefused() => RefusedAsync(DirectiveKind.Suspend, StoppedVmAsync, VmState.ShutOff);

    [Fact(Timeout = Limit)]
    public Task Resume_RunningVm_IsRefused() => RefusedAsync(DirectiveKind.Resume, RunningVmAsync, VmState.Running);

    [Fact(Timeout = Limit)]
    public Task Shutdown_StoppedVm_IsRefused() => RefusedAsync(DirectiveKind.Shutdown, StoppedVmAsync, VmState.ShutOff);

    [Fact(Timeout = Limit)]
    public Task MigrateOffline_VmThatIsOff_IsOffOnTheOtherHostAndNotHereAnyMore() => OnControlAsync(async control =>
    {
        (VmId vm, string address) = await MovableVmAsync();
        DirectiveOrder order = OrderFor(DirectiveKind.Migrate, vm, ("destination", address), ("offline", "true"));
        ControlOutcome outcome = await CarryOutAsync(control, order);
        Assert.Equal((DirectiveState.Done, VmState.ShutOff), (outcome.State, await StateElsewhereAsync(vm)));
        Assert.Equal(RefusalReason.UnknownTarget, (await control.CheckAsync(OrderFor(DirectiveKind.Start, vm), Token)).Refusal);
        Assert.Equal(DirectiveState.Done, (await control.FollowUpAsync(order, ControlEvidence.None, _ => { }, Token)).State);
    });

    [Fact(Timeout = Limit)]
    public Task MigrateOffline_RunningVm_IsRefusedAndStays() => OnControlAsync(async control =>
    {
        (_, string address) = await MovableVmAsync();
        VmId vm = await RunningVmAsync();
        ControlCheck check = await control.CheckAsync(OrderFor(DirectiveKind.Migrate, vm, ("destination", address), ("offline", "true")), Token);
        Assert.Equal((RefusalReason.WrongState, VmState.Running, null), (check.Refusal, await StateOfAsync(vm), await StateElsewhereAsync(vm)));
    });

    [Fact(Timeout = Limit)]
    public Task MigrateOffline_WhatIsForRunningVms_IsRefused() => OnControlAsync(async control =>
    {
        (VmId vm, string address) = await MovableVmAsync();
        ControlCheck check = await control.CheckAsync(OrderFor(DirectiveKind.Migrate, vm, ("destination", address), ("offline", "true"), ("auto_converge", "true")), Token);
        Assert.Equal((RefusalReason.BadParameter, "auto_converge: is not for a VM that moves with offline=true; leave it out"), (check.Refusal, check.Detail));
        Assert.Null(await StateElsewhereAsync(vm));
    });

    [Fact(Timeout = Limit)]
    public Task Suspend_ThenResume_PausesAndRuns() => OnControlAsync(async control =>
    {
        VmId vm = await RunningVmAsync();
        ControlOutcome paused = await CarryOutAsync(control, OrderFor(DirectiveKind.Suspend, vm));
        Assert.Equal((DirectiveState.Done, VmState.Paused), (paused.State, await StateOfAsync(vm)));
        ControlOutcome resumed = await CarryOutAsync(control, OrderFor(DirectiveKind.Resume, vm));
        Assert.Equal((DirectiveState.Done, VmState.Running), (resumed.State, await StateOfAsync(vm)));
    });

    [Fact(Timeout = Limit)]
    public Task Destroy_RunningVm_IsOff() => OnControlAsync(async control =>
    {
        VmId vm = await RunningVmAsync();
        ControlOutcome outcome = await CarryOutAsync(control, OrderFor(DirectiveKind.Destroy, vm));
        Assert.Equal((DirectiveState.Done, VmState.ShutOff), (outcome.State, await StateOfAsync(vm)));
    });

    [Fact(Timeout = Limit)]
    public Task Shutdown_RunningVm_IsOff() => OnControlAsync(async control =>
    {
        VmId vm = await RunningVmAsync();
        ControlOutcome outcome = await CarryOutAsync(control, OrderFor(DirectiveKind.Shutdown, vm));
        Assert.Equal((DirectiveState.Done, VmState.ShutOff), (outcome.State, await StateOfAsync(vm)));
    });

    [Fact(Timeout = Limit)]
    public Task CheckAsync_VmThatIsNotThere_IsUnknownTarget() => OnControlAsync(async control =>
    {
        ControlCheck check = await control.CheckAsync(OrderFor(DirectiveKind.Destroy, new VmId(Guid.NewGuid())), Token);
        Assert.Equal(RefusalReason.UnknownTarget, check.Refusal);
        Assert.NotEmpty(check.Detail);
    });

    [Fact(Timeout = Limit)]
    public Task CheckAsync_Possible_SaysWhatWouldHappenAndChangesNothing() => OnControlAsync(async control =>
    {
        VmId vm = await RunningVmAsync();
        ControlCheck check = await control.CheckAsync(OrderFor(DirectiveKind.Destroy, vm) with { IsDryRun = true }, Token);
        Assert.Equal(RefusalReason.None, check.Refusal);
        Assert.NotEmpty(check.Detail);
        Assert.InRange(check.Before.Text.Length, 1, 4000);
        Assert.Equal(VmState.Running, await StateOfAsync(vm));
    });

    [Theory(Timeout = Limit)]
    [InlineData("raw")]
    [InlineData("qcow2")]
    public Task CreateVolume_ThinAndFull_TakesItsRoomAtOnceOnlyIfItIsToldTo(string format) => OnControlAsync(async control =>
    {
        const long Size = 16 << 20;
        string pool = await PoolAsync();
        foreach (string allocation in new[] { "thin", "full" })
        {
            ControlOutcome outcome = await CarryOutAsync(control, VolumeOrder(pool, $"{allocation}.{format}", Size, ("format", format), ("allocation", allocation)));
            Assert.Equal(DirectiveState.Done, outcome.State);
        }

        (long Size, long Taken)[] seen = await VolumesAsync(pool, $"thin.{format}", $"full.{format}");
        Assert.Equal([(Size, false), (Size, true)], seen.Select(v => (v.Size, v.Taken >= Size)));
    });

    [Fact(Timeout = Limit)]
    public Task CreateVolume_FullAndMoreThanIsFree_IsRefusedForLackOfRoom() => OnControlAsync(async control =>
    {
        string pool = await PoolAsync();
        DirectiveOrder order = VolumeOrder(pool, "large", await FreeAsync(pool) + (256 << 20), ("allocation", "full"));
        Assert.Equal(RefusalReason.NoRoom, (await control.CheckAsync(order, Token)).Refusal);
        Assert.True((await control.CheckAsync(VolumeOrder(pool, "small", 1 << 20, ("allocation", "full")), Token)).IsPossible);
    });

    [Fact(Timeout = Limit)]
    public Task CarryOutAsync_CancelledBefore_ChangesNothing() => OnControlAsync(async control =>
    {
        VmId vm = await RunningVmAsync();
        DirectiveOrder order = OrderFor(DirectiveKind.Destroy, vm);
        ControlCheck check = await control.CheckAsync(order, Token);
        ControlOutcome outcome = await control.CarryOutAsync(order, check.Before, _ => { }, new CancellationToken(canceled: true));
        Assert.Equal((DirectiveState.Cancelled, VmState.Running), (outcome.State, await StateOfAsync(vm)));
    });

    [Fact(Timeout = Limit)]
    public Task FollowUpAsync_PostConditionHolds_IsDone() => OnControlAsync(async control =>
    {
        VmId vm = await RunningVmAsync();
        ControlOutcome outcome = await control.FollowUpAsync(OrderFor(DirectiveKind.Start, vm), ControlEvidence.None, _ => { }, Token);
        Assert.Equal(DirectiveState.Done, outcome.State);
    });

    [Fact(Timeout = Limit)]
    public Task FollowUpAsync_WasNeverBegun_HasFailedAndIsNotBegunNow() => OnControlAsync(async control =>
    {
        VmId vm = await RunningVmAsync();
        ControlOutcome outcome = await control.FollowUpAsync(OrderFor(DirectiveKind.Destroy, vm), ControlEvidence.None, _ => { }, Token);
        Assert.Equal((DirectiveState.Failed, VmState.Running), (outcome.State, await StateOfAsync(vm)));
        Assert.NotEmpty(outcome.Detail);
    });

    /// <summary>The token of the test that runs.</summary>
    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>An order with parameters as pairs of name and text.</summary>
    protected static DirectiveOrder OrderFor(DirectiveKind kind, VmId vm, params (string Name, string Text)[] parameters) => new(
        Guid.NewGuid(), 1, 0, kind, vm, parameters.ToImmutableSortedDictionary(p => p.Name, p => p.Text, StringComparer.Ordinal), "test", false);

    /// <summary>Checks an order, which must be possible, and carries it out.</summary>
    protected static async Task<ControlOutcome> CarryOutAsync(IHypervisorControl control, DirectiveOrder order)
    {
        Assert.Empty(DirectiveCatalogue.Find(order.Kind)!.ProblemsWith(order.Parameters));
        ControlCheck check = await control.CheckAsync(order, Token);
        Assert.True(check.IsPossible, $"{check.Refusal}: {check.Detail}");
        ControlOutcome outcome = await control.CarryOutAsync(order, check.Before, _ => { }, Token);
        TestContext.Current.TestOutputHelper?.WriteLine($"{order.Kind}: {outcome.State}: {outcome.Detail}");
        return outcome;
    }

    private static DirectiveOrder VolumeOrder(string pool, string volume, long bytes, params (string Name, string Text)[] more) =>
        OrderFor(DirectiveKind.CreateVolume, default, [("pool", pool), ("volume", volume), ("capacity_bytes", $"{bytes}"), .. more]);

    private Task RefusedAsync(DirectiveKind kind, Func<Task<VmId>> vmInState, VmState state) => OnControlAsync(async control =>
    {
        VmId vm = await vmInState();
        ControlCheck check = await control.CheckAsync(OrderFor(kind, vm), Token);
        Assert.Equal((RefusalReason.WrongState, state), (check.Refusal, await StateOfAsync(vm)));
        Assert.NotEmpty(check.Detail);
    });

    /// <summary>Runs a test on a probed adapter.</summary>
    protected async Task OnControlAsync(Func<IHypervisorControl, Task> test)
    {
        await using IHypervisorControl control = await CreateAsync();
        await control.ProbeAsync(Token);
        await test(control);
    }
}
