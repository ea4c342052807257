namespace VirtAgents.Storage.Embedded.Sealing;

/// <summary>A segment that is ready to be written.</summary>
/// <param name="Tier">What it holds.</param>
/// <param name="MinMs">First time in it; milliseconds since 1970 UTC.</param>
/// <param name="MaxMs">Last time in it.</param>
/// <param name="Reports">Reports it was made of.</param>
/// <param name="Axes">What its columns share.</param>
/// <param name="Columns">Its columns.</param>
internal sealed record SegmentDraft(SegmentTier Tier, long MinMs, long MaxMs, int Reports, byte[] Axes, IReadOnlyList<SealedColumn> Columns)
{
    public long Bytes => Axes.Length + Columns.Sum(c => (long)c.Data.Length);
}

/// <summary>A column that is ready to be written.</summary>
/// <param name="Number">Number of the metric or figure.</param>
/// <param name="Form">Form of its bytes.</param>
/// <param name="Data">Its bytes.</param>
internal sealed record SealedColumn(ushort Number, ColumnForm Form, byte[] Data);
