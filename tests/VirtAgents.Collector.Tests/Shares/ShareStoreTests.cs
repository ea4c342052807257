using VirtAgents.Collector.Control;
using VirtAgents.Collector.Limits;
using VirtAgents.Collector.Shares;
using VirtAgents.Collector.Tests.Control;
using VirtAgents.Core.Scheduling.Limits;

namespace VirtAgents.Collector.Tests.Shares;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class ShareStoreTests
{
    [Fact]
    public async Task Store_OnSqlite_KeepsChangesAndEnds()
    {
        await using ControlDouble control = await ControlDouble.OpenAsync(ControlDouble.NewPath());
        await KeepsChangesAndEndsAsync(control);
    }

    internal static async Task KeepsChangesAndEndsAsync(ControlDouble control)
    {
        CancellationToken cancel = ControlDouble.Cancel;
        ShareStore store = new(control.Queue, control);
        ShareLimitRow first = NewRow("52:54:00:00:00:01"), other = NewRow("52:54:00:00:00:02");
        Assert.True(await AddAsync(control, first));
        Assert.True(await AddAsync(control, other));
        Assert.False(await AddAsync(control, NewRow("52:54:00:00:00:01", first.VmId)));
        Assert.Equal([first.Id, other.Id], (await store.OpenAsync(cancel)).Select(r => r.Id));

        HeldLimit inForce = LimitRows.ToLimit(first) with { Stage = LimitStage.InForce, Attempts = 2, RetryUnixMs = 9, Detail = "failed: no" };
        Assert.False(await store.ChangeAsync(first.Id, LimitStage.Releasing, row => LimitRows.Take(row, inForce, 5), cancel));
        Assert.True(await store.ChangeAsync(first.Id, LimitStage.Setting, row => LimitRows.Take(row, inForce, 5), cancel));
        Assert.Equal(inForce, LimitRows.ToLimit((await store.OpenAsync(cancel))[0]));

        await store.ChangeAsync(first.Id, LimitStage.InForce, row => LimitRows.Take(row, inForce.End(LimitStage.Failed, "no"), 7), cancel);
        Assert.Equal([other.Id], (await store.OpenAsync(cancel)).Select(r => r.Id));
        ShareLimitRow ended = Assert.Single(await store.EndedAsync(10, cancel));
        Assert.Equal((first.Id, 7L, "no"), (ended.Id, ended.EndedUnixMs, ended.Outcome));
        Assert.Equal([(first.VmId, first.Device, LimitedResource.NetworkOut)], await store.FailedSinceAsync(6, cancel));
        Assert.Empty(await store.FailedSinceAsync(7, cancel));
        Assert.True(await AddAsync(control, NewRow("52:54:00:00:00:01", first.VmId)));
    }

    private static Task<bool> AddAsync(ControlDouble control, ShareLimitRow row) => control.Queue.RunAsync(
        async context =>
        {
            bool isAdded = await ShareStore.TryAddAsync(context, row);
            await context.SaveChangesAsync();
            return isAdded;
        },
        ControlDouble.Cancel);

    private static ShareLimitRow NewRow(string mac, Guid? vm = null) => new()
    {
        Id = Guid.NewGuid(), VmId = vm ?? Guid.NewGuid(), Device = mac, Rule = "uplink", Resource = LimitedResource.NetworkOut, Stage = LimitStage.Setting, IsOpen = true, Amount = 1 << 20,
    };
}
