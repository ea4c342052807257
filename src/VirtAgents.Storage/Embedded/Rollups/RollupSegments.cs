using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded.Format;
using VirtAgents.Storage.Embedded.Sealing;

namespace VirtAgents.Storage.Embedded.Rollups;

/// <summary>Puts the rollups of the pieces of an hour together to a segment of minutes and one of the hour.</summary>
internal sealed class RollupSegments
{
    public const long HourMs = 3_600_000;

    // Whoever reads a row that is told by another one reads two: that has to halve it.
    private const int Worthwhile = 2;
    private readonly HourRows _rows = new();
    private readonly RollupRow _row = new();
    private readonly ByteWriter _multipleRow = new();
    private readonly ByteWriter _minuteRow = new();
    private readonly ByteWriter _hourRow = new();

    /// <summary>The segment of minutes and that of the hour; none when no figure has a value.</summary>
    /// <param name="hour">The hour, rolled up to its end.</param>
    /// <param name="cells">Samples of the hour.</param>
    /// <param name="reports">Reports the hour is made of.</param>
    public IReadOnlyList<SegmentDraft> Build(OpenHour hour, HourCells cells, int reports)
    {
        long startMs = hour.Hour * HourMs;
        var minutes = new Parts(startMs, RollupFigures.MostWindows);
        var hours = new Parts(startMs, 1);
        foreach (IGrouping<SubjectKind, (RollupPart Part, PartBlock Block)> kind in
            hour.Parts.SelectMany(p => p.Blocks.Select(b => (Part: p, Block: b))).GroupBy(b => b.Block.Kind).OrderBy(g => g.Key))
        {
            AddKind(hour, [.. kind], minutes, hours);
        }

        return minutes.IsEmpty ? [] : [minutes.ToDraft(SegmentTier.Minute, cells, reports), hours.ToDraft(SegmentTier.Hour, cells, reports)];
    }

    private void AddKind(OpenHour hour, (RollupPart Part, PartBlock Block)[] blocks, Parts minutes, Parts hours)
    {
        int[] subjects = [.. blocks.SelectMany(b => b.Block.Axes.Subjects).Distinct().Order()];
        FigurePart[] parts =
            [.. FigureCatalogue.Of(blocks[0].Block.Kind).Where(f => blocks.Any(b => b.Block.ColumnOf(f.Number) is not null)).Select(f => new FigurePart(f))];
        foreach (int subject in subjects)
        {
            for (int i = 0; i < parts.Length; i++)
            {
                AddRow(hour, parts, i, subject, blocks);
            }
        }

        Array.ForEach(parts, p => minutes.Add(p.Figure.Number, p.Minutes));
        Array.ForEach(parts, p => hours.Add(p.Figure.Number, p.Hours));
        ushort[] numbers = Array.ConvertAll(parts, p => p.Figure.Number);
        minutes.Add(blocks[0].Block.Kind, subjects, numbers);
        hours.Add(blocks[0].Block.Kind, subjects, numbers);
    }

    private void AddRow(OpenHour hour, FigurePart[] parts, int position, int subject, (RollupPart Part, PartBlock Block)[] blocks)
    {
        FigurePart part = parts[position];
        long startMs = hour.Hour * HourMs;
        _minuteRow.Clear();
        _hourRow.Clear();
        _rows.Begin(part.Figures);
        foreach ((RollupPart piece, PartBlock block) in blocks)
        {
            if (block.Row(subject, part.Figure.Number) is { IsEmpty: false } row)
            {
                _rows.Add(part.Figures, row, block.Axes.Times.Length, (int)((piece.FromMs - startMs) / RollupFolder.MinuteMs));
            }
        }

        _rows.Write(part.Figures, hour.SummaryOf(subject, part.Figure.Number), startMs, _minuteRow, _hourRow);
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
