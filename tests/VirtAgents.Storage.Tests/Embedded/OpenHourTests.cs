using CsCheck;
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

/// <summary>Hours that are still written are rolled up while samples come, and must answer and be sealed as if that had been done at once.</summary>
public sealed class OpenHourTests : IDisposable
{
    private const long MinuteMs = 60_000, HourMs = 3_600_000, TickMs = 10_000;
    private static readonly Figure Percent = Figure.Of(DerivedCatalogue.Find("vm_cpu_percent")!);
    private readonly StoreDirectory _directory = new();
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.FromUnixTimeMilliseconds(Start));

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 300_000)]
    public async Task Summaries_HoursStillWritten_AsFromSamples()
    {
        Gen<int> delay = Gen.Frequency((40, Gen.Const(0)), (4, Gen.Int[1, 5]), (1, Gen.Int[1, 90]));
        await Gen.Select(Gen.Int[1, 3], Gen.Int[15, 140], delay.Array[1, 100], Gen.Int[0, 800], Gen.OneOf(MinuteMs, 2 * MinuteMs, HourMs, 15_000), Gen.Long[0, 2_000], Gen.Long[0, 900]).SampleAsync(
            async (hosts, minutes, delays, restart, step, fromSeconds, toSeconds) =>
            {
                using var directory = new StoreDirectory();
                var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(Start));
                await using var stores = new Reopened(directory, clock);
                await PlayAsync(stores, clock, Late(Ticks(hosts, salt: minutes, minutes), delays), restart);

                EmbeddedStore store = await stores.GetAsync();
                foreach (SummaryQuery query in Queries(Start + (fromSeconds * 1000), Start + (minutes * MinuteMs) - (toSeconds * 1000), step))
                {
                    AssertNear(await RollupWorld.ReadAsync(store, query with { Exact = true }), await RollupWorld.ReadAsync(store, query));
                }
            },
            iter: 25,
            threads: 1);
    }

    [Fact(Timeout = 300_000)]
    public async Task Maintain_HoursRolledUpPieceByPiece_AreSealedBitForBitAsThoseRolledUpAtOnce()
    {
        await Gen.Select(Gen.Int[1, 3], Gen.Int[60, 150], Gen.Frequency((20, Gen.Const(0)), (1, Gen.Int[1, 5])).Array[1, 100], Gen.Int[0, 1_500]).SampleAsync(
            async (hosts, minutes, delays, restart) =>
            {
                using var directory = new StoreDirectory();
                using var atOnce = new StoreDirectory();
                var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(Start));
                await using var pieces = new Reopened(directory, clock);
                await using var whole = new Reopened(atOnce, clock);
                long rolledUp = await PlayAsync(pieces, clock, Late(Ticks(hosts, salt: minutes, minutes), delays), restart);
                foreach (ReportRecord[] reports in Late(Ticks(hosts, salt: minutes, minutes), delays))
                {
                    await (await whole.GetAsync()).WriteAsync(Batch(reports), Token);
                }

                clock.Advance(TimeSpan.FromHours(2));
                EmbeddedStore one = await pieces.GetAsync();
                EmbeddedStore other = await whole.GetAsync();
                await one.MaintainAsync(all: true, null, Token);
                await other.MaintainAsync(all: true, null, Token);

                Assert.True(rolledUp > 0);
                Assert.Equal(await EverythingAsync(other, minutes), await EverythingAsync(one, minutes));
            },
            iter: 8,
            threads: 1);
    }

    [Fact(Timeout = 60_000)]
    public async Task Summaries_OpenHour_ReadsMinutesAndOnlyTheRestFromSamples()
    {
        await using var stores = new Reopened(_directory, _clock);
        await PlayAsync(stores, _clock, Ticks(hosts: 2, salt: 1, minutes: 45));
        EmbeddedStore store = await stores.GetAsync();
        SummaryQuery query = new(Percent, [], null, Start, Start + (45 * MinuteMs), MinuteMs) { WithValues = true };

        List<SeriesSummaries> told = await RollupWorld.ReadAsync(store, query);

        Assert.Equal((4 * 40, 0), (Total(told).Minutes, Total(told).Hours));
        Assert.InRange(Total(told).Raw, 1, Total(await RollupWorld.ReadAsync(store, query with { Exact = true })).Raw / 2);
        Assert.Equal(new SummarySources(0, 4 * 10, 0), Total(await RollupWorld.ReadAsync(store, query with { FromUnixMs = Start + (10 * MinuteMs), ToUnixMs = Start + (20 * MinuteMs) })));
    }

    [Fact(Timeout = 60_000)]
    public async Task Summaries_MinutesCutOff_ReadsSamplesOfThoseMinutesOnly()
    {
        await using var stores = new Reopened(_directory, _clock);
        await PlayAsync(stores, _clock, Ticks(hosts: 1, salt: 1, minutes: 120));
        EmbeddedStore store = await stores.GetAsync();
        _clock.Advance(TimeSpan.FromMinutes(5));
        await store.MaintainAsync(all: true, null, Token);
        Figure rss = Figure.LevelOf(MetricCatalogue.Find(Metric.VmMemoryRss)!);

        List<SeriesSummaries> told = await RollupWorld.ReadAsync(store, new(rss, [], null, Start + 30_000, Start + (100 * MinuteMs) + 30_000, MinuteMs));

        Assert.Equal(new SummarySources(2 * 6, 2 * 99, 0), Total(told));
    }

    [Fact(Timeout = 60_000)]
    public async Task Write_ReportForAMinuteThatIsRolledUp_CountsAtOnceAndWhenSealed()
    {
        await using var stores = new Reopened(_directory, _clock);
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
    public async Task Summaries_AHostThatWasCutOff_DoesNotKeepOthersFromTheirRollups()
    {
        await using var stores = new Reopened(_directory, _clock);
        List<ReportRecord[]> ticks = [.. Ticks(hosts: 2, salt: 1, minutes: 45)];
        var kept = new Queue<ReportRecord>();
        await PlayAsync(stores, _clock, ticks.Select((tick, i) =>
        {
            // What it kept it sends in order, two reports with each tick of the other one.
            kept.Enqueue(tick[1]);
            return (ReportRecord[])[tick[0], .. Enumerable.Range(0, i is >= 60 and < 150 ? 0 : Math.Min(2, kept.Count)).Select(_ => kept.Dequeue())];
        }));
        SummaryQuery query = new(Percent, [], null, Start, Start + (45 * MinuteMs), MinuteMs) { WithValues = true };

        List<SeriesSummaries> told = await RollupWorld.ReadAsync(await stores.GetAsync(), query);

        Assert.Equal(4 * 40, Total(told).Minutes);
        AssertNear(await RollupWorld.ReadAsync(await stores.GetAsync(), query with { Exact = true }), told);
    }

    [Fact(Timeout = 60_000)]
    public async Task Maintain_NoRoomForRollups_AnswersFromSamplesAndSaysSo()
    {
        await using var stores = new Reopened(_directory, _clock, openRollupBytes: 3_000);
        await PlayAsync(stores, _clock, Ticks(hosts: 3, salt: 1, minutes: 45));
        EmbeddedStore store = await stores.GetAsync();
        SummaryQuery query = new(Percent, [], null, Start, Start + (45 * MinuteMs), HourMs) { WithValues = true };

        List<SeriesSummaries> told = await RollupWorld.ReadAsync(store, query);

        Assert.InRange(Total(told).Minutes, 6 * 10, 6 * 30);
        AssertNear(await RollupWorld.ReadAsync(store, query with { Exact = true }), told);
        Assert.Contains("Store:Embedded:OpenRollupBytes (3000)", (await store.HealthAsync(Token)).Problem, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Maintain_RoomThatIsFreeAgain_GoesOnWithHoursThatWereLeftOut()
    {
        await using var stores = new Reopened(_directory, _clock, openRollupBytes: 3_000);
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
        await using var stores = new Reopened(_directory, _clock);
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
    public async Task Maintain_SamplesOfTheHourAreDropped_ForgetsItsRollups()
    {
        await using var stores = new Reopened(_directory, _clock);
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

    /// <summary>Delays some reports by some ticks each; what is left comes in the end.</summary>
    private static IEnumerable<ReportRecord[]> Late(IEnumerable<ReportRecord[]> ticks, int[] delays)
    {
        var waiting = new SortedDictionary<int, List<ReportRecord>>();
        (int tick, int next) = (0, 0);
        foreach (ReportRecord[] reports in ticks)
        {
            foreach (ReportRecord report in reports)
            {
                int due = tick + delays[next++ % delays.Length];
                waiting.TryAdd(due, []);
                waiting[due].Add(report);
            }

            yield return waiting.Remove(tick++, out List<ReportRecord>? now) ? [.. now] : [];
        }

        yield return [.. waiting.Values.SelectMany(w => w)];
    }

    /// <summary>Writes ticks as time goes by, with upkeep each minute, and returns the minutes that were rolled up before their hour was sealed.</summary>
    private static async Task<long> PlayAsync(Reopened stores, FakeTimeProvider clock, IEnumerable<ReportRecord[]> ticks, int restart = -1)
    {
        (int tick, long rolledUp) = (0, 0);
        foreach (ReportRecord[] reports in ticks)
        {
            EmbeddedStore store = await stores.GetAsync(anew: tick == restart);
            Assert.Equal(WriteStatus.Durable, (await store.WriteAsync(Batch(reports), Token)).Status);
            clock.Advance(TimeSpan.FromMilliseconds(TickMs));
            if (++tick % 6 == 0)
            {
                rolledUp += (await store.MaintainAsync(all: false, null, Token)).Minutes;
            }
        }

        return rolledUp;
    }

    private static async Task<List<string>> EverythingAsync(EmbeddedStore store, int minutes)
    {
        var all = new List<string>();
        foreach (Figure figure in ((SubjectKind[])[SubjectKind.Vm, SubjectKind.VmDisk]).SelectMany(kind => FigureCatalogue.Of(kind)))
        {
            foreach (long step in (long[])[MinuteMs, HourMs])
            {
                foreach (SeriesSummaries series in await RollupWorld.ReadAsync(store, new(figure, [], null, Start, Start + ((minutes / 60) * HourMs), step) { WithValues = true }))
                {
                    all.AddRange(series.Steps.Select(s => $"{figure.Number} {series.Subject} {series.Host} {s.StartUnixMs} {Text(s.Summary)}"));
                }
            }
        }

        Assert.NotEmpty(all);
        return all;
    }

    private static string Text(Summary summary) => FormattableString.Invariant(
        $"{summary.Count} {summary.Amount:R} {summary.Weight:R} {summary.Sum:R} {summary.Minimum:R} {summary.Maximum:R} {summary.Last:R} {summary.LastUnixMs} {summary.SquaredDeviations:R} {string.Join(',', summary.Values!.Sketch().Bins())}");

    /// <summary>A store that can be closed and opened again.</summary>
    private sealed class Reopened(StoreDirectory directory, TimeProvider clock, long? openRollupBytes = null) : IAsyncDisposable
    {
        private EmbeddedStore? _store;

        public async Task<EmbeddedStore> GetAsync(bool anew = false)
        {
            if (anew)
            {
                await DisposeAsync();
            }

            if (_store is null)
            {
                EmbeddedStoreOptions options = directory.Options;
                options.OpenRollupBytes = openRollupBytes ?? options.OpenRollupBytes;
                _store = new EmbeddedStore(options, clock);
                await _store.OpenAsync(Token);
            }

            return _store;
        }

        public async ValueTask DisposeAsync()
        {
            if (_store is { } store)
            {
                _store = null;
                await store.DisposeAsync();
            }
        }
    }
}
