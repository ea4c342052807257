using System.Runtime.CompilerServices;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Storage;

namespace VirtAgents.Collector.Query;

/// <summary>Reads stored series and turns them into the points that were asked for, within the limits of one query.</summary>
internal sealed class RangeReader(ITimeSeriesStore store, QueryLimits limits)
{
    /// <summary>The points of each series that has any.</summary>
    /// <param name="plan">What is wanted.</param>
    /// <param name="owners">UUIDs of VMs or hosts; empty = all.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async IAsyncEnumerable<(Subject Subject, List<SeriesPoint> Points)> ReadAsync(
        RangePlan plan, IReadOnlyList<Guid> owners, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Budget budget = new(limits);
        IAsyncEnumerable<(Subject, IEnumerable<WeightedValue>)> series = plan.Metric.Derived is { } derived
            ? DerivedAsync(derived, plan, owners, budget, cancellationToken)
            : SampledAsync(plan.Metric.Sampled!, plan, owners, budget, cancellationToken);
        await foreach ((Subject subject, IEnumerable<WeightedValue> values) in series)
        {
            List<SeriesPoint> points = Points(plan, values.Where(v => v.TimeUnixMs >= plan.FromUnixMs), budget);
            if (points.Count > 0)
            {
                yield return (subject, points);
            }
        }
    }

    private static List<SeriesPoint> Points(RangePlan plan, IEnumerable<WeightedValue> values, Budget budget)
    {
        List<SeriesPoint> points = [];
        if (plan.StepMs == 0)
        {
            foreach (WeightedValue value in values)
            {
                Add(new SeriesPoint(value.TimeUnixMs, value.Value));
            }

            return points;
        }

        Aggregator aggregator = new(plan.StepMs, plan.Aggregation, plan.Percentile);
        foreach (WeightedValue value in values)
        {
            if (aggregator.TryAdd(value, out SeriesPoint point))
            {
                Add(point);
            }
        }

        if (aggregator.TryFinish(out SeriesPoint last))
        {
            Add(last);
        }

        return points;

        void Add(SeriesPoint point)
        {
            budget.TakePoint();
            points.Add(point);
        }
    }

    private async IAsyncEnumerable<(Subject, IEnumerable<WeightedValue>)> SampledAsync(
        MetricDefinition metric, RangePlan plan, IReadOnlyList<Guid> owners, Budget budget, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long lookback = plan.IsRate ? SeriesValues.GrowthLookbackMs : 0;
        RangeQuery query = new(metric.Id, owners, plan.Device, plan.FromUnixMs - lookback, plan.ToUnixMs);
        await foreach (SeriesPoints stored in store.RangeAsync(query, cancellationToken))
        {
            budget.TakeStored(stored.Raw.Length);
            RawSeries series = new(stored.TimesUnixMs, stored.Raw, stored.Epochs);
            yield return (stored.Subject, plan.IsRate ? SeriesValues.RatesOf(metric, series) : SeriesValues.Of(metric, series));
        }
    }

    private async IAsyncEnumerable<(Subject, IEnumerable<WeightedValue>)> DerivedAsync(
        DerivedMetric metric, RangePlan plan, IReadOnlyList<Guid> owners, Budget budget, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Dictionary<Subject, Dictionary<MetricId, RawSeries>> bySubject = [];
        foreach ((MetricId input, long lookback) in metric.Inputs)
        {
            RangeQuery query = new(input, owners, plan.Device, plan.FromUnixMs - lookback, plan.ToUnixMs);
            await foreach (SeriesPoints stored in store.RangeAsync(query, cancellationToken))
            {
                budget.TakeStored(stored.Raw.Length);
                if (!bySubject.TryGetValue(stored.Subject, out Dictionary<MetricId, RawSeries>? inputs))
                {
                    inputs = [];
                    bySubject.Add(stored.Subject, inputs);
                }

                inputs[input] = new RawSeries(stored.TimesUnixMs, stored.Raw, stored.Epochs);
            }
        }

        foreach ((Subject subject, Dictionary<MetricId, RawSeries> inputs) in bySubject)
        {
            yield return (subject, DerivedSeries.Compute(metric, inputs));
        }
    }

    private sealed class Budget(QueryLimits limits)
    {
        private const string Advice = "use a longer step_ms, a shorter range, or name one vm, host or device";
        private long _stored;
        private int _points;

        public void TakeStored(int values)
        {
            _stored += values;
            if (_stored > limits.StoredValues)
            {
                throw QueryRefusedException.TooMuch(
                    $"the answer needs more than {limits.StoredValues} stored values; ask for a shorter range, or name one vm, host or device");
            }
        }

        public void TakePoint()
        {
            if (++_points > limits.Points)
            {
                throw QueryRefusedException.TooMuch($"the answer has more than {limits.Points} points; {Advice}");
            }
        }
    }
}
