using VirtAgents.Cli.Tests.Fixtures;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Tests.Commands;

public sealed class QueryCommandTests
{
    [Fact]
    public async Task Query_Table_DrawsGraphWithGaps()
    {
        await using var collector = await InProcessCollector.StartAsync();
        collector.Query.Series.Add(Climbing("web-1", CollectorData.WebId));
        collector.Query.Series.Add(new Series { Vm = "idle", VmId = CollectorData.DbId });

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
        collector.Query.Series.Add(new Series { Host = "h", Points = { Enumerable.Range(0, range / step).Select(i => Point(range - 3 - i * step, i % 7)) } });

        var ended = await collector.RunAsync("query", "m", "--from", range + "s");

        Assert.Matches($"  [▁-█]{{{cells}}}$", ended.Output.Split('\n')[2]);
    }

    [Fact]
    public async Task Query_Json_NamesUnitStepAndAggregate()
    {
        await using var collector = await InProcessCollector.StartAsync();
        collector.Query.Unit = "bytes per second";
        collector.Query.Series.Add(new Series { Vm = "web-1", VmId = CollectorData.WebId, Device = "vda", Points = { Point(60, 1.5), Point(30, 2e9) } });

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
              "series": [
                {
                  "host": null,
                  "vm": "web-1",
                  "vm_id": "11111111-1111-4111-8111-111111111111",
                  "device": "vda",
                  "points": [
                    {
                      "time": "2026-11-22T11:59:00.000Z",
                      "value": 1.5
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
        collector.Query.Series.Add(new Series { Host = "host-01", Points = { Point(60, 12.5) } });

        var ended = await collector.RunAsync("query", "host_cpu_percent", "-o", "csv");

        Assert.Equal(
            "time,host,vm,vm_id,device,metric,unit,value\r\n2026-11-22T11:59:00.000Z,host-01,,,,host_cpu_percent,percent,12.5\r\n",
            ended.Output);
    }

    [Theory]
    [InlineData("m", -3_600_000, 0, 60_000, Aggregate.Avg, 0)]
    [InlineData("m_total", -3_600_000, 0, 60_000, Aggregate.Rate, 0)]
    [InlineData("m --from 7d --agg p99.9", -604_800_000, 0, 10_800_000, Aggregate.Percentile, 99.9)]
    [InlineData("m --from 2h --to 1h --step 30s --agg max", 1_795_341_600_000, 1_795_345_200_000, 30_000, Aggregate.Max, 0)]
    [InlineData("m --from 2026-11-22T10:00:00Z --to 2026-11-22T11:00 --step raw", 1_795_341_600_000, 1_795_345_200_000, 0, Aggregate.Unspecified, 0)]
    public async Task Query_Options_BecomeTheRequest(string line, long from, long to, ulong step, Aggregate aggregate, double percentile)
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync(["query", .. line.Split(' ')]);

        Assert.Equal(0, ended.Code);
        var request = Assert.IsType<QueryRangeRequest>(collector.Query.Requests.Single());
        Assert.Equal((from, to, step, aggregate, percentile), (request.FromUnixMs, request.ToUnixMs, request.StepMs, request.Aggregate, request.Percentile));
    }

    [Fact]
    public async Task Query_NoSeries_SaysWhereToLook()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync("query", "m");

        Assert.Equal(new Tool.Ended(0, "", "virtctl: no value in this time; 'virtctl metrics' lists what can be queried.\n"), ended);
    }

    private static Series Climbing(string vm, string id) => new()
    {
        Vm = vm,
        VmId = id,
        Points = { Enumerable.Range(0, 50).Where(minute => minute is < 20 or > 25).Select(minute => Point(3600 - 60 * minute, minute)) },
    };

    private static Point Point(double secondsAgo, double value) => new() { TimeUnixMs = CollectorData.Ago(secondsAgo), Value = value };
}
