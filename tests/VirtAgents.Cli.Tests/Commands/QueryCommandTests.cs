using VirtAgents.Cli.Tests.Fixtures;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Tests.Commands;

public sealed class QueryCommandTests
{
    [Fact]
    public async Task Query_Table_DrawsGraphWithGaps()
    {
        await using var collector = await InProcessCollector.StartAsync();
        collector.Query.Steps.Add(Climbing("web-1", CollectorData.WebId));
        collector.Query.Steps.Add(new MetricSeries { Vm = "idle", VmId = CollectorData.DbId, Points = { new StepPoint { TimeUnixMs = CollectorData.Ago(60) } } });

        var ended = await collector.RunAsync("query", "vm_cpu_percent");

        Assert.Equal(
            """
            vm_cpu_percent, avg of every 1m, from 2026-11-22 11:00:00.000 to 2026-11-22 12:00:00.000
            VM      LAST   MIN   MEAN    MAX  GRAPH
            web-1  49.0%  0.0%  24.8%  49.0%  ▁▁▁▂▂▂▂▃▃▃▃▃▄    ▅▅▅▅▆▆▆▆▆▇▇▇▇███
            idle       -     -      -      -

            """,
            ended.Output);
    }

    [Theory]
    [InlineData(300, 10, 30)]
    [InlineData(900, 15, 40)]
    [InlineData(3600, 300, 12)]
    public async Task Query_StepsLongerThanCells_LeavesNoFalseGaps(int range, int step, int cells)
    {
        await using var collector = await InProcessCollector.StartAsync();
        collector.Query.Steps.Add(new MetricSeries { Host = "h", Points = { Enumerable.Range(0, range / step).Select(i => Point(range - 3 - i * step, i % 7)) } });

        var ended = await collector.RunAsync("query", "m", "--from", range + "s");

        Assert.Matches($"  [▁-█]{{{cells}}}$", ended.Output.Split('\n')[2]);
    }

    [Fact]
    public async Task Query_Json_NamesUnitStepAndAggregate()
    {
        await using var collector = await InProcessCollector.StartAsync();
        collector.Query.Unit = "bytes per second";
        collector.Query.Steps.Add(new MetricSeries { Vm = "web-1", VmId = CollectorData.WebId, Device = "vda", Points = { Point(60, 1.5), new StepPoint { TimeUnixMs = CollectorData.Ago(45) }, Point(30, 2e9) } });

        var ended = await collector.RunAsync("query", "vm_disk_read_bytes_total", "--vm", "web-1", "--device", "vda", "--from", "15m", "-o", "json");

        Assert.Equal(
            """
            {
              "metric": "vm_disk_read_bytes_total",
              "unit": "bytes per second",
              "from": "2026-11-22T11:45:00.000Z",
              "to": "2026-11-22T12:00:00.000Z",
              "step_seconds": 15,
              "aggregate": "rate",
              "metrics": [
                {
                  "metric": "vm_disk_read_bytes_total",
                  "unit": "bytes per second",
                  "aggregate": "rate"
                }
              ],
              "series": [
                {
                  "metric": "vm_disk_read_bytes_total",
                  "host": null,
                  "host_id": null,
                  "vm": "web-1",
                  "vm_id": "11111111-1111-4111-8111-111111111111",
                  "device": "vda",
                  "cluster": null,
                  "tenant": null,
                  "pool": null,
                  "unknown_group": false,
                  "points": [
                    {
                      "time": "2026-11-22T11:59:00.000Z",
                      "value": 1.5
                    },
                    {
                      "time": "2026-11-22T11:59:15.000Z",
                      "value": null
                    },
                    {
                      "time": "2026-11-22T11:59:30.000Z",
                      "value": 2000000000
                    }
                  ]
                }
              ]
            }

            """,
            ended.Output);
    }

