using System.Diagnostics;
using System.Globalization;
using VirtAgents.Core.Forecasts;
using VirtAgents.Core.Scheduling.Live;

namespace VirtAgents.Benchmarks;

/// <summary>
/// Errors and coverage of forecasts over seeded series of several kinds, each forecast from its past alone and held against what
/// came. Beside it the naive forecast.
/// </summary>
internal static class ForecastBench
{
    private const int Day = 24, Ahead = 7 * Day;

    private static readonly (string Name, Func<Random, int, double[]> Make)[] Kinds =
    [
        ("noise", (r, n) => [.. Enumerable.Range(0, n).Select(_ => 50 + Normal(r))]),
        ("random walk", (r, n) => Sum(n, _ => Normal(r))),
        ("slow decay (AR .9)", Decaying),
        ("day and noise", (r, n) => [.. Enumerable.Range(0, n).Select(h => Shape(h) + (3 * Normal(r)))]),
        ("day, week, noise", (r, n) => [.. Enumerable.Range(0, n).Select(h => (Shape(h) * (h / Day % 7 < 5 ? 1 : 0.5)) + (3 * Normal(r)))]),
        ("growth", (r, n) => Sum(n, _ => 0.05 + (0.2 * Normal(r)))),
        ("growth in steps", (r, n) => Sum(n, h => h % Day == 3 ? 2 * r.NextDouble() : 0)),
        ("growth, cleared weekly", (r, n) => [.. Enumerable.Range(0, n).Select(h => (h % (7 * Day) * 0.2) + Normal(r))]),
        ("day on growth", (r, n) => [.. Enumerable.Range(0, n).Select(h => Shape(h) + (0.05 * h) + (2 * Normal(r)))]),
        ("bursts", (r, n) => [.. Enumerable.Range(0, n).Select(_ => r.NextDouble() < 0.03 ? 80 : 10 + Normal(r))]),
    ];

    public static int Run(string[] arguments)
    {
        int series = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 40, days = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 28;
        Console.WriteLine($"{series} series a kind, {days} days of hours, {Ahead / Day} days ahead, season a day; mean absolute error over that of the naive forecast");
        Console.WriteLine($"{"kind",-24} {"error/naive",11} {"MASE",6} {"in 80 %",8} {"in 95 %",8} {"ms each",8}  models taken");
        foreach ((string name, Func<Random, int, double[]> make) in Kinds)
        {
            Report(name, [.. Enumerable.Range(1, series).Select(seed => One(make(new Random(seed), (days * Day) + Ahead)))]);
        }

        double[] looks = [.. Enumerable.Range(1, series * Kinds.Length).Select(LookAhead).Order()];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"load of a VM in the next {LoadOutlook.HoursAhead} hours, from {LoadOutlook.PastHours} hours: {looks[looks.Length / 2]:0.0} ms median, {Machine.Quantile(looks, 0.95):0.0} ms p95; load average now {File.ReadAllText("/proc/loadavg").Split(' ')[0]}"));

        return 0;
    }

    private static Outcome One(double[] values)
    {
        int past = values.Length - Ahead;
        long began = Stopwatch.GetTimestamp();
        Forecast forecast = Forecaster.Of(values.AsSpan(0, past), Day, Ahead) ?? throw new InvalidOperationException("no forecast");
        double ms = Stopwatch.GetElapsedTime(began).TotalMilliseconds, scale = Enumerable.Range(Day, past - Day).Average(at => Math.Abs(values[at] - values[at - Day]));
        Outcome outcome = new(forecast.Model, 0, 0, 0, 0, 0, ms);
        for (int step = 0; step < Ahead; step++)
        {
            (double came, ForecastPoint point) = (values[past + step], forecast.Points[step]);
            outcome = outcome with
            {
                Error = outcome.Error + Math.Abs(came - point.Expected),
                Naive = outcome.Naive + Math.Abs(came - values[past - 1]),
                Scaled = outcome.Scaled + (scale > 0 ? Math.Abs(came - point.Expected) / scale / Ahead : 0),
                In80 = outcome.In80 + (came >= point.Low80 && came <= point.High80 ? 1 : 0),
                In95 = outcome.In95 + (came >= point.Low95 && came <= point.High95 ? 1 : 0),
            };
        }

        return outcome;
    }

    private static double LookAhead(int seed)
    {
        double[] values = Kinds[seed % Kinds.Length].Make(new Random(seed), LoadOutlook.PastHours);
        long began = Stopwatch.GetTimestamp();
        _ = LoadOutlook.CoresOf(values, int.MaxValue) ?? throw new InvalidOperationException("no forecast");
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    private static void Report(string name, Outcome[] all)
    {
        double steps = all.Length * Ahead;
        string models = string.Join(", ", all.CountBy(o => o.Model).OrderByDescending(m => m.Value).Select(m => $"{m.Key} {m.Value}"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-24} {all.Sum(o => o.Error) / all.Sum(o => o.Naive),11:0.00} {all.Average(o => o.Scaled),6:0.00} {100 * all.Sum(o => o.In80) / steps,7:0.0}% {100 * all.Sum(o => o.In95) / steps,7:0.0}% {all.Select(o => o.Ms).Order().ElementAt(all.Length / 2),8:0.0}  {models}"));
    }

    private static double[] Decaying(Random random, int count)
    {
        double[] values = new double[count];
        for (int at = 1; at < count; at++)
        {
            values[at] = (0.9 * values[at - 1]) + Normal(random);
        }

        return values;
    }

    private static double[] Sum(int count, Func<int, double> step)
    {
        double[] values = new double[count];
        for (int at = 1; at < count; at++)
        {
            values[at] = values[at - 1] + step(at);
        }

        return values;
    }

    private static double Shape(int hour) => 40 + (25 * Math.Sin(2 * Math.PI * hour / Day));

    // Box, Muller 1958.
    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private sealed record Outcome(ForecastModel Model, double Error, double Naive, double Scaled, int In80, int In95, double Ms);
}
