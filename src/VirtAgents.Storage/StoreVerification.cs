namespace VirtAgents.Storage;

/// <summary>What a check of a store file found.</summary>
/// <param name="Commits">Commits that were read.</param>
/// <param name="Segments">Sealed hours of a stream, and their rollups, that were read.</param>
/// <param name="Problems">What is wrong, at most 100; empty = all is well.</param>
public sealed record StoreVerification(long Commits, long Segments, IReadOnlyList<string> Problems);
