using System.Globalization;
using VirtAgents.Cli.Formatting;
using VirtAgents.Core.Scheduling.Queues;

namespace VirtAgents.Cli.Queues;

/// <summary>The jobs of a trace that can run, in order of submission and on a clock that begins with the first.</summary>
/// <param name="Jobs">The jobs, numbered by their place.</param>
/// <param name="Numbers">Their numbers in the file.</param>
/// <param name="LeftOut">Jobs without run time or processors, or with more processors than there are.</param>
internal sealed record QueueTrace(IReadOnlyList<ReplayedJob> Jobs, IReadOnlyList<long> Numbers, int LeftOut)
{
    /// <summary>Reads a trace.</summary>
    /// <exception cref="CliFailureException">It cannot be read, or has no job that can run.</exception>
    public static QueueTrace Read(QueueSettings settings, CancellationToken cancel)
    {
        List<SwfJob> usable = [];
        var leftOut = 0;
        foreach (var job in new SwfFile(settings.Trace).Read())
        {
            cancel.ThrowIfCancellationRequested();
            if (job.RunSeconds <= 0 || job.Processors <= 0 || job.Processors > settings.Processors)
            {
                leftOut++;
                continue;
            }

            usable.Add(job);
            if (usable.Count == settings.Limit)
            {
                break;
            }
        }

        // A stable sort: jobs of one instant stay in the order of the file.
        SwfJob[] ordered = [.. usable.OrderBy(job => job.SubmitSeconds)];
        return ordered.Length == 0
            ? throw new CliFailureException(ExitCode.Failure, $"{SafeText.Line(settings.Trace)} has no job that can run on {Units.Count(settings.Processors, "processor")}; {leftOut} were left out.")
            : new QueueTrace([.. ordered.Select((job, i) => Replayed(job, i, ordered[0].SubmitSeconds, settings))], [.. ordered.Select(job => job.Number)], leftOut);
    }

    // A run time is never over what was asked for: systems kill a job at that time, and traces round.
    private static ReplayedJob Replayed(SwfJob job, int place, long firstSeconds, QueueSettings settings) => new(
        new QueuedRequest(
            place,
            (job.SubmitSeconds - firstSeconds) / settings.Load,
            new Resources(job.Processors),
            Math.Max(job.RequestedSeconds ?? job.RunSeconds, job.RunSeconds) * settings.EstimateFactor,
            Priority: -job.Queue,
            Tenant: job.User?.ToString(CultureInfo.InvariantCulture) ?? ""),
        job.RunSeconds);
}
