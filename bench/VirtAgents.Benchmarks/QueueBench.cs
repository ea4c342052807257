using System.Globalization;
using VirtAgents.Core.Scheduling.Queues;

namespace VirtAgents.Benchmarks;

/// <summary>
/// CPU time of replaying a generated trace on 256 processors by each discipline, with and without backfilling, and how well each
/// serves the jobs: log-normal run times, powers of two of processors, estimates up to ten times too long, 40 users of unequal
/// use, a little more work than the processors can do without backfilling. Argument: number of jobs (10,000).
/// </summary>
internal static class QueueBench
{
    private const int Processors = 256, Users = 40, Rounds = 3;
    private const double MeanGapSeconds = 1_250;

    public static int Run(string[] args)
    {
        ReplayedJob[] jobs = Jobs(args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10_000);
        foreach (string name in QueueDisciplines.Names)
        {
            foreach (Backfilling backfilling in Enum.GetValues<Backfilling>())
            {
                Print(jobs, QueueDisciplines.Named(name)!, backfilling);
            }
        }

        return 0;
    }

    private static void Print(ReplayedJob[] jobs, IQueueDiscipline discipline, Backfilling backfilling)
    {
        Resources capacity = new(Processors);
        double[] milliseconds = new double[Rounds];
        double[] starts = [];
        for (int round = 0; round < Rounds; round++)
        {
            TimeSpan cpu = Machine.Cpu();
            starts = new QueueReplay(capacity, discipline, backfilling).Run(jobs);
            milliseconds[round] = (Machine.Cpu() - cpu).TotalMilliseconds;
        }

        QueueFigures figures = QueueFigures.Of(jobs, starts, capacity);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{discipline.Name}, backfilling {backfilling}: wait mean {figures.WaitMeanSeconds:F0} s, max {figures.WaitMaxSeconds:F0} s, bounded slowdown {figures.BoundedSlowdownMean:F1}, used {100 * figures.Utilisation:F1} %, Jain {figures.Jain:F3}; {Machine.Median(milliseconds):F0} ms CPU for {jobs.Length} jobs (median of {Rounds})"));
    }

    private static ReplayedJob[] Jobs(int count)
    {
        var random = new Random(7);
        ReplayedJob[] jobs = new ReplayedJob[count];
        double submitted = 0;
        for (int i = 0; i < count; i++)
        {
            double run = Math.Ceiling(Math.Exp(7 + (2 * Normal(random))));
            double estimate = Math.Ceiling(run * (1 + (9 * random.NextDouble() * random.NextDouble())));
            int user = (int)(Users * random.NextDouble() * random.NextDouble());
            jobs[i] = new ReplayedJob(
                new QueuedRequest(i, submitted, new Resources(1 << random.Next(0, 8)), estimate, random.Next(1, 11), user.ToString(CultureInfo.InvariantCulture)), run);
            submitted += Math.Floor(-MeanGapSeconds * Math.Log(1 - random.NextDouble()));
        }

        return jobs;
    }

    // Box and Muller, Annals of Mathematical Statistics 29, 1958.
    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(Math.Tau * random.NextDouble());
}
