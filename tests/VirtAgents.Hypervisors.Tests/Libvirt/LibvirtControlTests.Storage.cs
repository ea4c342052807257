using System.Collections.Concurrent;
using VirtAgents.Core.Directives;
using VirtAgents.Hypervisors.Libvirt.Control;
using VirtAgents.Testbed;

namespace VirtAgents.Hypervisors.Tests.Libvirt;

/// <summary>Volumes and disks.</summary>
public sealed partial class LibvirtControlTests
{
    private const string Pool = "actpool";

    private static readonly (string, string) Elsewhere = ("unused_elsewhere", "true");

    [Fact(Timeout = Limit)]
    public async Task Volumes_CreatedGrownDeleted_AreAsVirshShowsThem()
    {
        await bed.MakePoolAsync(Pool);
        await using LibvirtControl control = LibvirtBed.CreateControl(Host);
        (string, string)[] volume = [("pool", Pool), ("volume", "a&b.qcow2")];
        await DoneAsync(control, DirectiveKind.CreateVolume, "", [.. volume, ("capacity_bytes", $"{4 << 20}"), ("format", "qcow2")]);
        string shown = await Host.VirshAsync("vol-dumpxml", "a&b.qcow2", Pool);
        Assert.Contains($">{4 << 20}</capacity>", shown, StringComparison.Ordinal);
        Assert.Contains("'qcow2'", shown, StringComparison.Ordinal);
        Assert.Equal(RefusalReason.WrongState, (await CheckAsync(control, DirectiveKind.CreateVolume, "", [.. volume, ("capacity_bytes", $"{4 << 20}")])).Refusal);
        // The testbed's hosts share the pool's directory, and this one knows no VM of the others.
        ControlCheck blind = await CheckAsync(control, DirectiveKind.ResizeVolume, "", [.. volume, ("capacity_bytes", $"{8 << 20}")]);
        Assert.Equal(RefusalReason.UnknownState, blind.Refusal);
        await DoneAsync(control, DirectiveKind.ResizeVolume, "", [.. volume, ("capacity_bytes", $"{8 << 20}"), Elsewhere]);
        Assert.Contains($">{8 << 20}</capacity>", await Host.VirshAsync("vol-dumpxml", "a&b.qcow2", Pool), StringComparison.Ordinal);
        Assert.Equal(RefusalReason.BadParameter, (await CheckAsync(control, DirectiveKind.ResizeVolume, "", [.. volume, ("capacity_bytes", $"{2 << 20}")])).Refusal);
        Assert.Equal(RefusalReason.UnknownState, (await CheckAsync(control, DirectiveKind.DeleteVolume, "", volume)).Refusal);
        await DoneAsync(control, DirectiveKind.DeleteVolume, "", [.. volume, Elsewhere]);
        Assert.DoesNotContain("a&b.qcow2", await Host.VirshAsync("vol-list", Pool), StringComparison.Ordinal);
        Assert.Equal(RefusalReason.UnknownTarget, (await CheckAsync(control, DirectiveKind.DeleteVolume, "", volume)).Refusal);
    }

    [Fact(Timeout = Limit)]
    public async Task Volumes_WhatIsNotThereOrTooLarge_IsRefused()
    {
        await bed.MakePoolAsync(Pool);
        await using LibvirtControl control = LibvirtBed.CreateControl(Host);
        Assert.Equal(RefusalReason.UnknownTarget, (await CheckAsync(control, DirectiveKind.DeleteVolume, "", ("pool", "none"), ("volume", "x"))).Refusal);
        Assert.Equal(RefusalReason.BadParameter, (await CheckAsync(control, DirectiveKind.DeleteVolume, "", ("pool", Pool), ("volume", "../x"))).Refusal);
        Assert.Equal(
            RefusalReason.NoRoom,
            (await CheckAsync(control, DirectiveKind.CreateVolume, "", ("pool", Pool), ("volume", "x"), ("capacity_bytes", $"{256L << 40}"))).Refusal);
    }

