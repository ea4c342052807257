using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Libvirt.Control;
using VirtAgents.Testbed;

namespace VirtAgents.Hypervisors.Tests.Libvirt;

/// <summary>Moves between two hosts.</summary>
public sealed partial class LibvirtControlTests
{
    [Fact(Timeout = Limit)]
    public async Task Migrate_RunningVm_IsAbortedOnOrderAndThenMovesWithItsGuest()
    {
        await using TestbedHost target = await TestbedHost.StartAsync("lvtwo", Token);
        await Host.StartVmAsync("mover", null, Token);
        await using LibvirtControl control = LibvirtBed.CreateControl(Host);
        VmId vm = await bed.IdOfAsync("mover");

        await AbortAsync(control, target);
        Assert.Equal(VmState.Running, await bed.StateOfAsync(vm));
        Assert.DoesNotContain("mover", await target.VirshAsync("list", "--name"), StringComparison.Ordinal);

        double before = await UptimeAsync("mover");
        DirectiveOrder order = await OrderAsync(DirectiveKind.Migrate, "mover", ("destination", target.TcpUri));
        ControlCheck check = await control.CheckAsync(order, Token);
        Assert.True(check.IsPossible, check.Detail);
        ControlOutcome outcome = await control.CarryOutAsync(order, check.Before, _ => { }, Token);
        Assert.True(outcome.State == DirectiveState.Done, outcome.Detail);
        Assert.Contains("mover", await target.VirshAsync("list", "--name"), StringComparison.Ordinal);
        Assert.DoesNotContain("mover", await Host.VirshAsync("list", "--all", "--name"), StringComparison.Ordinal);
        Assert.True(Seconds(await target.VmCommandAsync("mover", "state", Token)) > before);

        ControlOutcome followed = await control.FollowUpAsync(order, check.Before, _ => { }, Token);
        Assert.True(followed.State == DirectiveState.Done, followed.Detail);
    }

    [Fact(Timeout = Limit)]
    public async Task Migrate_NobodyThere_FailsAndTheVmStays()
    {
        await RunMuleAsync();
        await using LibvirtControl control = LibvirtBed.CreateControl(Host);
        Assert.Equal(RefusalReason.BadParameter, (await CheckAsync(control, DirectiveKind.Migrate, Mule, ("destination", "elsewhere"))).Refusal);
        ControlOutcome outcome = await CarryOutAsync(control, DirectiveKind.Migrate, Mule, ("destination", "qemu+tcp://127.0.0.1:9/system"));
        Assert.Equal((DirectiveState.Failed, VmState.Running), (outcome.State, await bed.StateOfAsync(await bed.IdOfAsync(Mule))));
    }

    [Fact(Timeout = Limit)]
    public async Task Migrate_TargetHangs_IsRefusedAndThisHostIsStillActedOn()
    {
        const int blocked = 2;
        await RunMuleAsync();
        using var silent = new TcpListener(IPAddress.Loopback, 0); // takes connections, and never says a word
        silent.Start();
        await using var control = new LibvirtControl(
            new LibvirtControlOptions { Uri = Host.Uri, LookTimeout = TimeSpan.FromSeconds(2), AbandonedThreadLimit = blocked }, TimeProvider.System);
        await control.ProbeAsync(Token);
        List<ControlCheck> checks = [];
        for (int i = 0; i <= blocked; i++)
        {
            checks.Add(await CheckAsync(control, DirectiveKind.Migrate, Mule, ("destination", $"qemu+tcp://{silent.LocalEndpoint}/system")));
        }

        Assert.Equal(RefusalReason.None, (await CheckAsync(control, DirectiveKind.Destroy, Mule)).Refusal);
        Assert.All(checks, check => Assert.Equal(RefusalReason.UnknownState, check.Refusal));
        Assert.All(checks, check => Assert.Contains("whether the target has this VM cannot be told", check.Detail, StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task Migrate_FollowedUpWhenTheVmIsGoneAndTheTargetHangs_IsLostAndSaysWhy()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var options = new LibvirtControlOptions
        {
            Uri = Host.Uri, LookTimeout = TimeSpan.FromSeconds(40), ConnectTimeout = TimeSpan.FromMinutes(5), AbandonedThreadLimit = 2,
        };
        await using var control = new LibvirtControl(options, new HastyTime());
        await control.ProbeAsync(Token);
        DirectiveOrder order = await OrderAsync(DirectiveKind.Migrate, "", ("destination", $"qemu+tcp://{silent.LocalEndpoint}/system"));
        order = order with { Vm = new VmId(Guid.NewGuid()) };
        ControlOutcome outcome = await control.FollowUpAsync(order, ControlEvidence.None, _ => { }, Token);
        Assert.Equal(DirectiveState.Failed, outcome.State);
        Assert.Contains("the VM is gone from its source and was not seen on", outcome.Detail, StringComparison.Ordinal);
    }

    /// <summary>Begins a move that takes long, and takes it back when its first figures are there.</summary>
    private async Task AbortAsync(LibvirtControl control, TestbedHost target)
    {
        DirectiveOrder order = await OrderAsync(DirectiveKind.Migrate, "mover", ("destination", target.TcpUri), ("bandwidth_bytes_per_second", $"{1 << 20}"));
        using var abort = new CancellationTokenSource();
        ConcurrentQueue<ControlProgress> news = [];
        ControlOutcome outcome = await control.CarryOutAsync(
            order,
            ControlEvidence.None,
            progress =>
            {
                news.Enqueue(progress);
                if (progress.RemainingBytes > 0)
                {
                    abort.Cancel();
                }
            },
            abort.Token);
        Assert.True(outcome.State == DirectiveState.Cancelled, outcome.Detail);
        Assert.Contains(news, progress => progress is { RemainingBytes: > 0, Percent: >= 0 and < 100 });
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join("; ", news));
    }
    /// <summary>A clock that runs ahead, so that a minute's patience does not take one.</summary>
    private sealed class HastyTime : TimeProvider
    {
        private const int Haste = 20;
        private readonly long _start = System.GetTimestamp();

        public override long GetTimestamp() => _start + ((System.GetTimestamp() - _start) * Haste);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(callback, state, Shorter(dueTime), Shorter(period));

        private static TimeSpan Shorter(TimeSpan time) => time == Timeout.InfiniteTimeSpan ? time : time / Haste;
    }
}
