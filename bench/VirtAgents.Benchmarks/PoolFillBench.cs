using System.Diagnostics;
using System.Globalization;
using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Detection.Pools;
using VirtAgents.Core.Model;

namespace VirtAgents.Benchmarks;

/// <summary>
/// Which pools are told to be full soon, hour by hour over 28 days of seeded use of several kinds: how long before they are full, and how many that never are. Arguments: number of series of
/// each kind (4), first seed (1).
/// </summary>
internal static class PoolFillBench
{
    private const int Day = 24, Hours = 28 * Day;
    private static readonly HostId Host = new(Guid.Parse("00000000-0000-0000-0000-0000000000aa"));

    private static readonly (string Name, bool Fills, Func<Random, double[]> Make)[] Kinds =
    [
        ("fills evenly", true, r => Line(r, 0, Between(r, 10 * Day, Hours), _ => true)),
        ("fills by day", true, r => Line(r, 0, Between(r, 10 * Day, Hours), h => h % Day is >= 8 and < 18)),
        ("begins to fill, 2 to 6 days", true, r => Line(r, Between(r, 7 * Day, 20 * Day), Between(r, 2 * Day, 6 * Day), _ => true)),
        ("noise", false, r => Series(Level(r), r, _ => Normal(r))),
        ("day", false, r => Series(60, r, h => 15 * Math.Sin(2 * Math.PI * h / Day))),
        ("cleared daily", false, r => Cleared(r, Day)),
        ("cleared weekly", false, r => Cleared(r, 7 * Day)),
        ("wanders", false, Wandering),
        ("bursts of 6 hours", false, r => Series(60, r, Bursts(r))),
        ("grows by jumps of 5", false, r => Series(50, r, Jumps(r))),
        ("full in half a year", false, r => Series(50, r, h => h * 50.0 / (180 * Day))),
    ];

    public static int Run(string[] args)
    {
        int series = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 4, first = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1;
        foreach ((string name, bool fills, Func<Random, double[]> make) in Kinds)
        {
            Print(name, fills, [.. Enumerable.Range(first, series).Select(seed => Play(make(new Random(seed))))]);
        }

        return 0;
    }

    private static void Print(string name, bool fills, Outcome[] all)
    {
        double[] before = [.. all.Where(o => o.ToldAt is not null).Select(o => o.Values - o.ToldAt!.Value).Order().Select(h => (double)h)];
        string ahead = fills && before.Length > 0 ? string.Create(CultureInfo.InvariantCulture, $", {Machine.Median(before):0} h before it is full (median; {before[0]:0} at least)") : "";
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-28} told in {before.Length} of {all.Length}{ahead}, {all.Sum(o => o.Begins)} times, {all.Sum(o => o.Errors)} as an error; {all.Average(o => o.Ms):0.00} ms a look, at most {all.Max(o => o.MostMs):0}"));
    }

    private static Outcome Play(double[] values)
    {
        PoolFillWatch watch = new();
        Outcome outcome = new(values.Length, null, 0, 0, 0, 0);
        bool isTold = false;
        for (int end = Day; end <= values.Length; end++)
        {
            long began = Stopwatch.GetTimestamp();
            PoolPast past = new("pool", Host, "pool", [.. values.AsSpan(Math.Max(0, end - PoolFillJudge.LongHours), Math.Min(end, PoolFillJudge.LongHours))], null);
            IReadOnlyList<PeerNews> news = watch.Observe(end * 3_600_000L, [past]);
            double ms = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            outcome = outcome with { Ms = outcome.Ms + (ms / values.Length), MostMs = Math.Max(outcome.MostMs, ms) };
            foreach (HostEventKind kind in news.Select(n => n.Event.Kind))
            {
                bool begins = !isTold && kind != HostEventKind.PoolFillingEnded;
                isTold = kind != HostEventKind.PoolFillingEnded;
                outcome = outcome with
                {
                    ToldAt = outcome.ToldAt ?? (begins ? end : null), Begins = outcome.Begins + (begins ? 1 : 0), Errors = outcome.Errors + (kind == HostEventKind.PoolFillsWithinHours ? 1 : 0),
                };
            }
        }

        return outcome;
    }

    // Up to the hour in which it is full.
    private static double[] Line(Random random, int from, int hours, Func<int, bool> isGrowing)
    {
        double start = 20 + (40 * random.NextDouble()), growing = Enumerable.Range(from, hours).Count(isGrowing), used = start;
        return [.. Enumerable.Range(0, from + hours).Select(h => Math.Min(100, (used += h >= from && isGrowing(h) ? (100 - start) / growing : 0) + (0.2 * Normal(random))))];
    }

    private static double[] Cleared(Random random, int period)
    {
        (int phase, double height) = (random.Next(period), 20 + (30 * random.NextDouble()));
        return Series(40, random, h => (h + phase) % period * height / period);
    }

    private static double[] Wandering(Random random)
    {
        double beside = 0;
        return Series(60, random, _ => beside = (0.995 * beside) + (0.5 * Normal(random)));
    }

    private static Func<int, double> Bursts(Random random)
    {
        int[] starts = [.. Enumerable.Range(0, 12).Select(_ => random.Next(Hours))];
        return h => starts.Any(s => h >= s && h < s + 6) ? 25 : 0;
    }

    private static Func<int, double> Jumps(Random random)
    {
        int[] times = [.. Enumerable.Range(0, 6).Select(_ => random.Next(Hours))];
        return h => 5 * times.Count(t => h >= t);
    }

    private static double[] Series(double level, Random random, Func<int, double> beside) =>
        [.. Enumerable.Range(0, Hours).Select(h => Math.Clamp(level + beside(h) + (0.2 * Normal(random)), 0, 99))];

    private static double Level(Random random) => 50 + (40 * random.NextDouble());

    private static int Between(Random random, int from, int to) => random.Next(from, to);

    // Box, Muller 1958.
    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private sealed record Outcome(int Values, int? ToldAt, int Begins, int Errors, double Ms, double MostMs);
}
