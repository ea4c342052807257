using VirtAgents.Core.Directives;
using VirtAgents.Hypervisors.Libvirt.Control;

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
}
