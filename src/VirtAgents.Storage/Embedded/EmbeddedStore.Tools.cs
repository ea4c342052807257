namespace VirtAgents.Storage.Embedded;

public sealed partial class EmbeddedStore
{
    /// <summary>What the file holds.</summary>
    /// <exception cref="StoreUnusableException">It cannot be read.</exception>
    public async ValueTask<StoreContent> ContentAsync(CancellationToken cancellationToken) =>
        await ReadAsync(database => Inspection.Content(database, _path), cancellationToken);

    /// <summary>Reads everything in the file and says what is wrong with it. A collector may go on writing meanwhile.</summary>
    /// <param name="progress">Told after each piece; null = nobody.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    /// <exception cref="StoreUnusableException">The file cannot be read at all.</exception>
    public async ValueTask<StoreVerification> VerifyAsync(IProgress<StoreVerification>? progress, CancellationToken cancellationToken)
    {
        var verification = new Verification();
        await ReadAsync(database => Run(() => verification.CheckFile(database)), cancellationToken);
        while (await ReadAsync(database => verification.CheckChunks(database, cancellationToken), cancellationToken))
        {
            progress?.Report(verification.Report);
        }

        while (await ReadAsync(database => verification.CheckSegments(database, cancellationToken), cancellationToken))
        {
            progress?.Report(verification.Report);
        }

        return verification.Report;
    }

    /// <summary>Seals every hour that has ended and gives free space back to the file system.</summary>
    /// <param name="progress">Told after each sealed hour; null = nobody.</param>
    /// <param name="cancellationToken">Ends the work after the present step; nothing is lost.</param>
    /// <exception cref="StoreUnusableException">The file cannot be written; it stays as it was.</exception>
    public async ValueTask<UpkeepReport> CompactAsync(IProgress<UpkeepReport>? progress, CancellationToken cancellationToken)
    {
        UpkeepReport report = await MaintainAsync(all: true, progress, cancellationToken);
        while (await StepAsync(database => FreePages.GiveBack(database, 0), cancellationToken))
        {
            // Piece by piece, so that it can be ended.
        }

        await StepAsync(database => database.Number("PRAGMA wal_checkpoint(TRUNCATE)"), cancellationToken);
        return report;
    }

    private static bool Run(Action action)
    {
        action();
        return true;
    }
}
