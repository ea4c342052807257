using System.Buffers.Text;

namespace VirtAgents.Hypervisors.Linux;

/// <summary>Reads numbers and words out of the kernel's text files, on UTF-8 bytes and without allocating.</summary>
internal static class KernelText
{
    private const byte Space = (byte)' ';
    private const byte Tab = (byte)'\t';
    private const byte NewLine = (byte)'\n';

    /// <summary>Takes the first line off <paramref name="text"/>, without its end.</summary>
    public static bool TryTakeLine(ref ReadOnlySpan<byte> text, out ReadOnlySpan<byte> line)
    {
        if (text.IsEmpty)
        {
            line = default;
            return false;
        }

        int end = text.IndexOf(NewLine);
        line = end < 0 ? text : text[..end];
        text = end < 0 ? default : text[(end + 1)..];
        return true;
    }

    /// <summary>Takes the first word off <paramref name="text"/>; empty at the end of the text or of the line.</summary>
    public static ReadOnlySpan<byte> TakeWord(ref ReadOnlySpan<byte> text)
    {
        int start = 0;
        while (start < text.Length && text[start] is Space or Tab)
        {
            start++;
        }

        int end = start;
        while (end < text.Length && text[end] is not (Space or Tab or NewLine))
        {
            end++;
        }

        ReadOnlySpan<byte> word = text[start..end];
        text = text[end..];
        return word;
    }

    /// <summary>Takes the first word off <paramref name="text"/> as a number; 64-bit counters keep their bits.</summary>
    public static bool TryTakeNumber(ref ReadOnlySpan<byte> text, out long value)
    {
        ReadOnlySpan<byte> word = TakeWord(ref text);
        bool read = Utf8Parser.TryParse(word, out ulong number, out int used) && used == word.Length;
        value = unchecked((long)number);
        return read;
    }

    /// <summary>Leaves <paramref name="count"/> words out.</summary>
    public static void SkipWords(ref ReadOnlySpan<byte> text, int count)
    {
        for (int i = 0; i < count; i++)
        {
            _ = TakeWord(ref text);
        }
    }

    /// <summary>Number after <paramref name="key"/> on the line that begins with it, such as <c>throttled_time 0</c>.</summary>
    public static bool TryFindNumber(ReadOnlySpan<byte> text, ReadOnlySpan<byte> key, out long value)
    {
        while (TryTakeLine(ref text, out ReadOnlySpan<byte> line))
        {
            if (line.StartsWith(key))
            {
                line = line[key.Length..];
                return TryTakeNumber(ref line, out value);
            }
        }

        value = 0;
        return false;
    }

    /// <summary>A decimal number such as 0.35 in thousandths; the kernel writes two places.</summary>
    public static bool TryTakeThousandths(ref ReadOnlySpan<byte> text, out long value)
    {
        ReadOnlySpan<byte> word = TakeWord(ref text);
        bool read = Utf8Parser.TryParse(word, out decimal number, out int used) && used == word.Length
            && number is >= 0 and < long.MaxValue / 1000;
        value = read ? (long)(number * 1000) : 0;
        return read;
    }
}