    [Theory(Timeout = Limit)]
    [InlineData("raw")]
    [InlineData("qcow2")]
    public async Task CreateVolume_FullAndTheDiskFills_HasFailedAndLeavesNothing(string format)
    {
        // Nobody outside the host sees this file system, so the look before it takes it for as large as the one around it.
        string pool = $"tiny{format}", path = await Host.CreateSmallStorageAsync(pool, 24, Token);
        await Host.VirshAsync("pool-create-as", pool, "dir", "--target", path);
        await Host.InHostAsync("dd", "if=/dev/zero", $"of={path}/other", "bs=1M", "count=12");
        await using LibvirtControl control = LibvirtBed.CreateControl(Host);
        DirectiveOrder order = await FullVolumeAsync(pool, $"x.{format}", 16 << 20, format);
        ControlCheck check = await control.CheckAsync(order, Token);
        Assert.True(check.IsPossible, check.Detail);

        ControlOutcome outcome = await control.CarryOutAsync(order, check.Before, _ => { }, Token);

        Assert.Equal(DirectiveState.Failed, outcome.State);
        Assert.Contains("No space left on device", outcome.Detail, StringComparison.Ordinal);
        Assert.EndsWith("the volume is not there", outcome.Detail, StringComparison.Ordinal);
        Assert.Equal("other", (await Host.InHostAsync("ls", path)).Trim());
    }

    [Fact(Timeout = Limit)]
    public async Task CreateVolume_FullWhereEveryBlockIsWritten_TellsHowFarItIsAndCancelledLeavesNothing()
    {
        Assert.SkipUnless(File.Exists("/dev/loop-control"), "this machine has no loop devices");
        string pool = "slow", path = $"{TestbedHost.SharedDirectory}/{pool}";
        await Host.InHostAsync("sh", "-ec", $"mkdir -p {path}; truncate -s 1G {path}.img; mkfs.ext2 -q -F -b 1024 {path}.img; mount -o loop {path}.img {path}");
        await Host.VirshAsync("pool-create-as", pool, "dir", "--target", path);
        await using LibvirtControl control = LibvirtBed.CreateControl(Host);
        DirectiveOrder order = await FullVolumeAsync(pool, "x", 900 << 20, "raw");
        ControlCheck check = await control.CheckAsync(order, Token);
        Assert.True(check.IsPossible, check.Detail);
        using CancellationTokenSource cancelled = new();
        ConcurrentQueue<ControlProgress> told = [];

        ControlOutcome outcome = await control.CarryOutAsync(order, check.Before, progress => Tell(progress, told, cancelled), cancelled.Token);

        Assert.Contains(told, p => p.Percent is > 0 and < 100 && p.Detail.EndsWith($" of {900 << 20} bytes", StringComparison.Ordinal));
        Assert.Equal(DirectiveState.Cancelled, outcome.State);
        Assert.EndsWith("; now the volume is not there", outcome.Detail, StringComparison.Ordinal);
        Assert.Equal("lost+found", (await Host.InHostAsync("ls", path)).Trim());
        await Host.InHostAsync("sh", "-ec", $"umount {path}; rm {path}.img");
    }

    [Fact(Timeout = Limit)]
    public async Task CreateVolume_FullFollowedUpAndTakenOnlyInPart_HasFailedAndIsLeft()
    {
        await bed.MakePoolAsync(Pool);
        await Host.VirshAsync("vol-create-as", Pool, "part", "4MiB", "--allocation", "1MiB");
        await using LibvirtControl control = LibvirtBed.CreateControl(Host);

        ControlOutcome outcome = await control.FollowUpAsync(await FullVolumeAsync(Pool, "part", 4 << 20, "raw"), ControlEvidence.None, _ => { }, Token);

        Assert.Equal(DirectiveState.Failed, outcome.State);
        Assert.EndsWith($"the volume takes {1 << 20} of {4 << 20} bytes", outcome.Detail, StringComparison.Ordinal);
        Assert.Contains("part", await Host.VirshAsync("vol-list", Pool), StringComparison.Ordinal);
        await Host.VirshAsync("vol-delete", "part", Pool);
    }

