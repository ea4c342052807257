namespace VirtAgents.Storage;

/// <summary>A store that has work to do beside writes and reads.</summary>
public interface IStoreUpkeep
{
    /// <summary>Does what is due. To be called every minute or so.</summary>
    /// <param name="all">Whether to do also what would rather wait for samples that may still come.</param>
    /// <param name="progress">Told after each piece of work; null = nobody.</param>
    /// <param name="cancellationToken">Ends the work after the present step; nothing is lost.</param>
    /// <exception cref="StoreUnusableException">It cannot be done now; nothing is lost, and the next call goes on.</exception>
    ValueTask<UpkeepReport> MaintainAsync(bool all, IProgress<UpkeepReport>? progress, CancellationToken cancellationToken);
}

/// <summary>What upkeep did.</summary>
/// <param name="Hours">Hours that were sealed, or sealed anew.</param>
/// <param name="Segments">Segments that were written.</param>
/// <param name="Bytes">Their bytes.</param>
public readonly record struct UpkeepReport(int Hours, int Segments, long Bytes)
{
    /// <summary>Minutes of a host that were rolled up while their hour is still written.</summary>
    public long Minutes { get; init; }

    /// <summary>Both together.</summary>
    public static UpkeepReport operator +(UpkeepReport one, UpkeepReport other) =>
        new(one.Hours + other.Hours, one.Segments + other.Segments, one.Bytes + other.Bytes) { Minutes = one.Minutes + other.Minutes };
}
