using VirtAgents.Core.Scheduling.Queues;

namespace VirtAgents.Core.Tests.Scheduling.Queues;

/// <summary>The same queue written without regard to time: all is sorted and counted anew at every instant.</summary>
internal static class PlainQueue
{
    public static double[] Replay(IReadOnlyList<ReplayedJob> jobs, IQueueDiscipline discipline, Backfilling backfilling)
    {
        double[] starts = [.. jobs.Select(_ => double.NaN)];
        foreach (double now in Instants(jobs, starts))
        {
            int[] waiting = [.. Enumerable.Range(0, jobs.Count)
                .Where(j => double.IsNaN(starts[j]) && jobs[j].Request.SubmittedSeconds <= now)
                .OrderBy(j => discipline.Rank(jobs[j].Request, now)).ThenBy(j => jobs[j].Request.SubmittedSeconds).ThenBy(j => j)];
            int head = 0;
            while (head < waiting.Length && Need(jobs, waiting[head]) <= Free(jobs, starts, now))
            {
                starts[waiting[head++]] = now;
            }

            if (backfilling == Backfilling.Easy && head < waiting.Length)
            {
                Backfill(jobs, starts, waiting[head..], now);
            }
        }

        return starts;
    }

    // Ends are known only once jobs have started, so the next instant is looked for after each.
    private static IEnumerable<double> Instants(IReadOnlyList<ReplayedJob> jobs, double[] starts)
    {
        double? last = null;
        while (starts.Any(double.IsNaN))
        {
            last = jobs.Select(j => j.Request.SubmittedSeconds)
                .Concat(jobs.Select((j, i) => starts[i] + j.RunSeconds).Where(end => !double.IsNaN(end)))
                .Where(at => last is null || at > last)
                .Min();
            yield return last.Value;
        }
    }

    private static void Backfill(IReadOnlyList<ReplayedJob> jobs, double[] starts, int[] waiting, double now)
    {
        long free = Free(jobs, starts, now);
        double reserved = now;
        foreach (int job in Running(jobs, starts, now).OrderBy(j => starts[j] + jobs[j].Request.EstimateSeconds).ThenBy(j => j))
        {
            free += Need(jobs, job);
            reserved = starts[job] + jobs[job].Request.EstimateSeconds;
            if (free >= Need(jobs, waiting[0]))
            {
                break;
            }
        }

        long extra = free - Need(jobs, waiting[0]);
        foreach (int job in waiting[1..].Where(j => Need(jobs, j) <= Free(jobs, starts, now)))
        {
            bool endsBefore = now + jobs[job].Request.EstimateSeconds <= reserved;
            if (Need(jobs, job) <= Free(jobs, starts, now) && (endsBefore || Need(jobs, job) <= extra))
            {
                extra -= endsBefore ? 0 : Need(jobs, job);
                starts[job] = now;
            }
        }
    }

    private static long Need(IReadOnlyList<ReplayedJob> jobs, int job) => jobs[job].Request.Need.Processors;

    private static IEnumerable<int> Running(IReadOnlyList<ReplayedJob> jobs, double[] starts, double now) =>
        Enumerable.Range(0, jobs.Count).Where(j => starts[j] <= now && starts[j] + jobs[j].RunSeconds > now);

    private static long Free(IReadOnlyList<ReplayedJob> jobs, double[] starts, double now) =>
        QueueJobs.Processors - Running(jobs, starts, now).Sum(j => Need(jobs, j));
}
