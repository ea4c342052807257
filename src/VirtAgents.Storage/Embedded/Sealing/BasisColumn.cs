using VirtAgents.Storage.Embedded.Format;
using VirtAgents.Storage.Embedded.Sqlite;

namespace VirtAgents.Storage.Embedded.Sealing;

/// <summary>The column that rows of another column of its segment are told by, kept while one segment is read.</summary>
internal sealed class BasisColumn(Database database) : IDisposable
{
    private readonly Statement _select = database.Prepare("SELECT data, form FROM segment_column WHERE segment = ? AND number = ?");
    private readonly List<(SealedBlock Block, int FirstRow)> _blocks = [];
    private readonly List<(int Start, int Length)> _rows = [];
    private byte[] _content = [];
    private byte[] _unpacked = [];
    private (SealedAxes Axes, ushort Number)? _loaded;

    /// <summary>A row of a column; valid until another column is asked for.</summary>
    /// <param name="segment">Segment.</param>
    /// <param name="number">Number of the column.</param>
    /// <param name="axes">Axes of the segment, as they were read for this reading of it.</param>
    /// <param name="block">Block of the axes.</param>
    /// <param name="row">Row of the block.</param>
    /// <exception cref="InvalidDataException">There is no such row, or the column is damaged.</exception>
    public ReadOnlySpan<byte> RowOf(long segment, ushort number, SealedAxes axes, SealedBlock block, int row)
    {
        if (_loaded is not { } loaded || !ReferenceEquals(loaded.Axes, axes) || loaded.Number != number)
        {
            _loaded = null;
            Load(segment, number, axes);
            _loaded = (axes, number);
        }

        foreach ((SealedBlock one, int first) in _blocks)
        {
            if (ReferenceEquals(one, block))
            {
                (int start, int length) = _rows[first + row];
                return _content.AsSpan(start, length);
            }
        }

        throw new InvalidDataException($"column {number} lacks a part that others are told by");
    }

    public void Dispose() => _select.Dispose();

    private void Load(long segment, ushort number, SealedAxes axes)
    {
        _blocks.Clear();
        _rows.Clear();
        try
        {
            if (!_select.Bind(1, segment).Bind(2, number).Step())
            {
                throw new InvalidDataException($"column {number}, which others are told by, is missing");
            }

            ReadOnlySpan<byte> content = ColumnPacking.Unpack((ColumnForm)_select.Int32(1), _select.Blob(0), ref _unpacked);
            Keep(content);
            ByteReader source = ByteReader.OverChecked(content);
            foreach (SealedBlock block in axes.Blocks.Where(b => b.Numbers.Contains(number)))
            {
                _blocks.Add((block, _rows.Count));
                for (int row = 0; row < block.Subjects.Length; row++)
                {
                    int length = source.Take(source.Number(source.Left)).Length;
                    _rows.Add((source.Position - length, length));
                }
            }
        }
        finally
        {
            _select.Reset();
        }
    }

    // What is not packed lies in memory of SQLite, which the next statement takes back.
    private void Keep(ReadOnlySpan<byte> content)
    {
        if (content.Length > _content.Length)
        {
            _content = new byte[Math.Max(content.Length, 16 * 1024)];
        }

        content.CopyTo(_content);
    }
}
