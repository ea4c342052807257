using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Stores;
using VirtAgents.Core.Detection.Anomalies;

namespace VirtAgents.Cli.Backtests;

/// <summary>Runs files through the anomaly detector, one row at a time, whatever their length.</summary>
internal sealed class Backtest(CommandContext context, AnomalyTuning tuning)
{
    private const int RowsBetweenChecks = 1 << 12;
    private readonly StoreProgress _progress = new(context);

    public BacktestTotals Totals { get; } = new();

    public void Run(BacktestPaths paths, CancellationToken cancel)
    {
        var started = context.Environment.Time.GetTimestamp();
        foreach (var (input, output) in paths.Pairs)
        {
            cancel.ThrowIfCancellationRequested();
            RunFile(input, output, paths.IsFolder, cancel);
            _progress.Show($"{Totals.Files} of {Units.Count(paths.Pairs.Count, "file")}, {Totals.Rows} rows");
        }

        Totals.Took = context.Environment.Time.GetElapsedTime(started);
    }

    // One bad file must not keep the others of a folder from being judged.
    private void RunFile(string input, string output, bool inFolder, CancellationToken cancel)
    {
        try
        {
            using var series = SeriesFile.TryOpen(input);
            if (series is not null)
            {
                Score(series, output, cancel);
            }
            else if (inFolder)
            {
                Totals.Skipped++;
                context.Notice($"{SafeText.Line(input)} is left out: its first line does not begin with 'timestamp,'.");
            }
            else
            {
                throw new CliFailureException(ExitCode.Failure, $"{SafeText.Line(input)}, line 1: the head is not 'timestamp,' and at least one name.");
            }
        }
        catch (CliFailureException e) when (inFolder)
        {
            Totals.Failed++;
            context.Notice(e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliFailureException(ExitCode.Failure, SafeText.Line(e.Message), e);
        }
    }

    private void Score(SeriesFile series, string output, CancellationToken cancel)
    {
        if (Path.GetDirectoryName(output) is { Length: > 0 } folder)
        {
            Directory.CreateDirectory(folder);
        }

        var detector = new AnomalyDetector(series.Signals.Count, tuning);
        using var scores = new ScoreFile(output);
        var (rows, alarms) = (0L, 0L);
        while (series.Read())
        {
            var verdict = detector.Observe(series.TimeUnixMs, series.Values);
            scores.Write(series, verdict);
            alarms += verdict.IsAlarm ? 1 : 0;
            if (++rows % RowsBetweenChecks == 0)
            {
                cancel.ThrowIfCancellationRequested();
            }
        }

        scores.Complete();
        Totals.Files++;
        Totals.Rows += rows;
        Totals.Points += rows * detector.Signals;
        Totals.Alarms += alarms;
    }
}
