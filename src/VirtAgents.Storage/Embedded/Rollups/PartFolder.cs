using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded.Format;
using VirtAgents.Storage.Embedded.Sealing;

namespace VirtAgents.Storage.Embedded.Rollups;

/// <summary>
/// Computes the rollups of the minutes of one stream from its samples, piece after piece, with the same code that answers queries from samples.
/// Used again and again, for any stream.
/// </summary>
internal sealed class PartFolder
{
    private readonly RollupFolder _folder = new();
    private readonly RollupFigures _figures = new();
    private readonly ByteWriter _rows = new();

    /// <summary>The rollups of the next piece.</summary>
    /// <param name="stream">Stream.</param>
    /// <param name="series">What is remembered of it from piece to piece.</param>
    /// <param name="fromMs">Start of its first minute, where the piece before ended; milliseconds since 1970 UTC.</param>
    /// <param name="toMs">End of its last minute.</param>
    /// <param name="cells">Its samples; of the first piece also those before it, as far back as figures look.</param>
    public RollupPart Fold(int stream, SeriesStates series, long fromMs, long toMs, params ReadOnlySpan<HourCells> cells)
    {
        int ticks = 0;
        foreach (HourCells some in cells)
        {
            ticks += some.Blocks.Sum(b => b.TickCount);
        }

        var times = new SharedTimes();
        int[] epochs = new int[ticks];
        epochs.AsSpan().Fill(stream);
        long[] starts = new long[(toMs - fromMs) / RollupFolder.MinuteMs];
        for (int i = 0; i < starts.Length; i++)
        {
            starts[i] = fromMs + (i * RollupFolder.MinuteMs);
        }

        var blocks = new List<PartBlock>();
        foreach (IGrouping<SubjectKind, KeyValuePair<int, SubjectSeries>> kind in SubjectSeries.Of(cells).GroupBy(s => s.Value.Kind).OrderBy(g => g.Key))
        {
            if (Fold(kind.Key, series, [.. kind.Select(s => (s.Key, s.Value.ToSeries(times, epochs)))], starts) is { } block)
            {
                blocks.Add(block);
            }
        }

        return new RollupPart(fromMs, toMs, blocks);
    }

    private PartBlock? Fold(SubjectKind kind, SeriesStates series, (int Subject, Dictionary<MetricId, RawSeries> Series)[] rows, long[] starts)
    {
        var numbers = new List<ushort>();
        var columns = new List<PartColumn>();
        HashSet<MetricId> metrics = [.. rows.SelectMany(r => r.Series.Keys)];
        foreach (Figure figure in FigureCatalogue.Of(kind).Where(f => f.Inputs.Any(i => metrics.Contains(i.Metric))))
        {
            _rows.Clear();
            int[] ends = new int[rows.Length];
            for (int i = 0; i < rows.Length; i++)
            {
                if (figure.Inputs.Any(input => rows[i].Series.ContainsKey(input.Metric)))
                {
                    SeriesState state = series.Of(rows[i].Subject, figure);
                    _folder.Write(state.Walk.Values(rows[i].Series), starts[0], starts.Length, _figures, state.Hour, _rows);
                }

                ends[i] = _rows.Length;
            }

            if (_rows.Length > 0)
            {
                numbers.Add(figure.Number);
                columns.Add(new PartColumn(_rows.Written.ToArray(), ends));
            }
        }

        return numbers.Count == 0 ? null : new PartBlock(new SealedBlock(kind, Array.ConvertAll(rows, r => r.Subject), starts, [.. numbers]), [.. columns]);
    }
}
