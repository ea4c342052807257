using VirtAgents.Collector.Control;
using VirtAgents.Collector.Limits;
using VirtAgents.Collector.Tests.Control;
using VirtAgents.Collector.Throttles;
using VirtAgents.Core.Scheduling.Limits;

namespace VirtAgents.Collector.Tests.Throttles;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class ThrottleStoreTests
{
    [Fact]
    public async Task Store_OnSqlite_KeepsChangesAndEnds()
    {
        await using ControlDouble control = await ControlDouble.OpenAsync(ControlDouble.NewPath());
        await KeepsChangesAndEndsAsync(control);
    }

    /// <summary>The same on any database.</summary>
    internal static async Task KeepsChangesAndEndsAsync(ControlDouble control)
    {
        CancellationToken cancel = ControlDouble.Cancel;
        ThrottleStore store = new(control.Queue, control);
        ThrottleRow first = NewRow("vda"), other = NewRow("vdb", first.VmId);
        Assert.True(await AddAsync(control, first));
        Assert.True(await AddAsync(control, other));
        Assert.False(await AddAsync(control, NewRow("vda", first.VmId)));
        Assert.Equal([first.Id, other.Id], (await store.OpenAsync(cancel)).Select(r => r.Id));

        HeldLimit inForce = LimitRows.ToLimit(first) with { Stage = LimitStage.InForce, Attempts = 2, RetryUnixMs = 9, Detail = "failed: no" };
        Assert.False(await store.ChangeAsync(first.Id, LimitStage.Releasing, row => LimitRows.Take(row, inForce, 5), cancel));
        Assert.True(await store.ChangeAsync(first.Id, LimitStage.Setting, row => LimitRows.Take(row, inForce, 5), cancel));
        Assert.Equal(inForce, LimitRows.ToLimit((await store.OpenAsync(cancel))[0]));

        await store.ChangeAsync(first.Id, LimitStage.InForce, row => LimitRows.Take(row, inForce.End(LimitStage.Failed, "no"), 7), cancel);
        Assert.Equal([other.Id], (await store.OpenAsync(cancel)).Select(r => r.Id));
        ThrottleRow ended = Assert.Single(await store.EndedAsync(10, cancel));
        Assert.Equal((first.Id, 7L, "no", 80.5), (ended.Id, ended.EndedUnixMs, ended.Outcome, ended.Used));
        Assert.Equal(2, (await store.SinceAsync([first.VmId], 6, cancel)).Count);
        Assert.Equal(other.Id, Assert.Single(await store.SinceAsync([first.VmId], 7, cancel)).Id);
        Assert.Empty(await store.SinceAsync([], 0, cancel));
        Assert.True(await AddAsync(control, NewRow("vda", first.VmId)));
    }

    private static Task<bool> AddAsync(ControlDouble control, ThrottleRow row) => control.Queue.RunAsync(
        async context =>
        {
            bool isAdded = await ThrottleStore.TryAddAsync(context, row);
            await context.SaveChangesAsync();
            return isAdded;
        },
        ControlDouble.Cancel);

    private static ThrottleRow NewRow(string disk, Guid? vm = null)
    {
        Guid id = Guid.NewGuid();
        return new()
        {
            Id = id, DirectiveId = id, VmId = vm ?? Guid.NewGuid(), HostId = Guid.NewGuid(), Rule = "calm", Resource = LimitedResource.DiskOperations, Device = disk,
            Stage = LimitStage.Setting, IsOpen = true, Amount = 40, Used = 80.5, ExpiresUnixMs = 100,
        };
    }
}
