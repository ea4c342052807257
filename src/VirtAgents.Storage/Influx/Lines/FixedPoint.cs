using System.Buffers.Text;

namespace VirtAgents.Storage.Influx.Lines;

/// <summary>Writes raw values as decimal numbers. The digits are exact; what they lose, they lose in the server's floating point.</summary>
internal static class FixedPoint
{
    /// <summary>Most bytes of one number: a sign, twenty digits and a point.</summary>
    public const int MaxLength = 24;

    private static readonly ulong[] Powers = [.. Enumerable.Range(0, 19).Select(i => (ulong)Math.Pow(10, i))];

    /// <summary>Writes a number and returns its length; the target has room for <see cref="MaxLength"/>.</summary>
    public static int Write(Span<byte> target, long raw, int decimals, bool unsigned)
    {
        int length = 0;
        ulong digits = (ulong)raw;
        if (!unsigned && raw < 0)
        {
            target[length++] = (byte)'-';
            digits = (ulong)-raw;
        }

        if (decimals == 0)
        {
            return length + WriteWhole(target[length..], digits);
        }

        (ulong whole, ulong part) = Math.DivRem(digits, Powers[decimals]);
        length += WriteWhole(target[length..], whole);
        return part == 0 ? length : WritePart(target, length, part, decimals);
    }

    private static int WriteWhole(Span<byte> target, ulong digits)
    {
        if (digits < 10)
        {
            target[0] = (byte)('0' + digits);
            return 1;
        }

        _ = Utf8Formatter.TryFormat(digits, target, out int written);
        return written;
    }

    private static int WritePart(Span<byte> target, int length, ulong part, int decimals)
    {
        while (part % 10 == 0)
        {
            part /= 10;
            decimals--;
        }

        target[length++] = (byte)'.';
        Span<byte> places = target.Slice(length, decimals);
        for (int i = places.Length - 1; i >= 0; i--)
        {
            (part, ulong digit) = Math.DivRem(part, 10UL);
            places[i] = (byte)('0' + digit);
        }

        return length + decimals;
    }
}
