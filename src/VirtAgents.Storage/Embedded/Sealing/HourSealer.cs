using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded.Format;
using VirtAgents.Storage.Embedded.Rollups;
using VirtAgents.Storage.Embedded.Sqlite;

namespace VirtAgents.Storage.Embedded.Sealing;

/// <summary>
/// Builds the segments of a stream and hour: the sealed hour, if there is one, together with all sections written since. It only reads the
/// file; so it works beside writes, on a connection of its own.
/// </summary>
/// <remarks>Rollups that were made while the hour was written are gone on with, if they hold everything that came for their minutes.</remarks>
internal sealed class HourSealer(Damage damage)
{
    private readonly HourSource _source = new(damage);
    private readonly PartFolder _folder = new();
    private readonly RawSegment _raw = new();
    private readonly RollupSegments _rollups = new();

    /// <summary>The segments of one stream; none when nothing could be read.</summary>
    /// <param name="database">File.</param>
    /// <param name="plan">What of the hour is not sealed.</param>
    /// <param name="stream">Stream.</param>
    /// <param name="open">What is rolled up of the hour; null = nothing is.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public IReadOnlyList<SegmentDraft> Build(Database database, SealPlan plan, int stream, OpenHour? open, CancellationToken cancellationToken)
    {
        long startMs = plan.Hour * RollupSegments.HourMs;
        long endMs = startMs + RollupSegments.HourMs;
        using var cells = new HourCells(startMs, endMs);
        using var rest = new HourCells(open?.ToMs ?? endMs, endMs);
        int before = _source.LoadSegment(database, plan.Hour, stream, cells, startMs, endMs, cancellationToken);
        bool isWhole = open is not null && before == 0;
        IColumnSink sink = open is null ? cells : new Both(cells, rest);
        int reports = before + _source.LoadSections(
            database, stream, plan.Streams[stream], sink, (place, firstMs, _) => isWhole = isWhole && !open!.IsMissing(place, firstMs));
        cells.Complete();
        rest.Complete();
        if (cells.IsEmpty)
        {
            return [];
        }

        if (!isWhole)
        {
            open = new OpenHour(plan.Hour, stream);
        }

        using HourCells? earlier = open!.IsNew ? _source.Before(database, plan.Hour, stream, cancellationToken) : null;
        open.Add(_folder, endMs, plan.LastChunk, plan.LastChunk, earlier, isWhole ? rest : cells);
        return [_raw.Build(cells, reports), .. _rollups.Build(open, cells, reports)];
    }

    /// <summary>Gives sections to the cells of the hour and to those of its end that is not rolled up yet.</summary>
    private sealed class Both(IColumnSink cells, IColumnSink rest) : IColumnSink
    {
        public bool Wants(MetricId metric) => true;

        public void Column(SectionReader section, MetricId metric)
        {
            cells.Column(section, metric);
            rest.Column(section, metric);
        }
    }
}
