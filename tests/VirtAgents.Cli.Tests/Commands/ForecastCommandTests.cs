using System.Text.Json;
using VirtAgents.Cli.Tests.Fixtures;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Tests.Commands;

public sealed class ForecastCommandTests
{
    private const int Hours = 20 * 24;

    [Fact]
    public async Task Forecast_GrowingPool_SaysWhenItIsFullAndLeavesOutTheHourOfNow()
    {
        await using var collector = await InProcessCollector.StartAsync();
        collector.Query.Steps.Add(Growing("san", perHour: 0.1));

        var ended = await collector.RunAsync("forecast", "storage_pool_used_percent", "--ahead", "14d", "-o", "json");

        Assert.Equal((0, ""), (ended.Code, ended.Error));
        var pool = Assert.Single(JsonDocument.Parse(ended.Output).RootElement.EnumerateArray());
        Assert.Equal(("san", 100), (pool.GetProperty("device").GetString(), pool.GetProperty("level").GetDouble()));
        Assert.NotEqual("naive", pool.GetProperty("model").GetString());
        Assert.Equal("2026-11-22T11:00:00.000Z", pool.GetProperty("last_time").GetString());
        Assert.Equal(67.9, pool.GetProperty("last").GetDouble(), 0.2);

        // 32.1 points at 0.1 an hour.
        var full = DateTimeOffset.Parse(pool.GetProperty("reached_expected").GetString()!, System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange((full - new DateTimeOffset(2026, 11, 22, 11, 0, 0, TimeSpan.Zero)).TotalHours, 310, 332);
        Assert.Equal(14 * 24, pool.GetProperty("points").GetArrayLength());
        Assert.Equal("2026-11-22T12:00:00.000Z", pool.GetProperty("points")[0].GetProperty("time").GetString());
    }

    [Fact]
    public async Task Forecast_Table_ShowsEachSeriesAndSaysWhichWereTooShort()
    {
        await using var collector = await InProcessCollector.StartAsync();
        collector.Query.Steps.Add(Growing("san", perHour: 0.1));
        collector.Query.Steps.Add(Growing("still", perHour: 0));
        collector.Query.Steps.Add(new MetricSeries { Host = "host-01", Device = "new", Points = { Point(2, 5), Point(1, 5) } });

        var ended = await collector.RunAsync("forecast", "storage_pool_used_percent", "--ahead", "14d");

        var lines = ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Matches("^HOST +DEVICE +NOW +THEN +80 % +95 % +REACHES +IN +EARLIEST +MODEL +MASE$", lines[0]);
        Assert.Matches("^host-01 +san +68.0% +101.\\d% +.* 100.0% +13d", lines[1]);
        Assert.Matches("^host-01 +still +20.0% +.*not foreseen +not foreseen +naive", lines[2]);
        Assert.Equal((0, 3), (ended.Code, lines.Length));
        Assert.Equal("virtctl: 1 series left out: a forecast needs at least 12 hours with values.\n", ended.Error);
    }

    [Fact]
    public async Task Forecast_Csv_HasALineForEachStep()
    {
        await using var collector = await InProcessCollector.StartAsync();
        collector.Query.Steps.Add(Growing("san", perHour: 0.1));

        var ended = await collector.RunAsync("forecast", "host_cpu_percent", "--ahead", "2h", "--season", "12h", "--level", "50", "-o", "csv");

        var lines = ended.Output.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("metric,host,vm,vm_id,device,unit,time,expected,low80,high80,low95,high95", lines[0]);
        Assert.Equal(3, lines.Length);
    }

    [Theory]
    [InlineData("--ahead", "10m")]
    [InlineData("--past", "1h")]
    [InlineData("--season", "90d")]
    public async Task Forecast_OutOfRange_SaysTheRange(string option, string value)
    {
        var ended = await Tool.RunAsync("forecast", "m", option, value);

        Assert.Equal((2, ""), (ended.Code, ended.Output));
        Assert.Contains($"{option}: '{value}' is not allowed; give from ", ended.Error, StringComparison.Ordinal);
    }

    private static MetricSeries Growing(string pool, double perHour) => new()
    {
        Metric = "storage_pool_used_percent", Host = "host-01", Device = pool,
        Points = { Enumerable.Range(0, Hours + 1).Select(h => Point(Hours - h, 20 + (perHour * h) + (perHour * (h * 7919 % 13 / 13.0)))) },
    };

    private static StepPoint Point(int hoursAgo, double value) => new() { TimeUnixMs = CollectorData.Ago(hoursAgo * 3600), Value = value };
}
