namespace VirtAgents.Core.Directives;

/// <summary>What the hypervisor measured of a migration that has ended. Null = it was not told.</summary>
/// <param name="DowntimeMs">How long the guest stood still, milliseconds; 0 or more.</param>
/// <param name="SentBytes">Memory and disks that were sent, what was sent anew included, bytes; 0 or more.</param>
public readonly record struct MigrationFigures(long? DowntimeMs, long? SentBytes);