    [Fact(Timeout = Limit)]
    public async Task Disk_AttachedAndDetached_ComesAndGoesAndIsSafeFromDeletion()
    {
        await RunBusyAsync();
        _ = await UptimeAsync(Busy); // it takes part in the unplug
        await bed.MakePoolAsync(Pool);
        await using LibvirtControl control = LibvirtBed.CreateControl(Host);
        (string, string)[] volume = [("pool", Pool), ("volume", "data.raw")];
        await DoneAsync(control, DirectiveKind.CreateVolume, "", [.. volume, ("capacity_bytes", $"{4 << 20}")]);
        await DoneAsync(control, DirectiveKind.AttachDisk, Busy, [.. volume, ("disk", "vdb")]);
        Assert.Contains("data.raw", await Host.VirshAsync("domblklist", Busy), StringComparison.Ordinal);
        Assert.Contains("data.raw", await Host.VirshAsync("domblklist", Busy, "--inactive"), StringComparison.Ordinal);
        Assert.Equal(RefusalReason.WrongState, (await CheckAsync(control, DirectiveKind.AttachDisk, Busy, [.. volume, ("disk", "vdc")])).Refusal);
        ControlCheck deletion = await CheckAsync(control, DirectiveKind.DeleteVolume, "", volume);
        Assert.Equal(RefusalReason.WrongState, deletion.Refusal);
        Assert.Contains(Busy, deletion.Detail, StringComparison.Ordinal);

        await DoneAsync(control, DirectiveKind.DetachDisk, Busy, ("disk", "vdb"));
        Assert.DoesNotContain("data.raw", await Host.VirshAsync("domblklist", Busy), StringComparison.Ordinal);
        Assert.DoesNotContain("data.raw", await Host.VirshAsync("domblklist", Busy, "--inactive"), StringComparison.Ordinal);
        Assert.Equal(RefusalReason.UnknownTarget, (await CheckAsync(control, DirectiveKind.DetachDisk, Busy, ("disk", "vdb"))).Refusal);
        await DoneAsync(control, DirectiveKind.DeleteVolume, "", [.. volume, Elsewhere]);
    }

    [Fact(Timeout = Limit)]
    public async Task DeleteVolume_AnotherIsBasedOnIt_IsRefused()
    {
        await bed.MakePoolAsync(Pool);
        await using LibvirtControl control = LibvirtBed.CreateControl(Host);
        await Host.VirshAsync("vol-create-as", Pool, "base.raw", "1MiB");
        await Host.VirshAsync("vol-create-as", Pool, "top.qcow2", "1MiB", "--format", "qcow2", "--backing-vol", "base.raw", "--backing-vol-format", "raw");
        ControlCheck check = await CheckAsync(control, DirectiveKind.DeleteVolume, "", ("pool", Pool), ("volume", "base.raw"));
        Assert.Equal(RefusalReason.WrongState, check.Refusal);
        Assert.Contains("top.qcow2", check.Detail, StringComparison.Ordinal);
    }

    private Task<DirectiveOrder> FullVolumeAsync(string pool, string volume, long bytes, string format) =>
        OrderAsync(DirectiveKind.CreateVolume, "", ("pool", pool), ("volume", volume), ("capacity_bytes", $"{bytes}"), ("format", format), ("allocation", "full"));

    // From the thread of the adapter: the order goes on until it looks again.
    private static void Tell(ControlProgress progress, ConcurrentQueue<ControlProgress> told, CancellationTokenSource cancelled)
    {
        told.Enqueue(progress);
        if (progress.Percent > 0)
        {
            cancelled.Cancel();
        }
    }
}
