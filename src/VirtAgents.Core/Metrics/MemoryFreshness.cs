namespace VirtAgents.Core.Metrics;

/// <summary>
/// Whether the memory figures a guest told are still worth something. They stay in the hypervisor for ever after the
/// guest stopped telling them, so only the time of the last telling says that they live: it has to move.
/// </summary>
public struct MemoryFreshness
{
    private long _updated;
    private long _movedUnixMs;
    private bool _hasUpdated;
    private bool _hasMoved;

    /// <summary>Adds a reading and returns whether the figures of it are fresh.</summary>
    /// <param name="timeUnixMs">Time of the reading; milliseconds since 1970 UTC.</param>
    /// <param name="updatedUnixSeconds">When the guest last told its figures; seconds since 1970 UTC.</param>
    /// <param name="longestAgeMs">How long figures are fresh; milliseconds.</param>
    public bool Observe(long timeUnixMs, long updatedUnixSeconds, long longestAgeMs)
    {
        // With only one reading nothing has moved yet; then the clocks decide, both are of the same host.
        bool moved = _hasUpdated
            ? updatedUnixSeconds != _updated
            : IsWithin(timeUnixMs, updatedUnixSeconds, longestAgeMs);
        if (moved)
        {
            _movedUnixMs = timeUnixMs;
            _hasMoved = true;
        }

        _updated = updatedUnixSeconds;
        _hasUpdated = true;

        // What is stale stays so until it moves: after a gap in the readings the longest age is longer for a while.
        _hasMoved = _hasMoved && Math.Abs((double)timeUnixMs - _movedUnixMs) <= longestAgeMs;
        return _hasMoved;
    }

    private static bool IsWithin(long timeUnixMs, long updatedUnixSeconds, long longestAgeMs) =>
        Math.Abs(timeUnixMs - (updatedUnixSeconds * 1000.0)) <= longestAgeMs;
}
