using Microsoft.Extensions.DependencyInjection;
using VirtAgents.Collector.Hosting;
using VirtAgents.Core.Model;
using VirtAgents.Storage;
using VirtAgents.Storage.Influx;
using VirtAgents.Storage.Tests.Influx;
using static VirtAgents.Collector.Tests.Sessions.RunningCollector;

namespace VirtAgents.Collector.Tests.Influx;

/// <summary>What the connections of the store try again by themselves.</summary>
public sealed class InfluxRetryTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("va-retry-");

    [Theory]
    [InlineData(503, "", 3, WriteStatus.Durable)]
    [InlineData(429, "Retry-After: 0\r\n", 3, WriteStatus.Durable)]
    [InlineData(503, "Retry-After: 60\r\n", 1, WriteStatus.Unavailable)]
    [InlineData(500, "", 1, WriteStatus.Unavailable)]
    [InlineData(401, "", 1, WriteStatus.Unavailable)]
    public async Task Write_FailsTwice_IsRepeatedWhereTheTroubleMayBeShort(int status, string headers, int attempts, WriteStatus expected)
    {
        int writes = 0;
        await using AnsweringServer server = new(asked => asked.Target switch
        {
            "/ping" => new(204, "", "X-Influxdb-Version: 1.8.10\r\n"),
            "/query" => new(200, "{\"results\":[{\"statement_id\":0}]}\n"),
            _ => Interlocked.Increment(ref writes) < 3 ? new(status, "busy", headers) : new(204),
        });
        var services = new ServiceCollection();
        services.AddSingleton(TimeProvider.System);
        services.AddInfluxStore(new InfluxOptions { Url = server.Url, Path = Path.Combine(_directory.FullName, "influx.db") });
        await using ServiceProvider provider = services.BuildServiceProvider();
        ITimeSeriesStore store = provider.GetRequiredService<ITimeSeriesStore>();
        await store.OpenAsync(Cancel);

        WriteOutcome outcome = await store.WriteAsync(new WriteBatch([Report()], [], [], []), Cancel).AsTask().WaitAsync(Patience, Cancel);

        Assert.Equal((expected, attempts), (outcome.Status, writes));
        string[] bodies = [.. server.Requests.Where(r => r.Target.StartsWith("/write", StringComparison.Ordinal)).Select(r => r.Body)];
        Assert.Single(bodies.Distinct());
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private static ReportRecord Report()
    {
        var host = new Guid(1, 1, 1, new byte[8]);
        var samples = new SampleSet { TimeUnixMs = 1_700_000_000_000 };
        SampleTable table = samples.Add(SubjectKind.Host, [Metric.HostLoad1]);
        table.AddRow(0);
        table.Set(0, 0, 5);
        return new ReportRecord(new HostId(host), new BootId(host), 1, samples, [new Subject(SubjectKind.Host, host, "")]);
    }
}
