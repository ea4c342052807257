using CsCheck;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Tests.Metrics;

/// <summary>What must hold of every derived metric, whatever the readings are.</summary>
public sealed class DerivedPropertyTests
{
    private static readonly Gen<Reading[]> Readings = Gen.Select(
        Gen.OneOf(Gen.Const(2_000L), Gen.Const(15_000L), Gen.Long[1, 40_000]),
        Gen.Long[0, 20_000_000_000],
        Gen.Int[0, 11],
        (step, growth, trouble) => new Reading(step, growth, trouble)).Array[0, 25];

    [Fact]
    public void Explain_AnySeries_NeverNegativeNeverBeyondTheCeilingAndNeverWithoutAReason()
    {
        foreach (DerivedMetric metric in DerivedCatalogue.All)
        {
            Inputs(metric).Sample(
                series =>
                {
                    long[] times = series.TryGetValue(metric.Lead, out RawSeries? lead) ? lead.TimesUnixMs : [];
                    ExplainedValue[] told = [.. DerivedSeries.Explain(metric, series)];
                    Assert.Equal(times, told.Select(t => t.Value.TimeUnixMs));
                    foreach (WeightedValue value in told.Where(t => t.IsKnown).Select(t => t.Value))
                    {
                        Assert.True(value.Weight > 0 && double.IsFinite(value.Value), metric.Name);
                        Assert.InRange(value.Value, 0, metric.Ceiling * (1 + 1e-12) ?? double.MaxValue);
                    }

                    Assert.Equal(told.Where(t => t.IsKnown).Select(t => t.Value), DerivedSeries.Compute(metric, series));
                },
                iter: 60);
        }
    }

    [Fact]
    public void Explain_SeriesAsItGrew_WhatWasToldStays()
    {
        foreach (DerivedMetric metric in DerivedCatalogue.All)
        {
            Gen.Select(Inputs(metric), Gen.Long[0, 300_000]).Sample(
                (series, until) =>
                {
                    Dictionary<MetricId, RawSeries> early = series.ToDictionary(s => s.Key, s => Until(s.Value, until));

                    Assert.Equal(
                        DerivedSeries.Explain(metric, series).Where(v => v.Value.TimeUnixMs <= until),
                        DerivedSeries.Explain(metric, early));
                },
                iter: 60);
        }
    }

    [Fact]
    public void Walk_SeriesPieceAfterPiece_TellsWhatTheWholeTells()
    {
        foreach (Figure figure in Enum.GetValues<SubjectKind>().SelectMany(kind => FigureCatalogue.Of(kind)))
        {
            Gen.Select(Inputs([.. figure.Inputs.Select(i => i.Metric).Distinct()]), Gen.Long[0, 1_500_000].Array[0, 6]).Sample(
                (series, cuts) =>
                {
                    FigureWalk walk = figure.Walk();
                    List<ExplainedValue> told = [];
                    long from = long.MinValue;
                    foreach (long to in cuts.Order().Append(long.MaxValue))
                    {
                        told.AddRange(walk.Explain(series.ToDictionary(s => s.Key, s => Between(s.Value, from, to)).Where(s => s.Value.Count > 0).ToDictionary()));
                        from = to;
                    }

                    Assert.Equal(figure.Explain(series), told);
                },
                iter: 60);
        }
    }

    [Fact]
    public void Explain_AnyCounter_ValueOnlyBetweenComparableNeighbours()
    {
        DerivedMetric metric = DerivedCatalogue.Find("vm_network_receive_bytes_per_second")!;
        Readings.Sample(readings =>
        {
            RawSeries series = Series(readings, isCounter: true);
            ExplainedValue[] told = [.. DerivedSeries.Explain(metric, new Dictionary<MetricId, RawSeries> { [metric.Lead] = series })];
            for (int i = 0; i < told.Length; i++)
            {
                CounterReading? before = i > 0 ? series[i - 1] : null;
                bool comparable = before is { } b && b.Epoch == series[i].Epoch && series[i].Raw >= b.Raw && series[i].TimeUnixMs > b.TimeUnixMs;
                Assert.True(comparable || !told[i].IsKnown);
                if (told[i].IsKnown)
                {
                    Assert.Equal(series[i].Raw - before!.Value.Raw, told[i].Value.Amount);
                    Assert.Equal((series[i].TimeUnixMs - before.Value.TimeUnixMs) / 1000.0, told[i].Value.Weight);
                }
            }
        });
    }

