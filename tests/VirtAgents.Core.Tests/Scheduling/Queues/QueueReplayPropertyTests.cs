using CsCheck;
using VirtAgents.Core.Scheduling.Queues;
using static VirtAgents.Core.Tests.Scheduling.Queues.QueueJobs;

namespace VirtAgents.Core.Tests.Scheduling.Queues;

/// <summary>What must hold of every trace.</summary>
public sealed class QueueReplayPropertyTests
{
    private static readonly Gen<string> AnyDiscipline = Gen.Int[0, QueueDisciplines.Names.Count - 1].Select(i => QueueDisciplines.Names[i]);
    private static readonly Gen<Backfilling> AnyBackfilling = Gen.Int[0, 1].Select(i => (Backfilling)i);

    [Fact]
    public void Run_AnyJobs_NoneBeforeItsSubmissionAndNeverMoreThanThereIs() => Gen.Select(Any, AnyDiscipline, AnyBackfilling).Sample(
        (jobs, discipline, backfilling) =>
        {
            double[] starts = Replay(jobs, discipline, backfilling);
            Assert.All(starts.Zip(jobs), pair => Assert.True(pair.First >= pair.Second.Request.SubmittedSeconds));
            foreach (double at in starts)
            {
                Assert.InRange(jobs.Where((job, i) => starts[i] <= at && at < starts[i] + job.RunSeconds).Sum(job => job.Request.Need.Processors), 1, Processors);
            }
        },
        iter: 300);

    [Fact]
    public void Run_AnyJobs_SameAsThePlainQueue() => Gen.Select(Any, AnyDiscipline, AnyBackfilling, Gen.Double[0, 3]).Sample(
        (jobs, discipline, backfilling, aging) => Assert.Equal(
            PlainQueue.Replay(jobs, QueueDisciplines.Named(discipline, aging)!, backfilling),
            Replay(jobs, discipline, backfilling, aging)),
        iter: 300);

    [Fact]
    public void Run_EstimatesHold_HeadStartsAtItsReservationOrBefore() => WithSafeEstimates.Sample(
        jobs =>
        {
            Dictionary<long, double> reserved = [];
            double[] starts = new QueueReplay(new Resources(Processors), new FirstComeFirstServed(), Backfilling.Easy)
            {
                Told = (_, decisions) =>
                {
                    foreach (QueueDecision head in decisions.Where(d => d.Verdict == QueueVerdict.WaitsForRoom))
                    {
                        reserved.TryAdd(head.Request.Id, head.ReservationSeconds!.Value);
                    }
                },
            }.Run(jobs);

            Assert.All(reserved, pair => Assert.True(starts[pair.Key] <= pair.Value));
        },
        iter: 300);

    // So that nothing starves: only so many can come before, and each of those starts in the end.
    [Fact]
    public void Run_Aging_NothingIsOvertakenByWhatCameMuchLater() => Gen.Select(Any, Gen.Double[0.1, 5]).Sample(
        (jobs, factor) =>
        {
            double[] starts = Replay(jobs, "aging", Backfilling.None, factor);
            foreach (ReplayedJob late in jobs)
            {
                foreach (ReplayedJob other in jobs.Where(o => starts[late.Request.Id] < starts[o.Request.Id]))
                {
                    double most = other.Request.SubmittedSeconds + ((other.Request.EstimateSeconds - late.Request.EstimateSeconds) / factor);
                    bool hadStarted = starts[late.Request.Id] < other.Request.SubmittedSeconds;
                    Assert.True(hadStarted || late.Request.SubmittedSeconds <= most + 1e-9);
                }
            }
        },
        iter: 300);
}
