using Microsoft.Extensions.Time.Testing;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded;
using VirtAgents.Storage.Embedded.Rollups;
using VirtAgents.Storage.Embedded.Sealing;
using VirtAgents.Storage.Embedded.Sqlite;
using VirtAgents.Storage.Summaries;
using static VirtAgents.Storage.Tests.Embedded.RollupWorld;
using static VirtAgents.Storage.Tests.TestBatches;

namespace VirtAgents.Storage.Tests.Embedded;

/// <summary>Hours that are still written while reports come too late, room is short, or what they were made of goes.</summary>
public sealed class OpenHourTroubleTests : IDisposable
{
    private const long MinuteMs = 60_000, HourMs = 3_600_000;
    private static readonly Figure Percent = Figure.Of(DerivedCatalogue.Find("vm_cpu_percent")!);
    private readonly StoreDirectory _directory = new();
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.FromUnixTimeMilliseconds(Start));

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task Write_ReportForAMinuteThatIsRolledUp_CountsAtOnceAndWhenSealed()
    {
        await using var stores = new ReopenedStore(_directory, _clock);
        await PlayAsync(stores, _clock, Ticks(hosts: 1, salt: 1, minutes: 45));
        EmbeddedStore store = await stores.GetAsync();
        SummaryQuery query = new(Figure.LevelOf(MetricCatalogue.Find(Metric.VmMemoryRss)!), [Id(1)], null, Start, Start + (45 * MinuteMs), HourMs);
        SeriesSummaries before = Assert.Single(await RollupWorld.ReadAsync(store, query));

        await store.WriteAsync(Batch(Report(1, 9_000, Start + 5_500, Metric.VmMemoryRss, (Vm(1), 1L << 40))), Token);
        SeriesSummaries beside = Assert.Single(await RollupWorld.ReadAsync(store, query));
        await store.MaintainAsync(all: false, null, Token);
        SeriesSummaries later = Assert.Single(await RollupWorld.ReadAsync(store, query));
        _clock.Advance(TimeSpan.FromHours(1));
        await store.MaintainAsync(all: false, null, Token);
        SeriesSummaries anew = Assert.Single(await RollupWorld.ReadAsync(store, query with { ToUnixMs = Start + HourMs }));

        Assert.Equal((40, 0), (before.Sources.Minutes, beside.Sources.Minutes));
        foreach (SeriesSummaries told in (SeriesSummaries[])[beside, later, anew])
        {
            Assert.Equal((before.Steps[0].Summary.Count + 1, (double)(1L << 40)), (told.Steps[0].Summary.Count, told.Steps[0].Summary.Maximum));
        }

        Assert.Equal(new SummarySources(0, 0, 1), anew.Sources);
    }

    [Fact(Timeout = 60_000)]
    public async Task Maintain_NoRoomForRollups_AnswersFromSamplesAndSaysSo()
    {
        await using var stores = new ReopenedStore(_directory, _clock, openRollupBytes: 12_000);
        await PlayAsync(stores, _clock, Ticks(hosts: 3, salt: 1, minutes: 45));
        EmbeddedStore store = await stores.GetAsync();
        SummaryQuery query = new(Percent, [], null, Start, Start + (45 * MinuteMs), HourMs) { WithValues = true };

        List<SeriesSummaries> told = await RollupWorld.ReadAsync(store, query);

        // The third host found no room any more, nor did the first two for their next piece.
        Assert.Equal(2 * 2 * 10, Total(told).Minutes);
        AssertNear(await RollupWorld.ReadAsync(store, query with { Exact = true }), told);
        Assert.Contains("Store:Embedded:OpenRollupBytes (12000)", (await store.HealthAsync(Token)).Problem, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Maintain_RoomThatIsFreeAgain_GoesOnWithHoursThatWereLeftOut()
    {
        await using var stores = new ReopenedStore(_directory, _clock, openRollupBytes: 12_000);
        List<ReportRecord[]> ticks = [.. Ticks(hosts: 3, salt: 1, minutes: 45)];
        await PlayAsync(stores, _clock, ticks.Select((tick, i) => i < 70 ? tick[..2] : i == 150 ? [.. tick, .. ticks[1][..2].Select(LateBy(5_000))] : tick));
        EmbeddedStore store = await stores.GetAsync();
        SummaryQuery query = new(Percent, [], null, Start, Start + (45 * MinuteMs), HourMs) { WithValues = true };

        List<SeriesSummaries> told = await RollupWorld.ReadAsync(store, query);

        Assert.InRange(Total(told).Minutes, 1, 2 * 40);
        Assert.Null((await store.HealthAsync(Token)).Problem);
        AssertNear(await RollupWorld.ReadAsync(store, query with { Exact = true }), told);
    }

    [Fact(Timeout = 60_000)]
    public async Task Seal_ReportThatCameBetweenTwoAttempts_IsInTheRollups()
    {
        await using var stores = new ReopenedStore(_directory, _clock);
        await FillAsync(await stores.GetAsync(), hosts: 1, salt: 1, minutes: 60);
        using Database database = Database.Open(_directory.File, readOnly: true);
        var damage = new Damage();
        var sealer = new HourSealer(damage);
        long hour = Start / HourMs;
        SealPlan first = SealPlan.Of(database, hour, damage)!;
        int stream = Assert.Single(first.Streams.Keys);
        var open = new OpenHour(hour, stream);

        // What the first attempt built was not written, for lack of space say.
        sealer.Build(database, first, stream, open, Token);
        await (await stores.GetAsync()).WriteAsync(Batch(Report(1, 9_000, Start + 5_500, Metric.VmMemoryRss, (Vm(1), 1L << 40))), Token);
        SealPlan second = SealPlan.Of(database, hour, damage)!;

        Assert.Equal(Columns(sealer.Build(database, second, stream, null, Token)), Columns(sealer.Build(database, second, stream, open, Token)));
        Assert.Equal(Start + HourMs, open.ToMs);
    }

    [Fact(Timeout = 60_000)]
    public async Task Maintain_NewestReportCannotBeRead_WaitsForTheNextOne()
    {
        await using var stores = new ReopenedStore(_directory, _clock);
        List<ReportRecord[]> ticks = [.. Ticks(hosts: 1, salt: 1, minutes: 25)];
        EmbeddedStore store = await stores.GetAsync();
        foreach (ReportRecord[] tick in ticks[..90])
        {
            await store.WriteAsync(Batch(tick), Token);
        }

        _directory.Ask("UPDATE chunk SET data = zeroblob(length(data)) WHERE id = (SELECT max(id) FROM chunk)");
        long waiting = (await store.MaintainAsync(all: false, null, Token)).Minutes;
        foreach (ReportRecord[] tick in ticks[90..])
        {
            await store.WriteAsync(Batch(tick), Token);
        }

        _clock.Advance(TimeSpan.FromMinutes(25));
        long goneOn = (await store.MaintainAsync(all: false, null, Token)).Minutes;
        SummaryQuery query = new(Percent, [], null, Start, Start + (25 * MinuteMs), MinuteMs) { WithValues = true };

        Assert.Equal((0, 20), (waiting, goneOn));
        AssertNear(await RollupWorld.ReadAsync(store, query with { Exact = true }), await RollupWorld.ReadAsync(store, query));
    }

    [Fact(Timeout = 60_000)]
    public async Task Maintain_SamplesOfTheHourAreDropped_ForgetsItsRollups()
    {
        await using var stores = new ReopenedStore(_directory, _clock);
        await PlayAsync(stores, _clock, Ticks(hosts: 1, salt: 1, minutes: 61));
        EmbeddedStore store = await stores.GetAsync();
        SummaryQuery query = new(Percent, [], null, Start, Start + HourMs, MinuteMs);
        Assert.Equal(2 * 50, Total(await RollupWorld.ReadAsync(store, query)).Minutes);

        await store.DropBeforeAsync(Start + HourMs, Token);
        await store.MaintainAsync(all: false, null, Token);

        Assert.Empty(await RollupWorld.ReadAsync(store, query));
    }

    private static Func<ReportRecord, ReportRecord> LateBy(long milliseconds) => report =>
    {
        report.Samples.TimeUnixMs += milliseconds;
        return report with { Sequence = report.Sequence + 5_000 };
    };

    private static List<string> Columns(IReadOnlyList<SegmentDraft> drafts) =>
        [.. drafts.SelectMany(d => d.Columns.Select(c => $"{d.Tier} {c.Number} {Convert.ToHexString(c.Data)}"))];
}
