using CsCheck;
using Microsoft.Extensions.Time.Testing;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded;
using VirtAgents.Storage.Summaries;
using static VirtAgents.Storage.Tests.Embedded.RollupWorld;
using static VirtAgents.Storage.Tests.TestBatches;

namespace VirtAgents.Storage.Tests.Embedded;

/// <summary>Hours that are still written are rolled up while samples come, and must answer and be sealed as if that had been done at once.</summary>
public sealed class OpenHourTests : IDisposable
{
    private const long MinuteMs = 60_000, HourMs = 3_600_000;
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
                await using var stores = new ReopenedStore(directory, clock);
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
                await using var pieces = new ReopenedStore(directory, clock);
                await using var whole = new ReopenedStore(atOnce, clock);
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
        await using var stores = new ReopenedStore(_directory, _clock);
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
        await using var stores = new ReopenedStore(_directory, _clock);
        await PlayAsync(stores, _clock, Ticks(hosts: 1, salt: 1, minutes: 120));
        EmbeddedStore store = await stores.GetAsync();
        _clock.Advance(TimeSpan.FromMinutes(5));
        await store.MaintainAsync(all: true, null, Token);
        Figure rss = Figure.LevelOf(MetricCatalogue.Find(Metric.VmMemoryRss)!);

        List<SeriesSummaries> told = await RollupWorld.ReadAsync(store, new(rss, [], null, Start + 30_000, Start + (100 * MinuteMs) + 30_000, MinuteMs));

        Assert.Equal(new SummarySources(2 * 6, 2 * 99, 0), Total(told));
    }

    [Fact(Timeout = 60_000)]
    public async Task Summaries_AHostThatWasCutOff_DoesNotKeepOthersFromTheirRollups()
    {
        await using var stores = new ReopenedStore(_directory, _clock);
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

    [Fact(Timeout = 120_000)]
    public async Task Summaries_WhileTheirHourIsRolledUpAndSealed_TellTheSameAllTheTime()
    {
        await using var stores = new ReopenedStore(_directory, _clock);
        List<ReportRecord[]> ticks = [.. Ticks(hosts: 2, salt: 3, minutes: 100)];
        await PlayAsync(stores, _clock, ticks.Take(60));
        EmbeddedStore store = await stores.GetAsync();
        SummaryQuery query = new(Percent, [], null, Start, Start + (10 * MinuteMs), MinuteMs) { WithValues = true };
        List<SeriesSummaries> exact = await RollupWorld.ReadAsync(store, query with { Exact = true });

        Task<long> play = Task.Run(() => PlayAsync(stores, _clock, ticks.Skip(60)), Token);
        var sources = new HashSet<SummarySources>();
        while (!play.IsCompleted)
        {
            List<SeriesSummaries> told = await RollupWorld.ReadAsync(store, query);
            AssertNear(exact, told);
            sources.Add(Total(told) with { Raw = Math.Min(1, Total(told).Raw) });
        }

        Assert.True(await play > 0);
        Assert.Contains(new SummarySources(0, 40, 0), sources);
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
}
