namespace VirtAgents.Agent.Spool;

/// <summary>How much the spool may keep.</summary>
/// <param name="MaxBytes">On disk, all segments together.</param>
/// <param name="MaxAge">Records older than this are dropped though they were not acknowledged.</param>
/// <param name="MaxMemoryBytes">In memory: while the disk cannot be written, or always for a spool without a disk.</param>
internal sealed record SpoolLimits(long MaxBytes, TimeSpan MaxAge, long MaxMemoryBytes = SpoolLimits.DefaultMemoryBytes)
{
    public const long DefaultMemoryBytes = 8 << 20;

    private const long LargestSegment = 4 << 20;
    private const long SmallestSegment = 64 << 10;
    private const int SegmentsInFull = 16;

    /// <summary>A segment is closed when it has reached this size: dropping the oldest one costs a sixteenth at most.</summary>
    public long SegmentBytes => Math.Clamp(MaxBytes / SegmentsInFull, SmallestSegment, LargestSegment);

    /// <summary>A segment is closed at this age, so that ageing can drop it as a whole.</summary>
    public TimeSpan SegmentAge => MaxAge / SegmentsInFull;
}
