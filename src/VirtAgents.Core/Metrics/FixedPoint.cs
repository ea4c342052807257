using System.Buffers.Text;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Metrics;

/// <summary>
/// Writes raw values as decimal numbers in the unit of their metric. The digits are exact; what they lose, they lose in the
/// floating point of whoever reads them.
/// </summary>
public static class FixedPoint
{
    /// <summary>Most bytes of one number: a sign, twenty digits and a point.</summary>
    public const int MaxLength = 24;

    private static readonly ulong[] Powers = [.. Enumerable.Range(0, 19).Select(i => (ulong)Math.Pow(10, i))];

    /// <summary>How many of the last digits of a raw value of this metric stand behind the decimal point.</summary>
    /// <exception cref="InvalidOperationException">Its scale is not 1 or a negative power of ten.</exception>
    public static int DecimalsOf(MetricDefinition metric)
    {
        ArgumentNullException.ThrowIfNull(metric);
        int decimals = (int)Math.Round(-Math.Log10(metric.Scale));
        return decimals >= 0 && decimals < Powers.Length && Math.Abs((metric.Scale * Powers[decimals]) - 1) < 1e-9
            ? decimals
            : throw new InvalidOperationException($"{metric.Name} has scale {metric.Scale}, which is not a negative power of ten");
    }

    /// <summary>Writes a number and returns its length.</summary>
    /// <param name="target">Room for at least <see cref="MaxLength"/> bytes.</param>
    /// <param name="raw">Raw value.</param>
    /// <param name="decimals">How many of its last digits stand behind the decimal point, 0 to 18.</param>
    /// <param name="isUnsigned">Whether it is an unsigned number, as counters are.</param>
    public static int Write(Span<byte> target, long raw, int decimals, bool isUnsigned)
    {
        int length = 0;
        ulong digits = (ulong)raw;
        if (!isUnsigned && raw < 0)
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
