using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded.Sealing;

namespace VirtAgents.Storage.Embedded.Rollups;

/// <summary>The rollups of some minutes of one stream, in memory. Each row stands for itself; one without values is empty.</summary>
/// <param name="FromMs">Start of the first minute; milliseconds since 1970 UTC.</param>
/// <param name="ToMs">End of the last one.</param>
/// <param name="Blocks">A block for each kind of subject that has any.</param>
internal sealed record RollupPart(long FromMs, long ToMs, IReadOnlyList<PartBlock> Blocks)
{
    /// <summary>Bytes it takes, about.</summary>
    public long Bytes => Blocks.Sum(b => b.Bytes);

    /// <summary>Gives every wanted row of a figure that has values to a sink.</summary>
    public void Read(SegmentHead head, ushort number, ISegmentSink sink)
    {
        foreach (PartBlock block in Blocks)
        {
            if (block.ColumnOf(number) is not { } column)
            {
                continue;
            }

            int[] subjects = block.Axes.Subjects;
            for (int row = 0; row < subjects.Length; row++)
            {
                ReadOnlySpan<byte> bytes = column.Row(row);
                if (!bytes.IsEmpty && sink.Wants(subjects[row]))
                {
                    sink.Row(head, block.Axes, row, number, new SealedRow(bytes, []));
                }
            }
        }
    }
}

/// <summary>The rows of the subjects of one kind.</summary>
/// <param name="Axes">Subjects ascending, starts of the minutes, and figures ascending.</param>
/// <param name="Columns">A column for each figure.</param>
internal sealed record PartBlock(SealedBlock Axes, PartColumn[] Columns)
{
    public SubjectKind Kind => Axes.Kind;

    public long Bytes => (Axes.Subjects.Length * (long)sizeof(int)) + Columns.Sum(c => c.Data.Length + (c.Ends.Length * (long)sizeof(int)));

    public PartColumn? ColumnOf(ushort number) => Array.BinarySearch(Axes.Numbers, number) is >= 0 and var position ? Columns[position] : null;

    /// <summary>The row of a subject and figure; empty when there is none.</summary>
    public ReadOnlySpan<byte> Row(int subject, ushort number) =>
        ColumnOf(number) is { } column && Array.BinarySearch(Axes.Subjects, subject) is >= 0 and var row ? column.Row(row) : [];
}

/// <summary>The rows of one figure, one after another.</summary>
/// <param name="Data">Their bytes.</param>
/// <param name="Ends">Where each ends.</param>
internal sealed record PartColumn(byte[] Data, int[] Ends)
{
    public ReadOnlySpan<byte> Row(int row) => Data.AsSpan((row == 0 ? 0 : Ends[row - 1])..Ends[row]);
}
