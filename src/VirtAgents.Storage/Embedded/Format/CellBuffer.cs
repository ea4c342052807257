using System.Numerics;

namespace VirtAgents.Storage.Embedded.Format;

/// <summary>The cells of one column while it is written or read, tick after tick and row after row. Used again and again.</summary>
internal sealed class CellBuffer
{
    private long[] _values = [];
    private ulong[] _presence = [];
    private int _cells;

    /// <summary>Rows of one tick.</summary>
    public int Rows { get; private set; }

    public Span<long> Values => _values.AsSpan(0, _cells);

    public Span<ulong> Presence => _presence.AsSpan(0, (_cells + 63) / 64);

    /// <summary>Gives the buffer its size and clears the presence of all cells.</summary>
    public void Resize(int ticks, int rows)
    {
        Rows = rows;
        _cells = checked(ticks * rows);
        if (_values.Length < _cells)
        {
            _values = new long[Math.Max(_cells, 256)];
            _presence = new ulong[(_values.Length + 63) / 64];
        }

        ClearPresence();
    }

    public void Set(int cell, long value)
    {
        _values[cell] = value;
        _presence[cell >> 6] |= 1UL << (cell & 63);
    }

    public bool IsPresent(int cell) => (_presence[cell >> 6] & (1UL << (cell & 63))) != 0;

    public bool IsPresentOneTickBefore(int cell) => cell >= Rows && IsPresent(cell - Rows);

    public int FirstPresent()
    {
        int word = Presence.IndexOfAnyExcept(0UL);
        return (word * 64) + BitOperations.TrailingZeroCount(_presence[word]);
    }

    public int CountPresent()
    {
        int count = 0;
        foreach (ulong bits in Presence)
        {
            count += BitOperations.PopCount(bits);
        }

        return count;
    }

    public void ClearPresence() => Presence.Clear();

    public void FillPresence()
    {
        Presence.Fill(ulong.MaxValue);
        if (_cells % 64 != 0)
        {
            Presence[^1] = (1UL << (_cells % 64)) - 1;
        }
    }
}
