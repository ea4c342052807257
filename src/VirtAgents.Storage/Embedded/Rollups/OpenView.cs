using VirtAgents.Storage.Embedded.Sealing;

namespace VirtAgents.Storage.Embedded.Rollups;

/// <summary>What is rolled up of an hour and may be told.</summary>
/// <param name="Hour">Hour.</param>
/// <param name="Stream">Stream.</param>
/// <param name="ToMs">End of the last minute; milliseconds since 1970 UTC.</param>
/// <param name="Parts">The pieces that have values, in order of time.</param>
/// <param name="Bytes">Bytes they take, with what is remembered to go on with them.</param>
internal sealed record OpenView(long Hour, int Stream, long ToMs, IReadOnlyList<RollupPart> Parts, long Bytes)
{
    private readonly SegmentHead _head = new(0, SegmentTier.Minute, Hour, Stream, 0, Hour * RollupSegments.HourMs, ToMs, 0);

    /// <summary>Gives every wanted row of a figure in a range of time to a sink; rows may hold other minutes too.</summary>
    public void Read(ushort number, long fromMs, long toMs, ISegmentSink sink)
    {
        foreach (RollupPart part in Parts.Where(p => p.FromMs < toMs && p.ToMs > fromMs))
        {
            part.Read(_head, number, sink);
        }
    }
}
