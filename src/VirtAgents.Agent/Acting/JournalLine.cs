using System.Buffers.Text;
using VirtAgents.Agent.Spool;

namespace VirtAgents.Agent.Acting;

/// <summary>A step as a line: eight hexadecimal digits of a checksum, a space, JSON, a line feed.</summary>
internal static class JournalLine
{
    private const int PrefixSize = 9;
    private const byte Ending = (byte)'\n';

    public static byte[] Of(JournalStep step)
    {
        byte[] json = JournalJson.Of(step);
        byte[] line = new byte[PrefixSize + json.Length + 1];
        json.CopyTo(line, PrefixSize);
        _ = Utf8Formatter.TryFormat(RecordHeader.ChecksumOfBytes(json), line, out _, new System.Buffers.StandardFormat('x', 8));
        line[PrefixSize - 1] = (byte)' ';
        line[^1] = Ending;
        return line;
    }

    /// <summary>Reads the steps of a file and passes over lines that are damaged.</summary>
    /// <param name="content">The file.</param>
    /// <param name="steps">Takes the steps.</param>
    /// <param name="damaged">Lines that could not be read; one that the end of the file cuts off is none.</param>
    /// <returns>Where the last readable line ends.</returns>
    public static int ReadAll(ReadOnlySpan<byte> content, List<JournalStep> steps, out int damaged)
    {
        (int at, int end, damaged) = (0, 0, 0);
        int bad = 0;
        while (content[at..].IndexOf(Ending) is var length and >= 0)
        {
            if (TryRead(content.Slice(at, length), out JournalStep? step))
            {
                steps.Add(step);
                end = at + length + 1;
                damaged += bad;
                bad = 0;
            }
            else
            {
                bad++;
            }

            at += length + 1;
        }

        damaged += bad;
        return end;
    }

    private static bool TryRead(ReadOnlySpan<byte> line, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out JournalStep? step)
    {
        step = null;
        return line.Length >= PrefixSize && line[PrefixSize - 1] == (byte)' '
            && Utf8Parser.TryParse(line[..(PrefixSize - 1)], out uint checksum, out int digits, 'x') && digits == PrefixSize - 1
            && checksum == RecordHeader.ChecksumOfBytes(line[PrefixSize..])
            && JournalJson.TryRead(line[PrefixSize..], out step);
    }
}
