using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded.Format;
using VirtAgents.Storage.Embedded.Sealing;

namespace VirtAgents.Storage.Embedded.Rollups;

/// <summary>Computes the rollups of one stream and hour from its samples, with the same code that answers queries from samples.</summary>
internal sealed class RollupSegments
{
    public const long HourMs = 3_600_000;
    private readonly RollupFolder _folder = new();
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
        var minutes = new Parts(startMs, RollupRow.MostWindows);
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
        Figure[] figures = [.. rows.SelectMany(r => r.Series.Keys).Distinct().SelectMany(m => FigureCatalogue.LedBy(m)).OrderBy(f => f.Number)];
        List<ushort> numbers = [];
        int[] subjects = Array.ConvertAll(rows, r => r.Subject);
        foreach (Figure figure in figures)
        {
            var minutePart = new ByteWriter();
            var hourPart = new ByteWriter();
            bool any = false;
            foreach ((_, Dictionary<MetricId, RawSeries> series) in rows)
            {
                any |= AddRow(figure, series, startMs, minutePart, hourPart);
            }

            if (any)
            {
                numbers.Add(figure.Number);
                minutes.Add(figure.Number, minutePart);
                hours.Add(figure.Number, hourPart);
            }
        }

        if (numbers.Count > 0)
        {
            minutes.Add(kind, subjects, [.. numbers]);
            hours.Add(kind, subjects, [.. numbers]);
        }
    }

    private bool AddRow(Figure figure, Dictionary<MetricId, RawSeries> series, long startMs, ByteWriter minutes, ByteWriter hours)
    {
        _minuteRow.Clear();
        _hourRow.Clear();
        bool any = series.ContainsKey(figure.Lead) && _folder.Write(figure.Values(series), startMs, _minuteRow, _hourRow);
        if (!any)
        {
            _folder.WriteNone(_minuteRow, RollupRow.MostWindows);
            _folder.WriteNone(_hourRow, 1);
        }

        minutes.Varint(_minuteRow.Length);
        minutes.Bytes(_minuteRow.Written);
        hours.Varint(_hourRow.Length);
        hours.Bytes(_hourRow.Written);
        return any;
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
