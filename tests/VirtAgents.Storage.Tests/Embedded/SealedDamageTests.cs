using Microsoft.Extensions.Time.Testing;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded;
using VirtAgents.Storage.Summaries;
using static VirtAgents.Storage.Tests.TestBatches;

namespace VirtAgents.Storage.Tests.Embedded;

/// <summary>Damage of packed columns, and of those that other columns are told by, is found by whoever reads them and by nobody else.</summary>
public sealed class SealedDamageTests : IAsyncLifetime
{
    private const string Minutes = "SELECT id FROM segment WHERE tier = 1 AND hour = (SELECT min(hour) FROM segment)";
    private const long HourMs = 3_600_000;
    private static readonly Figure Percent = Figure.Of(DerivedCatalogue.Find("vm_cpu_percent")!);
    private static readonly Figure Cpu = Figure.RateOf(MetricCatalogue.Find(Metric.VmCpuTime)!);
    private static readonly Figure State = Figure.LevelOf(MetricCatalogue.Find(Metric.VmStateCode)!);
    private readonly StoreDirectory _directory = new();

    public async ValueTask InitializeAsync()
    {
        await using EmbeddedStore store = await OpenAsync();
        foreach (WriteBatch batch in EarlierLoad.Batches())
        {
            await store.WriteAsync(batch, Token);
        }

        await store.MaintainAsync(all: true, null, Token);
    }

    public ValueTask DisposeAsync()
    {
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory(Timeout = 60_000)]
    [InlineData("UPDATE segment_column SET data = x'ffffff7f' || substr(data, 3)")] // A length that nothing has.
    [InlineData("UPDATE segment_column SET data = x'8001' || substr(data, 3)")] // Another length than it has.
    [InlineData("UPDATE segment_column SET data = substr(data, 1, length(data) / 2)")]
    [InlineData("UPDATE segment_column SET data = x''")]
    [InlineData("UPDATE segment_column SET form = 7")]
    [InlineData("UPDATE segment_column SET form = 0")]
    public async Task Summaries_DamagedPackedColumn_AreLeftOutAndTold(string damage)
    {
        Assert.Equal(1L, _directory.Ask($"SELECT form FROM segment_column WHERE segment = ({Minutes}) AND number = {State.Number}"));
        _directory.Ask($"{damage} WHERE segment = ({Minutes}) AND number = {State.Number}");
        await using EmbeddedStore store = await OpenAsync();

        Assert.Equal((0L, 60L), await MinutesAsync(store, State));

        Assert.Contains("damaged", (await store.HealthAsync(Token)).Problem, StringComparison.Ordinal);
        Assert.Contains("sealed hour", Assert.Single((await store.VerifyAsync(null, Token)).Problems), StringComparison.Ordinal);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("DELETE FROM segment_column")]
    [InlineData("UPDATE segment_column SET data = zeroblob(length(data))")]
    public async Task Summaries_ColumnThatOthersAreToldByIsDamaged_LeaveBothOutAndNoOther(string damage)
    {
        _directory.Ask($"{damage} WHERE segment = ({Minutes}) AND number = {Cpu.Number}");
        await using EmbeddedStore store = await OpenAsync();

        Assert.Equal((0L, 60L), await MinutesAsync(store, Cpu));
        Assert.Equal((0L, 60L), await MinutesAsync(store, Percent));
        Assert.Equal((60L, 60L), await MinutesAsync(store, State));

        Assert.Contains("damaged", (await store.HealthAsync(Token)).Problem, StringComparison.Ordinal);
        Assert.Contains("sealed hour", Assert.Single((await store.VerifyAsync(null, Token)).Problems), StringComparison.Ordinal);
    }

    // Minutes of the busy VM that are answered in the first and in the second hour; a rate has no value at its very first sample.
    private static async Task<(long First, long Second)> MinutesAsync(EmbeddedStore store, Figure figure)
    {
        var found = new List<long>();
        foreach (long from in (long[])[EarlierLoad.StartUnixMs, EarlierLoad.StartUnixMs + HourMs])
        {
            long count = 0;
            await foreach (SeriesSummaries series in store.SummariesAsync(new SummaryQuery(figure, [], null, from, from + HourMs, 60_000), Token))
            {
                count = Math.Max(count, series.Steps.Count);
            }

            found.Add(count);
        }

        return (found[0], found[1]);
    }

    private async Task<EmbeddedStore> OpenAsync()
    {
        var store = new EmbeddedStore(_directory.Options, new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(EarlierLoad.StartUnixMs).AddHours(4)));
        await store.OpenAsync(Token);
        return store;
    }
}
