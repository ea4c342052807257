using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded;
using static VirtAgents.Storage.Tests.TestBatches;

namespace VirtAgents.Storage.Tests.Embedded;

public sealed class RetentionTests : IDisposable
{
    private const int Vms = 8000;
    private const int Batches = 90;
    private readonly StoreDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 120_000)]
    public async Task DropBefore_MostOfALargeFile_GivesSpaceBackWhileWritesGoOn()
    {
        long before;
        await using (EmbeddedStore store = await OpenAsync())
        {
            for (int i = 1; i <= Batches; i++)
            {
                Assert.Equal(WriteStatus.Durable, (await store.WriteAsync(BatchOf(i), Token)).Status);
            }

            before = (await store.HealthAsync(Token)).SizeBytes!.Value;
            Task<long> dropping = store.DropBeforeAsync(TimeOf(Batches), Token).AsTask();
            WriteOutcome meanwhile = await store.WriteAsync(BatchOf(Batches + 1), Token);

            Assert.Equal(WriteStatus.Durable, meanwhile.Status);
            Assert.Equal(Batches - 1, await dropping);
            Assert.Equal(2, (await store.HealthAsync(Token)).Reports);
        }

        Assert.InRange(before, 5 << 20, long.MaxValue);
        Assert.InRange(new FileInfo(_directory.File).Length, 1, 3 << 20);
        await using EmbeddedStore again = await OpenAsync();
        Assert.Equal(2, Assert.Single(await ReadAsync(again, Range(Metric.VmCpuTime, 0, long.MaxValue, Id(1)))).Raw.Length);
    }

    [Fact(Timeout = 120_000)]
    public async Task Maintain_HoursOfALargeFile_GivesTheSpaceOfTheirCommitsBack()
    {
        await using EmbeddedStore store = await OpenAsync();
        for (int i = 1; i <= Batches; i++)
        {
            Assert.Equal(WriteStatus.Durable, (await store.WriteAsync(BatchOf(i), Token)).Status);
        }

        long before = new FileInfo(_directory.File).Length;
        Assert.NotEqual(0, (await store.MaintainAsync(all: true, null, Token)).Hours);

        StoreContent content = await store.ContentAsync(Token);
        Assert.InRange(content.FreeBytes, 0, 256 * 8192);
        Assert.InRange(new FileInfo(_directory.File).Length, content.Tiers.Sum(t => t.Bytes), before + (256 * 8192));
    }

    private static long TimeOf(int batch) => Start + (batch * 60_000L);

    private static WriteBatch BatchOf(int batch) => Batch(Report(
        1, batch, TimeOf(batch), Metric.VmCpuTime,
        [.. Enumerable.Range(1, Vms).Select(vm => (Vm(vm), (long?)unchecked(vm * 7_046_029_254_386_353_131 * batch)))]));

    private async Task<EmbeddedStore> OpenAsync()
    {
        var store = new EmbeddedStore(_directory.Options, TimeProvider.System);
        await store.OpenAsync(Token);
        return store;
    }
}