    [Fact]
    public void Rate_OfAnyStep_IsGrowthOverTime()
    {
        MetricDefinition metric = MetricCatalogue.Find(Metric.NetReceiveBytes)!;
        Gen.Select(Gen.Select(Gen.Long[1_000, 4_000], Gen.Long[0, 1_000_000]).Array[2, 40], Gen.Long[500, 20_000]).Sample((readings, step) =>
        {
            (long Time, long Raw)[] sums = [.. Running(readings)];
            RawSeries series = new([.. sums.Select(s => s.Time)], [.. sums.Select(s => s.Raw)], new int[sums.Length]);
            Aggregator aggregator = new(step, Aggregation.Average);
            List<SeriesPoint> points = [];
            foreach (WeightedValue value in Figure.RateOf(metric).Values(new Dictionary<MetricId, RawSeries> { [metric.Id] = series }))
            {
                if (aggregator.TryAdd(value, out SeriesPoint point))
                {
                    points.Add(point);
                }
            }

            if (aggregator.TryFinish(out SeriesPoint last))
            {
                points.Add(last);
            }

            foreach (SeriesPoint point in points)
            {
                int to = Array.FindLastIndex(sums, s => Aggregator.StepStart(s.Time, step) == point.TimeUnixMs);
                int from = Math.Max(0, Array.FindIndex(sums, s => Aggregator.StepStart(s.Time, step) == point.TimeUnixMs) - 1);
                double expected = (sums[to].Raw - sums[from].Raw) * 1000.0 / (sums[to].Time - sums[from].Time);
                Assert.InRange(point.Value, expected * (1 - 1e-12), expected * (1 + 1e-12));
            }
        });
    }

    private static IEnumerable<(long Time, long Raw)> Running((long Step, long Growth)[] readings)
    {
        (long time, long raw) = (0, 0);
        foreach ((long step, long growth) in readings)
        {
            yield return (time += step, raw += growth);
        }
    }

    // One clock for all inputs, so that ticks agree; each input misses some, starts anew at some and changes the host at some.
    private static Gen<Dictionary<MetricId, RawSeries>> Inputs(DerivedMetric metric) => Inputs([.. metric.Inputs.Select(i => i.Metric).Distinct()]);

    private static Gen<Dictionary<MetricId, RawSeries>> Inputs(MetricId[] ids) =>
        Gen.Select(Readings, Readings.Array[ids.Length], Gen.Int[0, 9].Array[ids.Length]).Select((clock, own, absent) =>
        {
            Dictionary<MetricId, RawSeries> series = [];
            for (int i = 0; i < ids.Length; i++)
            {
                if (absent[i] > 0)
                {
                    Reading[] readings = [.. clock.Select((c, at) => at < own[i].Length ? c with { Growth = own[i][at].Growth, Trouble = own[i][at].Trouble } : c)];
                    series[ids[i]] = Series(readings, MetricCatalogue.Find(ids[i])!.Shape == MetricShape.Counter);
                }
            }

            return series;
        });

    private static RawSeries Series(Reading[] readings, bool isCounter)
    {
        List<CounterReading> kept = [];
        (long time, long raw, int epoch) = (0, 0, 0);
        foreach (Reading reading in readings)
        {
            time += reading.Step;
            raw = !isCounter || reading.Trouble == 0 ? reading.Growth : raw + reading.Growth;
            epoch += reading.Trouble == 1 ? 1 : 0;
            time += reading.Trouble == 2 ? 600_000 : 0;
            if (reading.Trouble != 3)
            {
                kept.Add(new(time, isCounter ? raw : reading.Growth - (reading.Trouble == 4 ? 20_000_000_000 : 0), epoch));
            }
        }

        return new([.. kept.Select(k => k.TimeUnixMs)], [.. kept.Select(k => k.Raw)], [.. kept.Select(k => k.Epoch)]);
    }

    private static RawSeries Until(RawSeries series, long time)
    {
        int count = series.TimesUnixMs.Count(t => t <= time);
        return new(series.TimesUnixMs[..count], series.Raw[..count], series.Epochs[..count]);
    }

    private static RawSeries Between(RawSeries series, long from, long to)
    {
        (int first, int end) = (series.TimesUnixMs.Count(t => t < from), series.TimesUnixMs.Count(t => t < to));
        return new(series.TimesUnixMs[first..end], series.Raw[first..end], series.Epochs[first..end]);
    }

    private sealed record Reading(long Step, long Growth, int Trouble);
}
