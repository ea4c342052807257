namespace VirtAgents.Benchmarks.Week;

/// <summary>The picture of a week: how even the load is, hosts without VMs, and migrations so far, by the hour.</summary>
internal static class WeekPicture
{
    private const long HourMs = 3_600_000;

    public static string Of(IReadOnlyList<(string Name, WeekWorld World)> runs, int days)
    {
        ChartPanel spread = new("spread of load (mean of an hour)", [.. runs.Select(r => new ChartLine(r.Name, MeansOf(r.World, s => s.Spread)))]);
        ChartPanel empty = new("hosts without VMs (mean of an hour)", [.. runs.Select(r => new ChartLine(r.Name, MeansOf(r.World, s => s.Empty)))]);
        ChartPanel moves = new("migrations so far", [.. runs.Select(r => new ChartLine(r.Name, MovesOf(r.World, days)))]);
        return new SvgChart(days * 24, hours => hours % 24 == 0 ? $"day {(hours / 24) + 1}" : "").Draw([spread, empty, moves]);
    }

    private static double[] MeansOf(WeekWorld world, Func<(TimeSpan At, double Spread, double HighestCpu, int Empty), double> figure) =>
        [.. world.Meter.Spread.GroupBy(s => (s.At.Ticks - 1) / TimeSpan.TicksPerHour).Select(g => g.Average(figure))];

    private static double[] MovesOf(WeekWorld world, int days)
    {
        long start = world.NowMs - (days * 24 * HourMs);
        long[] times = [.. world.Moves.Done.Select(m => m.SentMs - start).Order()];
        return [.. Enumerable.Range(1, days * 24).Select(hour => (double)times.Count(t => t <= hour * HourMs))];
    }
}
