using System.Runtime.CompilerServices;

namespace VirtAgents.Protocol;

/// <summary>The packed encoding of <c>repeated sint64</c>: zigzag, then base-128 varint, lowest group first.</summary>
/// <remarks>Protocol Buffers encoding guide, "Signed integers" and "Base 128 varints". Written here since the generated
/// code grows a list for each field, while a report needs its values straight in the sample table.</remarks>
internal static class ZigZag
{
    /// <summary>Most bytes that one value takes.</summary>
    public const int MaxBytes = 10;

    /// <summary>Writes a value and returns the number of bytes; there must be room for <see cref="MaxBytes"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Write(Span<byte> target, long value)
    {
        ulong rest = (ulong)((value << 1) ^ (value >> 63));
        int at = 0;
        while (rest >= 0x80)
        {
            target[at++] = (byte)(rest | 0x80);
            rest >>= 7;
        }

        target[at++] = (byte)rest;
        return at;
    }

    /// <summary>Reads a value and returns the number of bytes; 0 when the bytes are cut off or too long for 64 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Read(ReadOnlySpan<byte> source, out long value)
    {
        if (source.Length > 0 && source[0] < 0x80)
        {
            value = Decode(source[0]);
            return 1;
        }

        return ReadLong(source, out value);
    }

    private static int ReadLong(ReadOnlySpan<byte> source, out long value)
    {
        ulong raw = 0;
        int last = Math.Min(source.Length, MaxBytes);
        for (int at = 0; at < last; at++)
        {
            byte part = source[at];
            raw |= (ulong)(part & 0x7F) << (7 * at);
            if (part < 0x80)
            {
                value = Decode(raw);

                // The tenth group has room for one bit only.
                return at == MaxBytes - 1 && part > 1 ? 0 : at + 1;
            }
        }

        value = 0;
        return 0;
    }

    private static long Decode(ulong raw) => (long)(raw >> 1) ^ -(long)(raw & 1);
}
