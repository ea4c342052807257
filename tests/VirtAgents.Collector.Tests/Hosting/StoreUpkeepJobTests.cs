using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using VirtAgents.Collector.Hosting;
using VirtAgents.Collector.Ingest;
using VirtAgents.Core.Model;
using VirtAgents.Storage;
using VirtAgents.Storage.Embedded;

namespace VirtAgents.Collector.Tests.Hosting;

public sealed class StoreUpkeepJobTests : IDisposable
{
    private const long Start = 1_748_736_000_000;
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("va-upkeep-");
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.FromUnixTimeMilliseconds(Start));
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _services.Dispose();
        _directory.Delete(recursive: true);
    }

    [Fact(Timeout = 30_000)]
    public async Task Run_HourHasEndedAndIsQuiet_IsSealedWithinAMinuteAndNotBefore()
    {
        await using var store = new EmbeddedStore(new EmbeddedStoreOptions { Path = Path.Combine(_directory.FullName, "store.db") }, _clock);
        await store.OpenAsync(Token);
        using CollectorMetrics metrics = new(_services.GetRequiredService<IMeterFactory>());
        using StoreUpkeepJob job = new(store, metrics, _clock, NullLogger<StoreUpkeepJob>.Instance);
        await job.StartAsync(Token);
        _clock.Advance(TimeSpan.FromMinutes(59));
        await WriteAsync(store);
        List<TimeSpan> sealedAfter = [];

        // The end of the hour comes a minute later; it waits two minutes for what is late.
        for (int minute = 1; minute <= 6 && sealedAfter.Count == 0; minute++)
        {
            _clock.Advance(TimeSpan.FromMinutes(1));
            await SettleAsync(store, minute);
            if ((await store.ContentAsync(Token)).UnsealedHours == 0)
            {
                sealedAfter.Add(_clock.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(Start));
            }
        }

        await job.StopAsync(Token);
        Assert.Equal(TimeSpan.FromMinutes(62), Assert.Single(sealedAfter));
    }

    // The job runs on other threads: at the minute that must seal it is waited for, before that one more call would have been the job's own.
    private static async Task SettleAsync(EmbeddedStore store, int minute)
    {
        if (minute < 3)
        {
            Assert.Equal(0, (await store.MaintainAsync(all: false, null, Token)).Hours);
            return;
        }

        while ((await store.ContentAsync(Token)).UnsealedHours > 0)
        {
            await Task.Yield();
        }
    }

    private static async Task WriteAsync(EmbeddedStore store)
    {
        var samples = new SampleSet { TimeUnixMs = Start + (59 * 60_000), Tier = SampleTier.Slow };
        SampleTable table = samples.Add(SubjectKind.Vm, [Metric.VmMemoryRss]);
        table.Set(table.AddRow(1), 0, 4096);
        Subject?[] subjects = [null, new Subject(SubjectKind.Vm, new Guid(1, 2, 3, new byte[8]), "")];
        var report = new ReportRecord(new HostId(new Guid(4, 5, 6, new byte[8])), new BootId(new Guid(7, 8, 9, new byte[8])), 1, samples, subjects);
        Assert.Equal(WriteStatus.Durable, (await store.WriteAsync(new WriteBatch([report], [], [], []), Token)).Status);
    }
}
