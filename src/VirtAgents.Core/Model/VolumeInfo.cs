namespace VirtAgents.Core.Model;

/// <summary>One volume of a storage pool as a host sees it.</summary>
/// <param name="Index">Its integer in reports.</param>
/// <param name="Pool">Name of its pool.</param>
/// <param name="Name">Name; unique in the pool.</param>
public sealed record VolumeInfo(int Index, string Pool, string Name)
{
    /// <summary>Most volumes of one pool that are listed; of a larger pool those that come first by name.</summary>
    public const int MostOfPool = 1_000;

    /// <summary>Most volumes of one host that are listed, over all its pools.</summary>
    public const int MostOfHost = 8_192;

    /// <summary>What names the series of a volume: <c>pool/volume</c>. A pool has no slash in its name.</summary>
    public static string DeviceOf(string pool, string volume) => $"{pool}/{volume}";

    /// <summary>How many volumes of a pool are listed when there are so many, and so many of other pools are listed already.</summary>
    public static int Listed(int count, int listedOfOthers) => Math.Min(count, Math.Min(MostOfPool, MostOfHost - listedOfOthers));
}
