using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Libvirt.Control;
using VirtAgents.Testbed;

namespace VirtAgents.Hypervisors.Tests.Libvirt;

/// <summary>Moves of VMs that are off between two hosts.</summary>
public sealed partial class LibvirtControlTests
{
    private const string OfflinePool = "opool";

    [Fact(Timeout = Limit)]
    public async Task MigrateOffline_VmThatIsOff_IsDefinedOnTheTargetAloneAndStartsThere()
    {
        await using TestbedHost target = await TargetWithPoolAsync();
        await MakeOffAsync("offone");
        VmId vm = await bed.IdOfAsync("offone");
        await using LibvirtControl control = LibvirtBed.CreateControl(Host);
        DirectiveOrder order = await OrderAsync(DirectiveKind.Migrate, "offone", ("destination", target.TcpUri), ("offline", "true"));
        ControlCheck check = await control.CheckAsync(order, Token);
        Assert.Equal((RefusalReason.None, $"the VM is ShutOff (Destroyed); its definition would move to {target.TcpUri}"), (check.Refusal, check.Detail));
        ControlOutcome outcome = await control.CarryOutAsync(order, check.Before, _ => { }, Token);
        Assert.Equal((DirectiveState.Done, $"the VM is defined on {target.TcpUri}, where it is ShutOff, and is gone from its source"), (outcome.State, outcome.Detail));
        Assert.DoesNotContain("offone", await Host.VirshAsync("list", "--all", "--name"), StringComparison.Ordinal);
        Assert.Equal("shut off", (await target.VirshAsync("domstate", vm.ToString())).Trim());
        Assert.Contains("offone", await target.VirshAsync("list", "--all", "--persistent", "--name"), StringComparison.Ordinal);

        Assert.Equal(DirectiveState.Done, (await control.FollowUpAsync(order, check.Before, _ => { }, Token)).State);
        await target.VirshAsync("start", "offone");
        Assert.Equal("running", (await target.VirshAsync("domstate", "offone")).Trim());
    }

    [Fact(Timeout = Limit)]
    public async Task MigrateOffline_WhatLibvirtWouldLoseOrBreak_IsRefusedAndTheVmStays()
    {
        await using TestbedHost target = await TargetWithPoolAsync();
        await MakeOffAsync("offtwo");
        await using LibvirtControl control = LibvirtBed.CreateControl(Host);
        Task<ControlCheck> MoveAsync(params (string, string)[] more) => CheckAsync(control, DirectiveKind.Migrate, "offtwo", [("destination", target.TcpUri), ("offline", "true"), .. more]);

        await Host.VirshAsync("start", "offtwo");
        Assert.Equal((RefusalReason.WrongState, "the VM is Running (Booted); with offline it must be ShutOff"), Told(await MoveAsync()));
        await Host.VirshAsync("managedsave", "offtwo");
        Assert.Equal((RefusalReason.WrongState, "it has a saved memory image, which would stay here: start it, or remove the image"), Told(await MoveAsync()));
        await Host.VirshAsync("managedsave-remove", "offtwo");
        await Host.VirshAsync("autostart", "offtwo");
        Assert.Equal((RefusalReason.WrongState, "it starts with its host (autostart), which libvirt forgets on the way: take autostart from it first"), Told(await MoveAsync()));
        await Host.VirshAsync("autostart", "offtwo", "--disable");
        await Host.VirshAsync("snapshot-create-as", "offtwo", "one", "--disk-only");
        Assert.Equal((RefusalReason.WrongState, "it has 1 snapshots, which libvirt does not move: delete them first"), Told(await MoveAsync()));
        await Host.VirshAsync("snapshot-delete", "offtwo", "one", "--metadata");
        Assert.Equal((RefusalReason.BadParameter, "storage: is not for a VM that moves with offline=true; leave it out"), Told(await MoveAsync(("storage", "copied"))));

        await target.VirshAsync("pool-destroy", OfflinePool);
        Assert.Equal((RefusalReason.WrongState, $"pool {OfflinePool} at {TestbedHost.SharedDirectory}/{OfflinePool} does not work there"), Told(await MoveAsync()));
        await target.VirshAsync("pool-start", OfflinePool);
        Assert.True((await MoveAsync()).IsPossible);
        await Host.VirshAsync("pool-destroy", OfflinePool);
        Assert.Contains("is in no pool that works here and that hosts share", (await MoveAsync()).Detail, StringComparison.Ordinal);
        await Host.VirshAsync("pool-start", OfflinePool);
        Assert.Equal(RefusalReason.UnknownState, (await CheckAsync(control, DirectiveKind.Migrate, "offtwo", ("destination", "qemu+tcp://127.0.0.1:9/system"), ("offline", "true"))).Refusal);
        Assert.Equal(VmState.ShutOff, await bed.StateOfAsync(await bed.IdOfAsync("offtwo")));
        Assert.DoesNotContain("offtwo", await target.VirshAsync("list", "--all", "--name"), StringComparison.Ordinal);
    }

    /// <summary>So libvirt leaves it when the source's daemon dies after the target has the definition.</summary>
    [Fact(Timeout = Limit)]
    public async Task MigrateOffline_FollowedUpWhenBothHostsHaveTheDefinition_FailsAndTellsItAndIsNotTriedAgain()
    {
        await using TestbedHost target = await TargetWithPoolAsync();
        await MakeOffAsync("offthree");
        string copy = $"{TestbedHost.SharedDirectory}/{OfflinePool}/offthree.xml";
        await Host.InHostAsync("sh", "-c", $"echo '{(await Host.VirshAsync("dumpxml", "offthree")).Replace("'", "\"", StringComparison.Ordinal)}' > {copy}");
        await target.VirshAsync("define", copy);
        await using var control = new LibvirtControl(
            new LibvirtControlOptions { Uri = Host.Uri, LookTimeout = TimeSpan.FromSeconds(40), SharedDirectories = [TestbedHost.SharedDirectory] }, new HastyTime());
        DirectiveOrder order = await OrderAsync(DirectiveKind.Migrate, "offthree", ("destination", target.TcpUri), ("offline", "true"));
        ControlOutcome followed = await control.FollowUpAsync(order, ControlEvidence.None, _ => { }, Token);
        Assert.Equal(DirectiveState.Failed, followed.State);
        Assert.Contains("both hosts have a definition of the VM: it is ShutOff (Destroyed) on its source and ShutOff", followed.Detail, StringComparison.Ordinal);
        ControlCheck check = await control.CheckAsync(order, Token);
        Assert.Equal(RefusalReason.WrongState, check.Refusal);
        Assert.StartsWith("the target has a definition of this VM already: ShutOff", check.Detail, StringComparison.Ordinal);
    }

    private static (RefusalReason Refusal, string Detail) Told(ControlCheck check) => (check.Refusal, check.Detail);

    private async Task<TestbedHost> TargetWithPoolAsync()
    {
        TestbedHost target = await TestbedHost.StartAsync("lvtwo", Token);
        await bed.MakePoolAsync(OfflinePool);
        await target.VirshAsync("pool-define-as", OfflinePool, "dir", "--target", $"{TestbedHost.SharedDirectory}/{OfflinePool}");
        await target.VirshAsync("pool-start", OfflinePool);
        return target;
    }

    private async Task MakeOffAsync(string vm)
    {
        await Host.StartVmAsync(vm, new TestVmOptions { Halted = true, Disk = $"{TestbedHost.SharedDirectory}/{OfflinePool}/{vm}.raw" }, Token);
        await Host.VirshAsync("destroy", vm);
    }
}
