using VirtAgents.Core.Model;

namespace VirtAgents.Core.Metrics;

/// <summary>Gives the levels of any subject: nothing has to be remembered for them, so one walk is enough for all.</summary>
internal sealed class LevelWalk(MetricDefinition metric) : FigureWalk
{
    public override int Bytes => 0;

    public override IEnumerable<ExplainedValue> Explain(IReadOnlyDictionary<MetricId, RawSeries> pieces) =>
        pieces.TryGetValue(metric.Id, out RawSeries? piece) ? SeriesValues.Of(metric, piece).Select(v => new ExplainedValue(v, UnknownReason.None)) : [];
}