    [Fact]
    public async Task Query_Csv_HasOneRowForEachPoint()
    {
        await using var collector = await InProcessCollector.StartAsync();
        collector.Query.Steps.Add(new MetricSeries { Host = "host-01", HostId = "h", Points = { Point(60, 12.5), new StepPoint { TimeUnixMs = CollectorData.Ago(0) } } });
        collector.Query.Steps.Add(new MetricSeries { Metric = "vm_state", UnknownGroup = true, Points = { Point(60, 1), Point(0, 2) } });

        var ended = await collector.RunAsync("query", "host_cpu_percent", "vm_state", "-o", "csv");

        Assert.Equal(
            """
            time,host,vm,vm_id,device,metric,unit,value,host_id,cluster,tenant,pool,unknown_group
            2026-11-22T11:59:00.000Z,host-01,,,,host_cpu_percent,percent,12.5,h,,,,false
            2026-11-22T12:00:00.000Z,host-01,,,,host_cpu_percent,percent,,h,,,,false
            2026-11-22T11:59:00.000Z,,,,,vm_state,percent,1,,,,,true
            2026-11-22T12:00:00.000Z,,,,,vm_state,percent,2,,,,,true

            """.Replace("\n", "\r\n", StringComparison.Ordinal),
            ended.Output);
    }

    [Theory]
    [InlineData("m", -3_600_000, 0, 60_000, Aggregate.Unspecified, 0)]
    [InlineData("m_total --agg rate", -3_600_000, 0, 60_000, Aggregate.Rate, 0)]
    [InlineData("m --from 7d --agg p99.9", -604_800_000, 0, 10_800_000, Aggregate.Percentile, 99.9)]
    [InlineData("m --from 2h --to 1h --step 30s --agg max", 1_795_341_600_000, 1_795_345_200_000, 30_000, Aggregate.Max, 0)]
    [InlineData("m --step all --agg stddev", -3_600_000, 0, 0, Aggregate.Stddev, 0)]
    public async Task Query_Options_BecomeTheRequest(string line, long from, long to, ulong step, Aggregate aggregate, double percentile)
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync(["query", .. line.Split(' ')]);

