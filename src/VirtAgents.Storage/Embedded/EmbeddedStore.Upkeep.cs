using VirtAgents.Storage.Embedded.Reading;
using VirtAgents.Storage.Embedded.Rollups;
using VirtAgents.Storage.Embedded.Sealing;
using VirtAgents.Storage.Embedded.Sqlite;
using VirtAgents.Storage.Embedded.Writing;

namespace VirtAgents.Storage.Embedded;

public sealed partial class EmbeddedStore
{
    private readonly SemaphoreSlim _upkeep = new(1, 1);

    /// <inheritdoc/>
    /// <remarks>Seals the hours that are complete, with their rollups, drops rollups that are too old, and gives back the space that sealed commits
    /// took. Reads and computes beside writes, which wait for one short transaction at most.</remarks>
    public async ValueTask<UpkeepReport> MaintainAsync(bool all, IProgress<UpkeepReport>? progress, CancellationToken cancellationToken)
    {
        RequireOpen();
        if (_writer is null || !_options.KeepsSamples)
        {
            throw new InvalidOperationException($"{_path} is not open for writing samples");
        }

        await _upkeep.WaitAsync(cancellationToken);
        try
        {
            List<long> hours = await ReadAsync(database => Catalogue.HoursIn(database, "directory", 0, long.MaxValue).ToList(), cancellationToken);
            var report = new UpkeepReport(0, 0, 0) { Minutes = await RollUpAsync(hours, cancellationToken) };
            foreach (long hour in hours)
            {
                if (IsReady(hour, all) && await SealAsync(hour, cancellationToken) is { Segments: > 0 } sealedHour)
                {
                    report += sealedHour;
                    progress?.Report(report);
                }
            }

            await DropRollupsAsync(SegmentTier.Minute, _options.MinuteRetention, cancellationToken);
            await DropRollupsAsync(SegmentTier.Hour, _options.HourRetention, cancellationToken);
            if (report.Hours > 0)
            {
                await GiveBackAsync(cancellationToken);
            }

            return report;
        }
        finally
        {
            _upkeep.Release();
        }
    }

    /// <summary>Rolls up what has ended of the hours that are still written, and returns how many minutes of streams that were.</summary>
    private async ValueTask<long> RollUpAsync(IReadOnlyList<long> hours, CancellationToken cancellationToken)
    {
        long present = Format.Hours.Of(_clock.GetUtcNow().ToUnixTimeMilliseconds());
        foreach (long gone in _open.Hours.Except(hours))
        {
            _open.Forget(gone);
        }

        long minutes = 0;
        foreach (long hour in hours.Where(hour => hour == present || _open.Hours.Contains(hour)))
        {
            minutes += await RollUpAsync(hour, cancellationToken);
        }

        return minutes;
    }

    private async ValueTask<long> RollUpAsync(long hour, CancellationToken cancellationToken)
    {
        (long readTo, long rolledTo) = _open.Begin(hour);
        (SealPlan? plan, long toMs) = await ReadAsync(database => OpenHourReader.Plan(database, hour, readTo, rolledTo, _damage), cancellationToken);
        if (plan is null)
        {
            return 0;
        }

        long minutes = 0;
        var reader = new OpenHourReader(_damage, _open);
        foreach (OpenHour open in _open.Continue(hour, plan.Streams.Keys.Order(), toMs).TakeWhile(_ => _open.HasRoom))
        {
            minutes += await ReadAsync(database => reader.Advance(database, open, plan, toMs, cancellationToken), cancellationToken);
        }

        return minutes;
    }

    private bool IsReady(long hour, bool all)
    {
        long nowMs = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        return all ? Format.Hours.Of(nowMs) > hour : SealPolicy.IsReady(hour, _writer?.LastWriteMs(hour), nowMs);
    }

    private async ValueTask<UpkeepReport> SealAsync(long hour, CancellationToken cancellationToken)
    {
        var report = new UpkeepReport(0, 0, 0);
        if (await ReadAsync(database => SealPlan.Of(database, hour, _damage), cancellationToken) is not { } plan)
        {
            return report;
        }

        _writer?.ForgetWrites(hour);
        var sealer = new HourSealer(_damage);
        foreach (int stream in plan.Streams.Keys.Order())
        {
            IReadOnlyList<SegmentDraft> drafts = await ReadAsync(
                database => sealer.Build(database, plan, stream, _open.Find(hour, stream), cancellationToken), cancellationToken);
            if (drafts.Count > 0)
            {
                await StepAsync(database => Replace(database, plan, stream, drafts), cancellationToken);
                _open.TakeBack(hour, stream);
                report += new UpkeepReport(0, drafts.Count, drafts.Sum(d => d.Bytes));
            }
        }

        while (await StepAsync(database => SealedHour.Clear(database, plan, _damage), cancellationToken))
        {
            // Each step lets waiting writes through.
        }

        _open.Forget(hour);
        return report with { Hours = report.Segments > 0 ? 1 : 0 };
    }

    private static bool Replace(Database database, SealPlan plan, int stream, IReadOnlyList<SegmentDraft> drafts)
    {
        database.Execute("BEGIN IMMEDIATE");
        SegmentTable.Replace(database, plan.Hour, stream, plan.LastChunk, drafts);
        database.Execute("COMMIT");
        return true;
    }

    private async ValueTask GiveBackAsync(CancellationToken cancellationToken)
    {
        while (await StepAsync(database => FreePages.GiveBack(database, FreePages.Kept), cancellationToken))
        {
            // Each step lets waiting writes through.
        }

        // Until the write-ahead log is carried over the file keeps its length.
        await StepAsync(database => database.Number("PRAGMA wal_checkpoint(PASSIVE)"), cancellationToken);
    }

    private async ValueTask DropRollupsAsync(SegmentTier tier, TimeSpan retention, CancellationToken cancellationToken)
    {
        if (retention == TimeSpan.Zero)
        {
            return;
        }

        long beforeMs = _clock.GetUtcNow().Subtract(retention).ToUnixTimeMilliseconds();
        while (await StepAsync(database => Retention.DropRollups(database, tier, beforeMs), cancellationToken))
        {
            // Each step lets waiting writes through.
        }
    }
}
