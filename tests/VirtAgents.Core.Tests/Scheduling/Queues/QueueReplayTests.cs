using VirtAgents.Core.Scheduling.Queues;
using static VirtAgents.Core.Tests.Scheduling.Queues.QueueJobs;

namespace VirtAgents.Core.Tests.Scheduling.Queues;

public sealed class QueueReplayTests
{
    // On 8 processors: job 0 takes 6 of them until 100, so that job 1 blocks what could run beside it.
    private static readonly ReplayedJob[] Blocked =
    [
        Job(0, 0, 6, 100),
        Job(1, 10, 4, 50, priority: 1),
        Job(2, 20, 2, 80, priority: 2),
        Job(3, 30, 2, 200, priority: 5),
        Job(4, 40, 2, 20, priority: 4),
    ];

    [Theory]
    [InlineData("fcfs", Backfilling.None, 0, 100, 100, 100, 150)]
    [InlineData("fcfs", Backfilling.Easy, 0, 100, 20, 100, 100)]
    [InlineData("sjf", Backfilling.None, 0, 100, 100, 100, 40)]
    [InlineData("sjf", Backfilling.Easy, 0, 100, 20, 100, 100)]
    [InlineData("priority", Backfilling.None, 0, 100, 20, 100, 100)]
    [InlineData("priority", Backfilling.Easy, 0, 100, 20, 100, 100)]
    public void Run_BlockedQueue_StartsByHand(string discipline, Backfilling backfilling, params int[] starts)
    {
        double[] replayed = Replay(Blocked, discipline, backfilling);

        Assert.Equal(starts.Select(start => (double)start), replayed);
    }

    [Fact]
    public void Run_HeadNeedsNotAll_LongOneStartsBesideTheReservation()
    {
        ReplayedJob[] jobs = [Job(0, 0, 6, 100), Job(1, 10, 5, 50), Job(2, 20, 2, 500), Job(3, 30, 1, 60)];

        // At 100 the head needs 5 of 8, so that 3 are left over: job 2 takes 2 of them. Nothing is free then until 100.
        Assert.Equal([0, 100, 20, 100], Replay(jobs, "fcfs", Backfilling.Easy));
    }

    [Fact]
    public void Run_EndAndSubmissionAtOneInstant_FreesFirst()
    {
        ReplayedJob[] jobs = [Job(0, 0, 8, 50), Job(1, 50, 8, 10)];

        Assert.Equal([0, 50], Replay(jobs, "fcfs", Backfilling.None));
    }

    [Fact]
    public void Run_Aging_LongOneIsServedWhereShortestFirstLetsItStarve()
    {
        // One that takes all is submitted first among an endless stream of short ones that fill the processors.
        ReplayedJob[] jobs = [Job(0, 0, 8, 10), Job(1, 1, 8, 100), .. Enumerable.Range(2, 200).Select(i => Job(i, 10 * (i - 2), 8, 10))];
        ReplayedJob[] ordered = [.. jobs.OrderBy(j => j.Request.SubmittedSeconds).Select((j, i) => j with { Request = j.Request with { Id = i } })];
        int large = Array.FindIndex(ordered, j => j.Request.EstimateSeconds == 100);

        Assert.Equal(Replay(ordered, "sjf", Backfilling.None).Max(), Replay(ordered, "sjf", Backfilling.None)[large]);

        // It is overtaken by those that came up to (100 - 10) / 1 seconds after it: at 10, 20, ... 90, and by the two at 0.
        Assert.Equal(110, Replay(ordered, "aging", Backfilling.None)[large]);
    }

    [Fact]
    public void Run_ResponseRatio_ServesTheLargestMultipleOfItsEstimate()
    {
        // At 100 the ratios are (90 + 100) / 100 = 1.9, (60 + 50) / 50 = 2.2 and (30 + 30) / 30 = 2; at 150 then 2.4 and 3.66.
        ReplayedJob[] jobs = [Job(0, 0, 8, 100), Job(1, 10, 8, 100), Job(2, 40, 8, 50), Job(3, 70, 8, 30)];

        Assert.Equal([0, 180, 100, 150], Replay(jobs, "hrrn", Backfilling.None));
    }

    [Fact]
    public void Run_JobLargerThanAll_IsRefused()
    {
        ArgumentException refused = Assert.Throws<ArgumentException>(() => Replay([Job(0, 0, Processors + 1, 1)], "fcfs", Backfilling.None));

        Assert.StartsWith("job 0 needs more than there is", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Told_BlockedQueue_SaysWhyOfEveryRequest()
    {
        List<string> told = [];
        new QueueReplay(new Resources(Processors), new FirstComeFirstServed(), Backfilling.Easy)
        {
            Told = (now, decisions) => told.AddRange(decisions.Select(d => $"{now} {d.Request.Id} {d.Describe()}")),
        }.Run(Blocked[..4]);

        Assert.Equal(
            [
                "0 0 starts: head of the queue",
                "10 1 waits: head of the queue, needs 4 processors, 2 are free, reservation at 100 s",
                "20 1 waits: head of the queue, needs 4 processors, 2 are free, reservation at 100 s",
                "20 2 starts: backfilled, ends before the reservation of the head at 100 s",
                "30 1 waits: head of the queue, needs 4 processors, 0 are free, reservation at 100 s",
                "30 3 waits: needs 2 processors, 0 are free",
                "100 1 starts: head of the queue",
                "100 3 starts: head of the queue",
            ],
            told);
    }
}
