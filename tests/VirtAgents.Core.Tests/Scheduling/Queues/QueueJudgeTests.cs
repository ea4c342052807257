using CsCheck;
using VirtAgents.Core.Scheduling.Queues;

namespace VirtAgents.Core.Tests.Scheduling.Queues;

public sealed class QueueJudgeTests
{
    private static readonly Dictionary<string, TenantShare> NoTenants = [];

    [Fact]
    public void Decide_TooEarlyAndTooLate_AreSetAsideAndBlockNothing()
    {
        IReadOnlyList<QueueDecision> decisions = Decide(
            free: new(4), now: 100,
            new QueuedRequest(1, 0, new(4), 10, NotBeforeSeconds: 200), new QueuedRequest(2, 0, new(4), 10, DeadlineSeconds: 99), new QueuedRequest(3, 50, new(4), 10));

        Assert.Equal(
            ["1 waits: not before 200 s", "2 never starts: its deadline was 99 s", "3 starts: head of the queue"],
            decisions.Select(d => $"{d.Request.Id} {d.Describe()}"));
    }

    [Fact]
    public void Decide_InstantOfNotBeforeAndDeadline_Starts()
    {
        IReadOnlyList<QueueDecision> decisions = Decide(free: new(4), now: 100, new QueuedRequest(1, 0, new(4), 10, NotBeforeSeconds: 100, DeadlineSeconds: 100));

        Assert.True(Assert.Single(decisions).Starts);
    }

    [Fact]
    public void Decide_MemoryIsShort_WaitsAlthoughProcessorsAreFree()
    {
        RunningRequest[] running = [new(9, 500, new(2, 6_000))];

        IReadOnlyList<QueueDecision> decisions = Decide(NoTenants, running, free: new(6, 2_000), now: 0, new QueuedRequest(1, 0, new(2, 4_000), 10), new QueuedRequest(2, 0, new(2, 2_000), 600));

        // At 500 the first one needs 4,000 of 8,000 MiB, so that the second fits beside it.
        Assert.Equal(
            ["waits: head of the queue, needs 2 processors and 4000 MiB, 6 and 2000 MiB are free, reservation at 500 s", "starts: backfilled, leaves the head what it needs at 500 s"],
            decisions.Select(d => d.Describe()));
    }

    [Fact]
    public void Decide_HeadThatCanNeverFit_LetsOthersPass()
    {
        IReadOnlyList<QueueDecision> decisions = Decide(free: new(4), now: 0, new QueuedRequest(1, 0, new(5), 10), new QueuedRequest(2, 0, new(4), 10));

        Assert.Equal([QueueVerdict.WaitsForRoom, QueueVerdict.StartsBeforeReservation], decisions.Select(d => d.Verdict));
        Assert.All(decisions, d => Assert.Null(d.ReservationSeconds));
    }

    [Fact]
    public void Decide_QuotaUsedUp_WaitsAndBlocksNoOther()
    {
        Dictionary<string, TenantShare> tenants = new() { ["blue"] = new(Quota: new(4)) };
        RunningRequest[] running = [new(9, 500, new(3), "blue")];

        IReadOnlyList<QueueDecision> decisions = Decide(tenants, running, free: new(8), now: 0, Of(1, "blue", 2), Of(2, "blue", 1), Of(3, "red", 7));

        Assert.Equal(
            ["2 starts: head of the queue", "3 starts: head of the queue", "1 waits: the quota of tenant 'blue' is used up"],
            decisions.OrderBy(d => d.Starts ? 0 : 1).ThenBy(d => d.Request.Id).Select(d => $"{d.Request.Id} {d.Describe()}"));
    }

    [Fact]
    public void Decide_Weights_SharesAreInProportion()
    {
        Dictionary<string, TenantShare> tenants = new() { ["blue"] = new(Weight: 2), ["red"] = new(Weight: 1) };
        QueuedRequest[] waiting = [.. Enumerable.Range(0, 20).Select(i => Of(i, i < 10 ? "red" : "blue", 1))];

        IReadOnlyList<QueueDecision> decisions = Decide(tenants, [], free: new(9), now: 0, waiting);

        // Those of red came first, and still get 3 of 9 only.
        Assert.Equal((3, 6), (decisions.Count(d => d.Starts && d.Request.Tenant == "red"), decisions.Count(d => d.Starts && d.Request.Tenant == "blue")));
    }

