using System.IO.Compression;
using Microsoft.Extensions.Time.Testing;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded;
using VirtAgents.Storage.Summaries;
using static VirtAgents.Storage.Tests.TestBatches;

namespace VirtAgents.Storage.Tests.Embedded;

/// <summary>A file that an earlier program wrote must answer as it did, and a file of today must give the very same answers.</summary>
public sealed class EarlierFileTests : IDisposable
{
    private const long HourMs = 3_600_000;
    private const long ToMs = EarlierLoad.StartUnixMs + (3 * HourMs);
    private readonly StoreDirectory _directory = new();
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.FromUnixTimeMilliseconds(EarlierLoad.StartUnixMs + (2 * HourMs) + 1000));

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task Answers_FileOfVersionThreeAndTheSameReportsStoredToday_AreEqualBitForBit()
    {
        using var today = new StoreDirectory();
        await using EmbeddedStore earlier = await OpenEarlierAsync();
        await using EmbeddedStore present = await OpenAsync(today.Options);
        await FillAsync(present);

        List<string> expected = await AnswersAsync(earlier);

        Assert.InRange(expected.Count, 10_000, 100_000);
        Assert.Equal(expected, await AnswersAsync(present));
    }

    [Fact(Timeout = 60_000)]
    public async Task Maintain_FileOfVersionThree_HasColumnsOfBothFormsAndAnswersAsBefore()
    {
        await using EmbeddedStore store = await OpenEarlierAsync();
        List<string> before = await SamplesAsync(store);
        _clock.Advance(TimeSpan.FromHours(2));

        UpkeepReport sealing = await store.MaintainAsync(all: true, null, Token);

        Assert.Equal((1, 3), (sealing.Hours, sealing.Segments));
        Assert.Equal(before, await SamplesAsync(store));
        StoreVerification found = await store.VerifyAsync(null, Token);
        Assert.Equal((0L, 9L), (found.Commits, found.Segments));
        Assert.Empty(found.Problems);
        Assert.Equal(4, (await store.ContentAsync(Token)).SchemaVersion);
    }

    private async Task<EmbeddedStore> OpenEarlierAsync()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_directory.File)!);
        await using (FileStream file = File.Create(_directory.File))
        await using (var packed = new BrotliStream(Fixture(), CompressionMode.Decompress))
        {
            await packed.CopyToAsync(file, Token);
        }

        return await OpenAsync(_directory.Options);
    }

    private static Stream Fixture() =>
        typeof(EarlierFileTests).Assembly.GetManifestResourceStream("schema-version-3.db.br") ?? throw new InvalidOperationException("the fixture is missing");

    private static async Task FillAsync(EmbeddedStore store)
    {
        int ticks = 0;
        foreach (WriteBatch batch in EarlierLoad.Batches())
        {
            Assert.Equal(WriteStatus.Durable, (await store.WriteAsync(batch, Token)).Status);
            if (++ticks == 720)
            {
                Assert.Equal(2, (await store.MaintainAsync(all: true, null, Token)).Hours);
            }
        }
    }

    private static async Task<List<string>> AnswersAsync(EmbeddedStore store)
    {
        List<string> answers = await SamplesAsync(store);
        foreach (Figure figure in FigureCatalogue.Of(SubjectKind.Vm).Concat(FigureCatalogue.Of(SubjectKind.VmDisk)))
        {
            foreach (long step in (long[])[60_000, HourMs, 3 * HourMs])
            {
                await AddAsync(answers, store, new SummaryQuery(figure, [], null, EarlierLoad.StartUnixMs, ToMs, step) { WithValues = true });
            }
        }

        return answers;
    }

    private static async Task AddAsync(List<string> answers, EmbeddedStore store, SummaryQuery query)
    {
        await foreach (SeriesSummaries series in store.SummariesAsync(query, Token))
        {
            answers.Add($"{query.Figure.Number} {series.Subject} {series.Sources}");
            answers.AddRange(series.Steps.Select(s => $"{query.Figure.Number} {series.Subject} {s.StartUnixMs} {Text(s.Summary)}"));
        }
    }

    // Numbers as text of this form are equal only when all their bits are.
    private static string Text(Summary summary) => FormattableString.Invariant(
        $"{summary.Count} {summary.Amount:R} {summary.Weight:R} {summary.Sum:R} {summary.Minimum:R} {summary.Maximum:R} {summary.Last:R} {summary.LastUnixMs} {summary.SquaredDeviations:R} {string.Join(',', summary.Values!.Sketch().Bins())}");

    private static async Task<List<string>> SamplesAsync(EmbeddedStore store)
    {
        var samples = new List<string>();
        foreach (MetricDefinition metric in MetricCatalogue.All)
        {
            foreach (SeriesPoints series in await ReadAsync(store, Range(metric.Id, 0, long.MaxValue)))
            {
                samples.AddRange(series.TimesUnixMs.Select((time, i) => $"{metric.Id} {series.Subject} {time} {series.Raw[i]}"));
            }
        }

        return samples;
    }

    private async Task<EmbeddedStore> OpenAsync(EmbeddedStoreOptions options)
    {
        var store = new EmbeddedStore(options, _clock);
        await store.OpenAsync(Token);
        return store;
    }
}
