namespace VirtAgents.Storage.Embedded.Sealing;

/// <summary>A segment that is ready to be written.</summary>
/// <param name="Tier">What it holds.</param>
/// <param name="MinMs">First time in it; milliseconds since 1970 UTC.</param>
/// <param name="MaxMs">Last time in it.</param>
/// <param name="Reports">Reports it was made of.</param>
/// <param name="Axes">What its columns share.</param>
/// <param name="Columns">Its columns by number of the metric or figure.</param>
internal sealed record SegmentDraft(SegmentTier Tier, long MinMs, long MaxMs, int Reports, byte[] Axes, IReadOnlyList<(ushort Number, byte[] Data)> Columns)
{
    public long Bytes => Axes.Length + Columns.Sum(c => (long)c.Data.Length);
}
