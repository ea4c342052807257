using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded.Format;

namespace VirtAgents.Storage.Embedded.Sealing;

/// <summary>What the columns of a segment share: for each block its kind, subjects, times, and which columns have a part for it.</summary>
/// <param name="Blocks">The blocks, in the order of the parts of each column.</param>
internal sealed record SealedAxes(IReadOnlyList<SealedBlock> Blocks)
{
    private const byte Format = 1;
    private const int Most = 1 << 26;

    public void Write(ByteWriter target)
    {
        int start = target.Length;
        target.Varint(Format);
        target.Varint(Blocks.Count);
        foreach (SealedBlock block in Blocks)
        {
            target.Varint((int)block.Kind);
            WriteSteps(target, block.Subjects.Length, i => block.Subjects[i]);
            WriteSteps(target, block.Times.Length, i => block.Times[i]);
            WriteSteps(target, block.Numbers.Length, i => block.Numbers[i]);
        }

        target.Checksum(start);
    }

    /// <exception cref="InvalidDataException">The bytes are damaged.</exception>
    public static SealedAxes Read(ReadOnlySpan<byte> bytes)
    {
        ByteReader source = ByteReader.OverChecked(bytes);
        if (source.Byte() is byte format && format != Format)
        {
            throw new InvalidDataException($"segment format {format} is not known");
        }

        var blocks = new SealedBlock[source.Number(source.Left)];
        for (int i = 0; i < blocks.Length; i++)
        {
            var kind = (SubjectKind)source.Number(byte.MaxValue);
            int[] subjects = Array.ConvertAll(ReadSteps(ref source), v => unchecked((int)v));
            long[] times = ReadSteps(ref source);
            blocks[i] = new SealedBlock(kind, subjects, times, Array.ConvertAll(ReadSteps(ref source), v => unchecked((ushort)v)));
        }

        return new SealedAxes(blocks);
    }

    /// <summary>Ids and times mostly go up by one step again and again, so steps are written with how often they repeat.</summary>
    private static void WriteSteps(ByteWriter target, int count, Func<int, long> at)
    {
        target.Varint(count);
        long before = 0;
        for (int i = 0; i < count;)
        {
            long step = unchecked(at(i) - before);
            int repeats = 1;
            while (i + repeats < count && unchecked(at(i + repeats) - at(i + repeats - 1)) == step)
            {
                repeats++;
            }

            target.Zigzag(step);
            target.Varint(repeats);
            i += repeats;
            before = at(i - 1);
        }
    }

    private static long[] ReadSteps(ref ByteReader source)
    {
        long[] values = new long[source.Number(Most)];
        long before = 0;
        for (int i = 0; i < values.Length;)
        {
            long step = source.Zigzag();
            int repeats = source.Number(values.Length - i);
            if (repeats == 0)
            {
                throw new InvalidDataException("a step that repeats never");
            }

            for (; repeats > 0; repeats--, i++)
            {
                before = unchecked(before + step);
                values[i] = before;
            }
        }

        return values;
    }
}

/// <summary>The axes of one block.</summary>
/// <param name="Kind">Kind of its subjects.</param>
/// <param name="Subjects">Ids of its subjects, row by row.</param>
/// <param name="Times">Times, or starts of windows, ascending; milliseconds since 1970 UTC.</param>
/// <param name="Numbers">Numbers of the metrics or figures that have a part for this block.</param>
internal sealed record SealedBlock(SubjectKind Kind, int[] Subjects, long[] Times, ushort[] Numbers);
