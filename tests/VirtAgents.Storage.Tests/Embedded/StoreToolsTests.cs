using Microsoft.Extensions.Time.Testing;
using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded;
using static VirtAgents.Storage.Tests.TestBatches;

namespace VirtAgents.Storage.Tests.Embedded;

public sealed class StoreToolsTests : IAsyncLifetime
{
    private readonly StoreDirectory _directory = new();

    public async ValueTask InitializeAsync()
    {
        await using EmbeddedStore store = await OpenAsync(_directory.Options);
        for (int batch = 0; batch < 30; batch++)
        {
            await store.WriteAsync(ChildProcess.BatchFrom(1 + (batch * ChildProcess.ReportsPerBatch)), Token);
        }
    }

    public ValueTask DisposeAsync()
    {
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public async Task Content_BeforeAndAfterCompacting_TellsWhereTheSamplesAre()
    {
        await using EmbeddedStore store = await OpenAsync(_directory.Options);
        StoreContent before = await store.ContentAsync(Token);

        UpkeepReport report = await store.CompactAsync(null, Token);
        StoreContent after = await store.ContentAsync(Token);

        Assert.Equal(3, report.Hours);
        Assert.Equal((150, 3, 30L, 0L), (before.Reports, before.UnsealedHours, before.Tiers[0].Parts, before.Tiers[1].Parts));
        Assert.Equal((150, 0, 0L, 3L, 3L, 3L), (after.Reports, after.UnsealedHours, after.Tiers[0].Parts, after.Tiers[1].Parts, after.Tiers[2].Parts, after.Tiers[3].Parts));
        Assert.Equal((Start + 60_000, Start + (150 * 60_000)), (after.Tiers[1].FromUnixMs, after.Tiers[1].ToUnixMs));
        Assert.Equal(0, after.FreeBytes);
    }

    [Fact(Timeout = 30_000)]
    public async Task Verify_WholeFile_HasNoProblem()
    {
        await using (EmbeddedStore store = await OpenAsync(_directory.Options))
        {
            Assert.Equal((30L, 0L, 0), await VerifyAsync(store));
            await store.CompactAsync(null, Token);
        }

        await using EmbeddedStore reader = await OpenAsync(_directory.ReadOnly);
        Assert.Equal((0L, 9L, 0), await VerifyAsync(reader));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("UPDATE segment_column SET data = substr(data, 1, length(data) - 6) || x'00' || substr(data, -5) WHERE id = (SELECT min(id) FROM segment_column)", "sealed hour")]
    [InlineData("UPDATE segment SET axes = x'0102030405' WHERE id = (SELECT max(id) FROM segment)", "sealed hour")]
    [InlineData("DELETE FROM segment WHERE tier = 2", "columns of sealed hours that are gone")]
    public async Task Verify_DamagedSealedHour_NamesItAndAnswersLeaveItOut(string damage, string reason)
    {
        await using (EmbeddedStore store = await OpenAsync(_directory.Options))
        {
            await store.CompactAsync(null, Token);
        }

        _directory.Ask(damage);
        await using EmbeddedStore again = await OpenAsync(_directory.Options);

        StoreVerification found = await again.VerifyAsync(null, Token);

        Assert.Contains(reason, Assert.Single(found.Problems), StringComparison.Ordinal);
        Assert.All(await ReadAsync(again, Range(Metric.VmCpuTime, 0, long.MaxValue)), s => Assert.Equal(s.Raw.Order(), s.Raw));
    }

    [Fact(Timeout = 30_000)]
    public async Task Verify_DamagedCommit_NamesItAndSealingKeepsItForTheDoctor()
    {
        _directory.Ask("UPDATE chunk SET data = zeroblob(length(data)) WHERE id = 7");
        await using EmbeddedStore store = await OpenAsync(_directory.Options);

        Assert.Contains("commit 7", Assert.Single((await store.VerifyAsync(null, Token)).Problems), StringComparison.Ordinal);
        await store.CompactAsync(null, Token);

        Assert.Equal(1, (await store.ContentAsync(Token)).Tiers[0].Parts);
        Assert.Equal(145, (await ReadAsync(store, Range(Metric.VmCpuTime, 0, long.MaxValue, Id(1))))[0].Raw.Length);
        Assert.Contains("damaged", (await store.HealthAsync(Token)).Problem, StringComparison.Ordinal);
    }

    private static async Task<(long Commits, long Segments, int Problems)> VerifyAsync(EmbeddedStore store)
    {
        StoreVerification found = await store.VerifyAsync(null, Token);
        return (found.Commits, found.Segments, found.Problems.Count);
    }

    private static async Task<EmbeddedStore> OpenAsync(EmbeddedStoreOptions options)
    {
        var store = new EmbeddedStore(options, new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(Start).AddHours(5)));
        await store.OpenAsync(Token);
        return store;
    }
}
