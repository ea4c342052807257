namespace VirtAgents.Core.Metrics;

/// <summary>What a guest can only do when its operating system runs.</summary>
/// <param name="ToldUnixSeconds">When its balloon driver last told its memory figures, by the clock of its host, seconds since 1970 UTC; null = unknown, or it has none.</param>
/// <param name="WorkBytes">What it has read from and written to its disks and sent over its interfaces in all, as a mark to compare; null = unknown, or it has neither. A device of which nothing is known adds nothing.</param>
public readonly record struct GuestSigns(long? ToldUnixSeconds, long? WorkBytes);
