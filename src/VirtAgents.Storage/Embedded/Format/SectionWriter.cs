using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded.Writing;

namespace VirtAgents.Storage.Embedded.Format;

/// <summary>
/// Writes the reports that one stream has in one hour of a batch. Tables of the same kind, columns and rows form one block,
/// so that a batch of many ticks (an agent that comes back) is written as differences over time.
/// </summary>
internal sealed class SectionWriter
{
    public const byte Format = 1;
    private readonly CellBuffer _cells = new();
    private readonly ByteWriter _column = new();
    private readonly List<Block> _blocks = [];
    private int _used;

    /// <summary>Writes reports, which are in order of time, and returns how many values they have.</summary>
    public long Write(ByteWriter target, ReadOnlySpan<Accepted> reports)
    {
        int start = target.Length;
        target.Varint(Format);
        WriteTicks(target, reports);
        Collect(reports);
        target.Varint(_used);
        long values = 0;
        for (int i = 0; i < _used; i++)
        {
            values += WriteBlock(target, _blocks[i]);
            _blocks[i].Forget();
        }

        target.Checksum(start);
        return values;
    }

    private static void WriteTicks(ByteWriter target, ReadOnlySpan<Accepted> reports)
    {
        target.Varint(reports.Length);
        long time = 0;
        long sequence = 0;
        foreach (Accepted accepted in reports)
        {
            ReportRecord report = accepted.Report;
            target.Zigzag(unchecked(report.Samples.TimeUnixMs - time));
            target.Zigzag(unchecked(report.Sequence - sequence));
            target.Zigzag((int)report.Samples.Tier);
            target.Zigzag(report.Samples.DurationMicroseconds);
            time = report.Samples.TimeUnixMs;
            sequence = report.Sequence;
        }
    }

    private void Collect(ReadOnlySpan<Accepted> reports)
    {
        _used = 0;
        for (int tick = 0; tick < reports.Length; tick++)
        {
            SampleSet samples = reports[tick].Report.Samples;
            for (int i = 0; i < samples.TableCount; i++)
            {
                if (samples[i].RowCount > 0)
                {
                    BlockFor(samples[i], reports[tick].Subjects, tick).Add(tick, samples[i]);
                }
            }
        }
    }

    private Block BlockFor(SampleTable table, ResolvedSubjects subjects, int tick)
    {
        for (int i = _used - 1; i >= 0; i--)
        {
            if (_blocks[i].Fits(table, subjects, tick))
            {
                return _blocks[i];
            }
        }

        if (_used == _blocks.Count)
        {
            _blocks.Add(new Block());
        }

        Block block = _blocks[_used++];
        block.Begin(subjects);
        return block;
    }

    private long WriteBlock(ByteWriter target, Block block)
    {
        SampleTable table = block.Tables[0];
        target.Varint((int)table.Kind);
        target.Varint(table.RowCount);
        target.Varint(table.Metrics.Length);
        target.Varint(block.Ticks.Count);
        WriteAxes(target, block, table);
        long values = 0;
        for (int column = 0; column < table.Metrics.Length; column++)
        {
            Gather(block, column);
            _column.Clear();
            values += ColumnCodec.Write(_column, _cells);
            // The length lets a query for one metric step over the columns of the others.
            target.Varint(_column.Length);
            target.Bytes(_column.Written);
        }

        return values;
    }

    private static void WriteAxes(ByteWriter target, Block block, SampleTable table)
    {
        int before = 0;
        foreach (int tick in block.Ticks)
        {
            target.Varint(tick - before);
            before = tick;
        }

        before = 0;
        foreach (MetricId metric in table.Metrics)
        {
            target.Zigzag(metric.Value - before);
            before = metric.Value;
        }

        WriteSubjects(target, block, table);
    }

    /// <summary>Ids are mostly drawn one after another, so steps are written with how often they repeat.</summary>
    private static void WriteSubjects(ByteWriter target, Block block, SampleTable table)
    {
        int before = 0;
        for (int row = 0; row < table.RowCount;)
        {
            int id = IdOf(row);
            int step = id - before;
            int repeats = 1;
            while (row + repeats < table.RowCount && IdOf(row + repeats) - id == step)
            {
                id += step;
                repeats++;
            }

            target.Zigzag(step);
            target.Varint(repeats);
            before = id;
            row += repeats;
        }

        int IdOf(int row) => block.Subjects[table.Kind, table.Subjects[row]].Id;
    }

    private void Gather(Block block, int column)
    {
        int rows = block.Tables[0].RowCount;
        _cells.Resize(block.Tables.Count, rows);
        int cell = 0;
        foreach (SampleTable table in block.Tables)
        {
            for (int row = 0; row < rows; row++, cell++)
            {
                if (table.TryGet(row, column, out long value))
                {
                    _cells.Set(cell, value);
                }
            }
        }
    }

    /// <summary>Tables that are written together, and the place of each in the order of reports.</summary>
    private sealed class Block
    {
        public List<int> Ticks { get; } = [];

        public List<SampleTable> Tables { get; } = [];

        public ResolvedSubjects Subjects { get; private set; } = ResolvedSubjects.None;

        public void Begin(ResolvedSubjects subjects) => Subjects = subjects;

        public void Add(int tick, SampleTable table)
        {
            Ticks.Add(tick);
            Tables.Add(table);
        }

        // A report may have two tables of one shape; they cannot share a tick of one block.
        public bool Fits(SampleTable table, ResolvedSubjects subjects, int tick)
        {
            SampleTable first = Tables[0];
            return Ticks[^1] != tick && first.Kind == table.Kind && first.Metrics.SequenceEqual(table.Metrics)
                && SameRows(first.Subjects, table, subjects);
        }

        public void Forget()
        {
            Ticks.Clear();
            Tables.Clear();
            Subjects = ResolvedSubjects.None;
        }

        private bool SameRows(ReadOnlySpan<int> ours, SampleTable table, ResolvedSubjects subjects)
        {
            ReadOnlySpan<int> theirs = table.Subjects;
            SubjectKind kind = table.Kind;
            if (ReferenceEquals(Subjects, subjects))
            {
                return ours.SequenceEqual(theirs);
            }

            if (ours.Length != theirs.Length)
            {
                return false;
            }

            for (int row = 0; row < ours.Length; row++)
            {
                if (Subjects[kind, ours[row]].Id != subjects[kind, theirs[row]].Id)
                {
                    return false;
                }
            }

            return true;
        }
    }
}
