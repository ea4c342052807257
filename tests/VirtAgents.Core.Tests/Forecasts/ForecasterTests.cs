using CsCheck;
using VirtAgents.Core.Forecasts;

namespace VirtAgents.Core.Tests.Forecasts;

public sealed class ForecasterTests
{
    private const int Day = 24;

    private static readonly Gen<double[]> AnySeries = Gen.Frequency((9, Gen.Double[-1e6, 1e6]), (1, Gen.Const(double.NaN))).Array[0, 200];

    [Fact]
    public void Of_TooFewValues_IsNothing() => Assert.Null(Forecaster.Of([.. Enumerable.Repeat(double.NaN, 100), .. Enumerable.Repeat(1.0, Forecaster.LeastValues - 1)], Day, 5));

    [Fact]
    public void Of_Constant_StaysThereWithoutDoubt()
    {
        Forecast forecast = Forecaster.Of([.. Enumerable.Repeat(7.0, 100)], Day, 30)!;

        Assert.Equal((ForecastModel.Naive, null), (forecast.Model, forecast.Mase));
        Assert.All(forecast.Points, p => Assert.Equal(new ForecastPoint(7, 7, 7, 7, 7), p));
    }

    [Fact]
    public void Of_GrowingPool_SaysWhenItIsFull()
    {
        double[] used = [.. Enumerable.Range(0, 20 * Day).Select(h => 40 + (h / 24.0) + Jitter(h, 0.2))];

        Forecast forecast = Forecaster.Of(used, Day, 60 * Day)!;

        TimeToLevel full = forecast.Reaches(100, used[^1]);
        Assert.True(forecast.Model is ForecastModel.Drift or ForecastModel.SeasonalTrend, $"{forecast.Model}");
        Assert.InRange(full.Expected!.Value / 24.0, 38, 42);
        Assert.InRange(full.Earliest!.Value, 1, full.Expected.Value);
        Assert.True(full.Latest is null || full.Latest >= full.Expected);
    }

    [Fact]
    public void Of_DailyShape_IsRepeatedAndFarBetterThanNaive()
    {
        double[] load = [.. Enumerable.Range(0, 14 * Day).Select(h => Shape(h) + Jitter(h, 2))];

        Forecast forecast = Forecaster.Of(load, Day, 2 * Day)!;

        Assert.Equal(ForecastModel.SeasonalTrend, forecast.Model);
        Assert.True(forecast.Mase < 1.1, $"the scaled error is {forecast.Mase}");
        for (int step = 1; step <= 2 * Day; step++)
        {
            Assert.Equal(Shape(load.Length - 1 + step), forecast.Points[step - 1].Expected, 3.0);
        }
    }

    [Fact]
    public void Of_OneJump_IsNotTakenForGrowth()
    {
        double[] used = [.. Enumerable.Range(0, 10 * Day).Select(h => (h < 5 * Day ? 30 : 60) + Jitter(h, 0.5))];

        Forecast forecast = Forecaster.Of(used, Day, 7 * Day)!;

        Assert.InRange(forecast.Points[^1].Expected, 55, 70);
        Assert.Null(forecast.Reaches(100, used[^1]).Expected);
    }

    [Fact]
    public void Of_RandomWalk_IntervalsWidenAndHold()
    {
        (int in80, int in95, int all) = (0, 0, 0);
        for (int seed = 1; seed <= 60; seed++)
        {
            double[] walk = Walk(seed, 260);
            Forecast forecast = Forecaster.Of(walk.AsSpan(0, 240), Day, 20)!;
            Assert.True(forecast.Points[^1].High95 - forecast.Points[^1].Low95 >= forecast.Points[0].High95 - forecast.Points[0].Low95);
            for (int step = 0; step < 20; step++, all++)
            {
                ForecastPoint point = forecast.Points[step];
                in80 += walk[240 + step] >= point.Low80 && walk[240 + step] <= point.High80 ? 1 : 0;
                in95 += walk[240 + step] >= point.Low95 && walk[240 + step] <= point.High95 ? 1 : 0;
            }
        }

        Assert.InRange((double)in80 / all, 0.70, 0.92);
        Assert.InRange((double)in95 / all, 0.88, 1.0);
    }

    [Fact]
    public void Of_Anything_IsOrderedFiniteAndTheSameTwice() => Gen.Select(AnySeries, Gen.Int[1, 30], Gen.Int[1, 60]).Sample((values, season, horizon) =>
    {
        Forecast? forecast = Forecaster.Of(values, season, horizon);
        if (forecast is null)
        {
            Assert.True(values.Count(double.IsFinite) < Forecaster.LeastValues);
            return;
        }

        Assert.Equal(horizon, forecast.Points.Length);
        Assert.All(forecast.Points, p =>
        {
            Assert.True(double.IsFinite(p.Expected), $"expected is {p.Expected}");
            Assert.True(p.Low95 <= p.Low80 && p.Low80 <= p.Expected && p.Expected <= p.High80 && p.High80 <= p.High95, $"{p}");
        });
        Assert.Equal(forecast.Points, Forecaster.Of(values, season, horizon)!.Points);
    });

    [Fact]
    public void Of_ShiftedAndScaled_IsShiftedAndScaled() => Gen.Select(Gen.Double[0, 100].Array[24, 80], Gen.Double[0.5, 20], Gen.Double[-50, 50]).Sample((values, scale, shift) =>
    {
        Forecast one = Forecaster.Of(values, 5, 10)!, other = Forecaster.Of([.. values.Select(v => (v * scale) + shift)], 5, 10)!;
        Assert.Equal(one.Model, other.Model);
        Assert.All(one.Points.Zip(other.Points), p => Assert.Equal((p.First.High80 * scale) + shift, p.Second.High80, 1e-6));
    });

    private static double Shape(int hour) => 50 + (30 * Math.Sin(2 * Math.PI * hour / Day));

    // The same everywhere: no generator of the platform.
    private static double Jitter(int at, double size) => size * ((((at * 7919L) + 104_729) % 1009 / 504.5) - 1);

    private static double[] Walk(int seed, int length)
    {
        Random random = new(seed);
        double[] walk = new double[length];
        for (int at = 1; at < length; at++)
        {
            walk[at] = walk[at - 1] + random.NextDouble() - 0.5;
        }

        return walk;
    }
}
