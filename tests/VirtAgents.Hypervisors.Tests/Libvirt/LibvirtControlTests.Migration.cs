using System.Collections.Concurrent;
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
}
