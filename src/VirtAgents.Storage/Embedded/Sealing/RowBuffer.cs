using VirtAgents.Storage.Embedded.Format;

namespace VirtAgents.Storage.Embedded.Sealing;

/// <summary>One row of a sealed column of samples, decoded. Used again and again.</summary>
internal sealed class RowBuffer
{
    private long[] _values = new long[512];
    private ulong[] _presence = new ulong[8];
    private int _ticks;
    private int _count;

    /// <summary>The values that are there, in order of time.</summary>
    public ReadOnlySpan<long> Values => _values.AsSpan(0, _count);

    /// <exception cref="InvalidDataException">The row is damaged.</exception>
    public void Read(ReadOnlySpan<byte> bytes, int ticks)
    {
        if (ticks > _values.Length)
        {
            _values = new long[ticks];
            _presence = new ulong[(ticks + 63) / 64];
        }

        _ticks = ticks;
        var source = new ByteReader(bytes);
        _count = RowCodec.Read(ref source, _values.AsSpan(0, ticks), _presence.AsSpan(0, (ticks + 63) / 64));
    }

    /// <summary>Whether every tick has a value.</summary>
    public bool IsFull => _count == _ticks;

    public bool IsPresent(int tick) => (_presence[tick >> 6] & (1UL << (tick & 63))) != 0;
}
