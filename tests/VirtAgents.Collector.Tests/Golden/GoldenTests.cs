using System.Globalization;
using VirtAgents.Collector.Tests.Query;
using VirtAgents.Protocol.V1;
using VirtAgents.Storage;
using VirtAgents.Storage.Embedded;
using VirtAgents.Storage.Tests.Influx;

namespace VirtAgents.Collector.Tests.Golden;

public sealed class EmbeddedGoldenTests : GoldenTests
{
    private readonly string _directory = Directory.CreateTempSubdirectory("va-golden-").FullName;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private protected override ITimeSeriesStore Make() =>
        new EmbeddedStore(new EmbeddedStoreOptions { Path = Path.Combine(_directory, "store.db") }, Clock);
}

/// <summary>The same day after the store has sealed and rolled it up, which rounds.</summary>
public sealed class SealedGoldenTests : GoldenTests
{
    private readonly string _directory = Directory.CreateTempSubdirectory("va-golden-").FullName;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private protected override ITimeSeriesStore Make() =>
        new EmbeddedStore(new EmbeddedStoreOptions { Path = Path.Combine(_directory, "store.db") }, Clock);

    private protected override async Task SettleAsync(ITimeSeriesStore store)
    {
        UpkeepReport report = await ((IStoreUpkeep)store).MaintainAsync(all: true, null, TestContext.Current.CancellationToken);
        Assert.Equal(24, report.Hours);
    }

    // Five digits of values, two of variances: docs/adr/0002.
    private protected override double RoundingOf(QueryMetricsRequest request) => request.Aggregate == Aggregate.Stddev ? 5e-3 : 1e-5;
}

[Collection(RealInflux.Name)]
[Trait("needs", "influxdb")]
public sealed class InfluxGoldenTests(InfluxFixture influx) : GoldenTests
{
    private readonly InfluxPlace _place = new(influx.Server.Url);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _place.Dispose();
    }

    private protected override ITimeSeriesStore Make() => _place.Store(Clock);
}

/// <summary>
/// Every store answers the same queries of the same day as the raw readings say: exact figures within rounding, sketched percentiles within
/// the error that the answer tells. What holds for each store holds between any two.
/// </summary>
public abstract class GoldenTests : IAsyncDisposable
{
    private ITimeSeriesStore? _store;

    private protected Microsoft.Extensions.Time.Testing.FakeTimeProvider Clock { get; } = new(DateTimeOffset.FromUnixTimeMilliseconds(GoldenData.End));

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await (_store?.DisposeAsync() ?? default);
    }

    [Fact]
    public async Task Queries_OfAWholeDay_AsRecomputedFromTheRawReadings()
    {
        _store = Make();
        await _store.OpenAsync(TestContext.Current.CancellationToken);
        await GoldenData.Whole.WriteAsync(_store, TestContext.Current.CancellationToken);
        await SettleAsync(_store);
        await using QueryServer server = await QueryServer.StartAsync(_store);
        server.Fleet.Hosts = GoldenFleet.Views;
        server.Clock.SetUtcNow(DateTimeOffset.FromUnixTimeMilliseconds(GoldenData.End));

        List<string> differences = [];
        foreach ((string name, QueryMetricsRequest request) in GoldenQueries.All)
        {
            MetricAnswerRead answer = await MetricAnswerRead.ReadAsync(server.Query, request);
            if (Difference(NaiveAnswers.Answer(request, GoldenData.End), answer, RoundingOf(request)) is { } difference)
            {
                differences.Add($"{name}: {difference}");
            }

            Assert.True(!request.Exact || answer.Trailer is { PercentileRelativeError: 0, MinuteRollups: 0, HourRollups: 0 }, name);
        }

        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    private protected abstract ITimeSeriesStore Make();

    /// <summary>Lets the store do with what was written whatever it does later on.</summary>
    private protected virtual Task SettleAsync(ITimeSeriesStore store) => Task.CompletedTask;

    /// <summary>Relative error of figures that are no percentiles.</summary>
    private protected virtual double RoundingOf(QueryMetricsRequest request) => 1e-6;

    private static string? Difference(List<ExpectedSeries> expected, MetricAnswerRead answer, double rounding)
    {
        string[] names = [.. expected.Select(s => $"{s.Metric} {s.Name}")];
        string[] told = [.. answer.Series.Select(s => $"{s.Metric} {MetricAnswerRead.NameOf(s)}")];
        return names.Length == 0 ? "nothing is expected"
            : !names.SequenceEqual(told) ? $"expected [{string.Join(", ", names)}], not [{string.Join(", ", told)}]"
            : expected.Zip(answer.Series).Select(pair => Difference(pair.First, pair.Second, Math.Max(answer.Trailer.PercentileRelativeError, rounding))).FirstOrDefault(d => d is not null);
    }

    private static string? Difference(ExpectedSeries expected, MetricSeries series, double tolerance)
    {
        (long Time, double? Value)[] told = [.. series.Points.Select(p => (p.TimeUnixMs, p.HasValue ? p.Value : (double?)null))];
        if (!expected.Points.Select(p => p.Time).SequenceEqual(told.Select(p => p.Time)))
        {
            return $"{expected.Name}: {expected.Points.Count} steps from {expected.Points[0].Time} to {expected.Points[^1].Time} expected, not {told.Length} from {told[0].Time} to {told[^1].Time}";
        }

        foreach ((var wanted, var got) in expected.Points.Zip(told))
        {
            if (wanted.Value.HasValue != got.Value.HasValue || (wanted.Value is { } value && Math.Abs(value - got.Value!.Value) > tolerance * Math.Abs(value)))
            {
                return string.Create(CultureInfo.InvariantCulture, $"{expected.Name} at +{(wanted.Time - GoldenData.Start) / 1000} s: {wanted.Value?.ToString("R", CultureInfo.InvariantCulture) ?? "null"} expected, not {got.Value?.ToString("R", CultureInfo.InvariantCulture) ?? "null"}");
            }
        }

        return null;
    }
}
