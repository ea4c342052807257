namespace VirtAgents.Storage;

/// <summary>What a store file holds.</summary>
/// <param name="SchemaVersion">Version of its schema.</param>
/// <param name="FileBytes">Bytes of the file and its write-ahead log.</param>
/// <param name="FreeBytes">Bytes in it that wait to be used again.</param>
/// <param name="Reports">Reports whose samples it has.</param>
/// <param name="Events">Lines of the event feed.</param>
/// <param name="Hosts">Hosts that ever reported.</param>
/// <param name="Owners">Hosts and VMs that ever had values.</param>
/// <param name="Subjects">Hosts, VMs and devices that ever had values.</param>
/// <param name="UnsealedHours">Hours that have commits which are not sealed yet.</param>
/// <param name="Tiers">What each tier holds.</param>
public sealed record StoreContent(
    int SchemaVersion, long FileBytes, long FreeBytes, long Reports, long Events, long Hosts, long Owners, long Subjects, long UnsealedHours, IReadOnlyList<TierContent> Tiers);

/// <summary>What one tier holds.</summary>
/// <param name="Name">commits, samples, minutes or hours.</param>
/// <param name="Parts">Commits, or sealed hours of a stream.</param>
/// <param name="Bytes">Bytes of their data.</param>
/// <param name="FromUnixMs">First time; milliseconds since 1970 UTC; null = it is empty.</param>
/// <param name="ToUnixMs">Last time; milliseconds since 1970 UTC; null = it is empty.</param>
public sealed record TierContent(string Name, long Parts, long Bytes, long? FromUnixMs, long? ToUnixMs);
