using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded.Format;
using VirtAgents.Storage.Embedded.Sealing;

namespace VirtAgents.Storage.Embedded.Rollups;

/// <summary>Computes the rollups of one stream and hour from its samples, with the same code that answers queries from samples.</summary>
internal sealed class RollupSegments
{
    public const long HourMs = 3_600_000;

    // Whoever reads a row that is told by another one reads two: that has to halve it.
    private const int Worthwhile = 2;
    private readonly RollupFolder _folder = new();
    private readonly RollupRow _row = new();
    private readonly ByteWriter _multipleRow = new();
    private readonly ByteWriter _minuteRow = new();
    private readonly ByteWriter _hourRow = new();

    /// <summary>The segment of minutes and that of the hour; none when no figure has a value.</summary>
    /// <param name="before">Samples before the hour, as far back as figures look.</param>
    /// <param name="cells">Samples of the hour.</param>
    /// <param name="hour">Hour.</param>
    /// <param name="stream">Stream.</param>
    /// <param name="reports">Reports the hour is made of.</param>
    public IReadOnlyList<SegmentDraft> Build(HourCells before, HourCells cells, long hour, int stream, int reports)
    {
        long startMs = hour * HourMs;
        var minutes = new Parts(startMs, RollupFigures.MostWindows);
        var hours = new Parts(startMs, 1);
        var times = new SharedTimes();
        int[] epochs = new int[before.Blocks.Concat(cells.Blocks).Sum(b => b.TickCount)];
        epochs.AsSpan().Fill(stream);
        foreach (IGrouping<SubjectKind, KeyValuePair<int, SubjectSeries>> kind in SubjectSeries.Of(before, cells).GroupBy(s => s.Value.Kind).OrderBy(g => g.Key))
        {
            (int Subject, Dictionary<MetricId, RawSeries> Series)[] rows = [.. kind.Select(s => (s.Key, s.Value.ToSeries(times, epochs)))];
            AddKind(kind.Key, rows, startMs, minutes, hours);
        }

        return minutes.IsEmpty ? [] : [minutes.ToDraft(SegmentTier.Minute, cells, reports), hours.ToDraft(SegmentTier.Hour, cells, reports)];
    }

    private void AddKind(SubjectKind kind, (int Subject, Dictionary<MetricId, RawSeries> Series)[] rows, long startMs, Parts minutes, Parts hours)
    {
        FigurePart[] parts =
            [.. rows.SelectMany(r => r.Series.Keys).Distinct().SelectMany(m => FigureCatalogue.LedBy(m)).OrderBy(f => f.Number).Select(f => new FigurePart(f))];
        foreach ((_, Dictionary<MetricId, RawSeries> series) in rows)
        {
            for (int i = 0; i < parts.Length; i++)
            {
                AddRow(parts, i, series, startMs);
            }
        }

        FigurePart[] told = [.. parts.Where(p => p.HasValues)];
        Array.ForEach(told, p => minutes.Add(p.Figure.Number, p.Minutes));
        Array.ForEach(told, p => hours.Add(p.Figure.Number, p.Hours));
        if (told.Length > 0)
        {
            int[] subjects = Array.ConvertAll(rows, r => r.Subject);
            ushort[] numbers = Array.ConvertAll(told, p => p.Figure.Number);
            minutes.Add(kind, subjects, numbers);
            hours.Add(kind, subjects, numbers);
        }
    }

    private void AddRow(FigurePart[] parts, int position, Dictionary<MetricId, RawSeries> series, long startMs)
    {
        FigurePart part = parts[position];
        _minuteRow.Clear();
        _hourRow.Clear();
        _folder.Write(series.ContainsKey(part.Figure.Lead) ? part.Figure.Values(series) : [], startMs, part.Figures, _minuteRow, _hourRow);
        part.HasValues |= part.Figures.Windows > 0;
        part.StandsForItself = !TryShorten(parts.AsSpan(0, position), part);
        part.Minutes.Varint(_minuteRow.Length);
        part.Minutes.Bytes(_minuteRow.Written);
        part.Hours.Varint(_hourRow.Length);
        part.Hours.Bytes(_hourRow.Written);
    }

    // A derived metric is mostly a multiple of what its leading counter grows by; of others only equal ones are looked for.
    private bool TryShorten(ReadOnlySpan<FigurePart> before, FigurePart part)
    {
        foreach (FigurePart basis in before)
        {
            if (!basis.StandsForItself || (basis.Figure.Number != part.Figure.Lead.Value && !basis.Figures.HasMeansOf(part.Figures)))
            {
                continue;
            }

            _multipleRow.Clear();
            if (_row.TryWrite(_multipleRow, basis.Figure.Number, basis.Figures, part.Figures) && _multipleRow.Length * Worthwhile < _minuteRow.Length)
            {
                _minuteRow.Clear();
                _minuteRow.Bytes(_multipleRow.Written);
                return true;
            }
        }

        return false;
    }

    /// <summary>The rows of one figure while they are gathered, and the figures of the present subject.</summary>
    private sealed class FigurePart(Figure figure)
    {
        public Figure Figure { get; } = figure;

        public RollupFigures Figures { get; } = new();

        public ByteWriter Minutes { get; } = new();

        public ByteWriter Hours { get; } = new();

        public bool HasValues { get; set; }

        /// <summary>Whether the row of the present subject can be what others are told by.</summary>
        public bool StandsForItself { get; set; }
    }

    /// <summary>The parts of a segment while they are gathered.</summary>
    private sealed class Parts(long startMs, int windows)
    {
        private readonly SortedDictionary<ushort, ByteWriter> _columns = [];
        private readonly List<SealedBlock> _blocks = [];
        private readonly long[] _starts = [.. Enumerable.Range(0, windows).Select(w => startMs + (w * RollupFolder.MinuteMs))];

        public bool IsEmpty => _blocks.Count == 0;

        public void Add(ushort number, ByteWriter part)
        {
            if (!_columns.TryGetValue(number, out ByteWriter? column))
            {
                _columns.Add(number, column = new ByteWriter());
            }

            column.Bytes(part.Written);
        }

        public void Add(SubjectKind kind, int[] subjects, ushort[] numbers) => _blocks.Add(new SealedBlock(kind, subjects, _starts, numbers));

        public SegmentDraft ToDraft(SegmentTier tier, HourCells cells, int reports)
        {
            var head = new ByteWriter();
            new SealedAxes(_blocks).Write(head);
            foreach (ByteWriter column in _columns.Values)
            {
                column.Checksum(0);
            }

            return new SegmentDraft(
                tier, cells.MinMs, cells.MaxMs, reports, head.Written.ToArray(), [.. _columns.Select(c => ColumnPacking.Pack(c.Key, c.Value.Written))]);
        }
    }
}
