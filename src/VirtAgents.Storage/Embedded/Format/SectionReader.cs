using VirtAgents.Core.Model;

namespace VirtAgents.Storage.Embedded.Format;

/// <summary>Reads a section block by block; only the columns that are asked for are kept. Used again and again.</summary>
/// <remarks>Throws <see cref="InvalidDataException"/> when the section is damaged.</remarks>
internal sealed class SectionReader
{
    private const int MaxCells = 1 << 26;
    private readonly CellBuffer _cells = new();
    private long[] _times = [];
    private int[] _ticks = [];
    private int[] _subjects = [];
    private MetricId[] _metrics = [];
    private int _reports;
    private int _tickCount;
    private int _rows;
    private int _columns;

    /// <summary>Stream that the present section belongs to.</summary>
    public int Stream { get; private set; }

    /// <summary>Kind of the subjects of the present block.</summary>
    public SubjectKind Kind { get; private set; }

    /// <summary>Reports of the present section.</summary>
    public int ReportCount => _reports;

    /// <summary>First time in the present section; milliseconds since 1970 UTC. There must be a report.</summary>
    public long FirstMs => _times[0];

    /// <summary>Last time in the present section; milliseconds since 1970 UTC. There must be a report.</summary>
    public long LastMs => _times[_reports - 1];

    /// <summary>Metrics of the present block.</summary>
    public ReadOnlySpan<MetricId> Metrics => _metrics.AsSpan(0, _columns);

    /// <summary>Ids of the subjects of the present block, row by row.</summary>
    public ReadOnlySpan<int> Subjects => _subjects.AsSpan(0, _rows);

    /// <summary>Number of ticks of the present block.</summary>
    public int TickCount => _tickCount;

    /// <summary>The cells of the column that was read last.</summary>
    public CellBuffer Cells => _cells;

    /// <summary>Time of a tick of the present block.</summary>
    public long TimeOf(int tick) => _times[_ticks[tick]];

    /// <summary>Whether row <paramref name="row"/> of tick <paramref name="tick"/> has a value in the column that was read last.</summary>
    public bool TryGet(int tick, int row, out long value)
    {
        int cell = (tick * _rows) + row;
        value = _cells.Values[cell];
        return _cells.IsPresent(cell);
    }

    /// <summary>Gives each wanted column of each block to <paramref name="sink"/>.</summary>
    public void Read(ReadOnlySpan<byte> section, int stream, IColumnSink sink)
    {
        Stream = stream;
        ByteReader source = ByteReader.OverChecked(section);
        if (source.Byte() is byte format && format != SectionWriter.Format)
        {
            throw new InvalidDataException($"section format {format} is not known");
        }

        ReadTicks(ref source);
        int blocks = source.Number(source.Left);
        for (int i = 0; i < blocks; i++)
        {
            ReadAxes(ref source);
            for (int column = 0; column < _columns; column++)
            {
                ReadOnlySpan<byte> bytes = source.Take(source.Number(source.Left));
                if (sink.Wants(_metrics[column]))
                {
                    ReadColumn(bytes);
                    sink.Column(this, _metrics[column]);
                }
            }
        }
    }

    private void ReadColumn(ReadOnlySpan<byte> bytes)
    {
        _cells.Resize(_tickCount, _rows);
        var source = new ByteReader(bytes);
        ColumnCodec.Read(ref source, _cells);
    }

    private void ReadTicks(ref ByteReader source)
    {
        _reports = source.Number(source.Left);
        Grow(ref _times, _reports);
        long time = 0;
        for (int i = 0; i < _reports; i++)
        {
            time = unchecked(time + source.Zigzag());
            _times[i] = time;
            source.Zigzag();
            source.Zigzag();
            source.Zigzag();
        }
    }

    private void ReadAxes(ref ByteReader source)
    {
        Kind = (SubjectKind)source.Number((int)SubjectKind.Agent + 1000);
        _rows = source.Number(MaxCells);
        _columns = source.Number(source.Left);
        _tickCount = source.Number(_reports);
        if ((long)_rows * _tickCount > MaxCells)
        {
            throw new InvalidDataException($"{_rows} rows in {_tickCount} ticks are more than a section can have");
        }

        Grow(ref _ticks, _tickCount);
        Grow(ref _metrics, _columns);
        Grow(ref _subjects, _rows);
        int before = 0;
        for (int i = 0; i < _tickCount; i++)
        {
            before += source.Number(_reports - 1 - before);
            _ticks[i] = before;
        }

        ReadNames(ref source);
    }

    private void ReadNames(ref ByteReader source)
    {
        long before = 0;
        for (int i = 0; i < _columns; i++)
        {
            before = unchecked(before + source.Zigzag());
            _metrics[i] = new MetricId(unchecked((ushort)before));
        }

        before = 0;
        for (int i = 0; i < _rows;)
        {
            long step = source.Zigzag();
            for (int repeats = source.Number(_rows - i); repeats > 0; repeats--, i++)
            {
                before = unchecked(before + step);
                _subjects[i] = unchecked((int)before);
            }
        }
    }

    private static void Grow<T>(ref T[] array, int length)
    {
        if (array.Length < length)
        {
            array = new T[Math.Max(length, 64)];
        }
    }
}

/// <summary>Takes the columns of a section as they are read.</summary>
internal interface IColumnSink
{
    /// <summary>Whether columns of a metric are wanted.</summary>
    bool Wants(MetricId metric);

    /// <summary>One column; it is only valid during the call.</summary>
    void Column(SectionReader section, MetricId metric);
}