    [Fact]
    public void Decide_ScarceResourcesDiffer_DominantSharesAreEqual()
    {
        // The example of Ghodsi et al., section 4.1: 9 CPUs and 18 GB; A asks for 1 and 4, B for 3 and 1: 3 of A and 2 of B run.
        QueuedRequest[] waiting = [.. Enumerable.Range(0, 20).Select(i => i % 2 == 0
            ? new QueuedRequest(i, 0, new(1, 4), 10, Tenant: "A")
            : new QueuedRequest(i, 0, new(3, 1), 10, Tenant: "B"))];

        IReadOnlyList<QueueDecision> decisions = Decide(NoTenants, [], free: new(9, 18), now: 0, waiting);

        Assert.Equal((3, 2), (decisions.Count(d => d.Starts && d.Request.Tenant == "A"), decisions.Count(d => d.Starts && d.Request.Tenant == "B")));
    }

    [Fact]
    public void Decide_AnySnapshot_DecidesOnceForEachWithinWhatIsFreeAndQuotas() => Gen.Select(
        Gen.Select(Gen.Int[0, 50], Gen.Int[1, 6], Gen.Int[0, 3_000], Gen.Int[1, 100], Gen.Int[0, 3], Gen.Int[0, 200]).Array[0, 40],
        Gen.Int[0, QueueDisciplines.Names.Count - 1], Gen.Int[0, 1], Gen.Int[1, 8]).Sample(
        (parts, discipline, backfilling, quota) =>
        {
            QueuedRequest[] waiting = [.. parts.Select((p, i) => new QueuedRequest(i, p.Item1, new(p.Item2, p.Item3), p.Item4, Tenant: p.Item5 == 0 ? "" : $"t{p.Item5}", NotBeforeSeconds: p.Item6))];
            Resources free = new(16, 20_000);
            QueueSnapshot snapshot = new(100, waiting, [], free, new Dictionary<string, TenantShare> { ["t1"] = new(3, new(quota, 5_000)) });
            QueueJudge judge = new(QueueDisciplines.Named(QueueDisciplines.Names[discipline])!, (Backfilling)backfilling);

            IReadOnlyList<QueueDecision> decisions = judge.Decide(snapshot);

            Assert.Equal(Enumerable.Range(0, waiting.Length), decisions.Select(d => (int)d.Request.Id).Order());
            QueueDecision[] started = [.. decisions.Where(d => d.Starts)];
            Assert.True(Sum(started).FitsIn(free));
            Assert.True(Sum(started.Where(d => d.Request.Tenant == "t1")).FitsIn(new(quota, 5_000)));
            Assert.All(started, d => Assert.True(d.Request.NotBeforeSeconds <= 100));
            Assert.Equal(decisions, judge.Decide(snapshot));
            Assert.All(decisions, d => Assert.NotEmpty(d.Describe()));
        },
        iter: 300);

    private static Resources Sum(IEnumerable<QueueDecision> decisions) => decisions.Aggregate(new Resources(0), (sum, d) => sum + d.Request.Need);

    private static QueuedRequest Of(int id, string tenant, int processors) => new(id, 0, new(processors), 10, Tenant: tenant);

    private static IReadOnlyList<QueueDecision> Decide(Resources free, double now, params QueuedRequest[] waiting) => Decide(NoTenants, [], free, now, waiting);

    private static IReadOnlyList<QueueDecision> Decide(
        Dictionary<string, TenantShare> tenants, RunningRequest[] running, Resources free, double now, params QueuedRequest[] waiting) =>
        new QueueJudge(new FirstComeFirstServed(), Backfilling.Easy).Decide(new QueueSnapshot(now, waiting, running, free, tenants));
}