        Assert.Equal(0, ended.Code);
        var request = Assert.IsType<QueryMetricsRequest>(collector.Query.Requests.Single());
        Assert.Equal((from, to, step, aggregate, percentile), (request.FromUnixMs, request.ToUnixMs, request.StepMs, request.Aggregate, request.Percentile));
    }

    [Fact]
    public async Task Query_SelectionAndGroups_BecomeTheRequest()
    {
        await using var collector = await InProcessCollector.StartAsync();

        await collector.RunAsync(
            "query", "a", "b", "--vm", "v", "--host", "h", "--cluster", "c", "--tenant", "t", "--pool", "p", "--name", "n*", "--device", "d", "--by", "host",
            "--across", "p90", "--bottom", "3", "--fill", "previous", "--exact");

        Assert.Equal(
            new QueryMetricsRequest
            {
                Metrics = { "a", "b" }, Vm = "v", Host = "h", Cluster = "c", Tenant = "t", Pool = "p", Name = "n*", Device = "d", FromUnixMs = -3_600_000,
                StepMs = 60_000, GroupBy = GroupBy.Host, Across = Across.Percentile, AcrossPercentile = 90, Top = 3, Extreme = Extreme.Smallest,
                Fill = Fill.Previous, Exact = true,
            },
            Assert.Single(collector.Query.Requests));
    }

    [Fact]
    public async Task Query_Raw_AsksForEachMetricAsItIsStored()
    {
        await using var collector = await InProcessCollector.StartAsync();
        collector.Query.Series.Add(new Series { Host = "host-01", Points = { new Point { TimeUnixMs = CollectorData.Ago(60), Value = 12.5 } } });

        var ended = await collector.RunAsync("query", "m", "n", "--from", "2026-11-22T10:00:00Z", "--to", "2026-11-22T11:00", "--step", "raw");

        Assert.Equal(
            ["m", "n"],
            collector.Query.Requests.Cast<QueryRangeRequest>().Where(r => r is { FromUnixMs: 1_795_341_600_000, ToUnixMs: 1_795_345_200_000, StepMs: 0 }).Select(r => r.Metric));
        Assert.Contains("m, as stored, from 2026-11-22 10:00:00.000", ended.Output, StringComparison.Ordinal);
        Assert.Contains("\n\nn, as stored, from", ended.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("m --step raw --agg max", "--agg needs steps; leave out '--step raw'.")]
    [InlineData("m --step raw --by host", "--by needs steps; leave out '--step raw'.")]
    [InlineData("m --step raw --vm v --host h", "give --vm or --host, not both, with '--step raw'.")]
    [InlineData("m --across sum", "--across needs groups; add --by.")]
    [InlineData("m --top 1 --bottom 1", "give --top or --bottom, not both.")]
    [InlineData("m --from 1h --to 2h", "--from (2026-11-22T11:00:00.000Z) must be before --to (2026-11-22T10:00:00.000Z).")]
    [InlineData("m --by rack", "--by: 'rack' is not allowed; give one of series, vm, host, cluster, tenant, pool, all.")]
    [InlineData("m --fill zero", "--fill: 'zero' is not allowed; give one of none, null, previous.")]
    [InlineData("m --by all --across median", "--across: 'median' is not allowed; give values, sum, avg, min, max, count or a percentile such as p95 or p99.9.")]
    public async Task Query_WrongOptions_RefusedBeforeAnythingIsAsked(string line, string message)
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync(["query", .. line.Split(' ')]);

        Assert.Equal((2, ""), (ended.Code, ended.Output));
        Assert.Contains(message, ended.Error, StringComparison.Ordinal);
        Assert.Empty(collector.Query.Requests);
    }

    [Fact]
    public async Task Query_GroupsOfTheWholeTime_OneValueEachAndUnknownByItself()
    {
        await using var collector = await InProcessCollector.StartAsync();
        collector.Query.Steps.Add(new MetricSeries { Points = { Point(3600, 5) } });
        collector.Query.Steps.Add(new MetricSeries { Tenant = "shop", Points = { Point(3600, 12.5) } });
        collector.Query.Steps.Add(new MetricSeries { UnknownGroup = true, Points = { Point(3600, 1) } });
        collector.Query.Steps.Add(new MetricSeries { Metric = "n", Tenant = "shop", Points = { Point(3600, 2) } });

        var ended = await collector.RunAsync("query", "m", "n", "--by", "tenant", "--across", "sum", "--step", "all", "--agg", "p95", "--explain");

        Assert.Equal(
            """
            m, p95 of the whole time, sum by tenant, from 2026-11-22 11:00:00.000 to 2026-11-22 12:00:00.000
            TENANT     VALUE
            (none)      5.0%
            shop       12.5%
            (unknown)   1.0%

            n, p95 of the whole time, sum by tenant, from 2026-11-22 11:00:00.000 to 2026-11-22 12:00:00.000
            TENANT  VALUE
            shop     2.0%

            Read         3600 samples, 0 rollups of a minute, 24 rollups of an hour
            Percentiles  exact
            Range        2026-11-22 11:00:00.000 to 2026-11-22 12:00:00.000
            Step         1h
            Series       3 matched, 1 shown, 2 left out, 50 points

            """,
            ended.Output);
    }

    [Fact]
    public async Task Query_ExplainAsData_InJsonAndBesideCsv()
    {
        await using var collector = await InProcessCollector.StartAsync();
        collector.Query.Trailer!.PercentileRelativeError = 0.01;

        var json = await collector.RunAsync("query", "m", "--agg", "p95", "--explain", "-o", "json");
        var csv = await collector.RunAsync("query", "m", "--agg", "p95", "--explain", "-o", "csv");

        using var document = System.Text.Json.JsonDocument.Parse(json.Output);
        Assert.Equal(
            """{"samples":3600,"minute_rollups":0,"hour_rollups":24,"percentile_relative_error":0.01,"series_matched":3,"series_answered":1,"series_left_out":2,"points":50}""",
            System.Text.Json.JsonSerializer.Serialize(document.RootElement.GetProperty("explain")));
        Assert.Single(csv.Output.Split("\r\n", StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("virtctl: Percentiles  within 1 %; --exact makes them exact\n", csv.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Query_AnswerWithoutEnd_IsAFailure()
    {
        await using var collector = await InProcessCollector.StartAsync();
        collector.Query.Trailer = null;

        var ended = await collector.RunAsync("query", "m");

        Assert.Equal((1, ""), (ended.Code, ended.Output));
        Assert.Contains("ended its answer too early", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Query_NoSeries_SaysWhereToLook()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync("query", "m");

        Assert.Equal(new Tool.Ended(0, "", "virtctl: no value in this time; 'virtctl metrics' lists what can be queried.\n"), ended);
    }

    private static MetricSeries Climbing(string vm, string id) => new()
    {
        Vm = vm,
        VmId = id,
        Points = { Enumerable.Range(0, 50).Where(minute => minute is < 20 or > 25).Select(minute => Point(3600 - 60 * minute, minute)) },
    };

    private static StepPoint Point(double secondsAgo, double value) => new() { TimeUnixMs = CollectorData.Ago(secondsAgo), Value = value };
}
