using CsCheck;
using Microsoft.Extensions.Time.Testing;
using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded;
using static VirtAgents.Storage.Tests.TestBatches;

namespace VirtAgents.Storage.Tests.Embedded;

/// <summary>Random batches with duplicates, in random order, with restarts between: the store must agree with a dictionary.</summary>
public sealed class EmbeddedStoreModelTests
{
    private static readonly MetricId[] Metrics = [Metric.VmCpuTime, Metric.VmMemoryRss, Metric.DiskReads];
    private static readonly Gen<(int Host, int Boot, int Sequence)> Key = Gen.Select(Gen.Int[1, 3], Gen.Int[1, 2], Gen.Int[1, 14]);
    private static readonly Gen<(int WarmBytes, int LatestValues)> Limits = Gen.Select(Gen.OneOf(0, 300, 1 << 20), Gen.OneOf(0, 9, 1_000_000));

    [Fact(Timeout = 120_000)]
    public async Task Queries_AfterRandomBatches_AgreeWithAModel()
    {
        await Gen.Select(Key.List[0, 12].List[1, 8], Limits, Gen.Int[0, 7], Gen.Bool.Array[8], Gen.UInt).SampleAsync(
            async (batches, limits, restartAfter, seals, salt) =>
            {
                using var directory = new StoreDirectory();
                var options = new EmbeddedStoreOptions { Path = directory.File, WarmBytes = limits.WarmBytes, LatestValues = limits.LatestValues };
                var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(Start).AddHours(2));
                var model = new Model(salt);
                EmbeddedStore store = await OpenAsync(options, clock);
                for (int i = 0; i < batches.Count; i++)
                {
                    int duplicates = model.Add(batches[i]);
                    WriteOutcome outcome = await store.WriteAsync(Batch([.. batches[i].Select(k => model.ReportOf(k))]), Token);
                    Assert.Equal((WriteStatus.Durable, duplicates), (outcome.Status, outcome.Duplicates));
                    if (seals[i])
                    {
                        // Late reports follow, so hours are sealed anew.
                        await store.MaintainAsync(all: true, null, Token);
                    }

                    if (i == restartAfter)
                    {
                        await store.DisposeAsync();
                        store = await OpenAsync(options, clock);
                    }
                }

                await model.CompareAsync(store, clock);
                await store.DisposeAsync();
                await using ITimeSeriesStore reader = await OpenAsync(directory.ReadOnly, clock);
                await model.CompareAsync(reader, clock);
            },
            iter: 60,
            threads: 1);
    }

    private static async Task<EmbeddedStore> OpenAsync(EmbeddedStoreOptions options, TimeProvider clock)
    {
        var store = new EmbeddedStore(options, clock);
        await store.OpenAsync(Token);
        return store;
    }

    /// <summary>What a report says follows from its key alone, so that a duplicate is a true one.</summary>
    private sealed class Model(uint salt)
    {
        private readonly HashSet<(int Host, int Boot, int Sequence)> _keys = [];
        private readonly Dictionary<(Subject Subject, MetricId Metric), SortedDictionary<long, (long Raw, int Boot)>> _series = [];

        public int Add(IEnumerable<(int Host, int Boot, int Sequence)> keys)
        {
            int duplicates = 0;
            foreach ((int Host, int Boot, int Sequence) key in keys)
            {
                if (!_keys.Add(key))
                {
                    duplicates++;
                    continue;
                }

                foreach ((Subject subject, MetricId metric, long? value) in CellsOf(key))
                {
                    if (value is long raw)
                    {
                        if (!_series.TryGetValue((subject, metric), out SortedDictionary<long, (long, int)>? series))
                        {
                            _series.Add((subject, metric), series = []);
                        }

                        series[TimeOf(key)] = (raw, (key.Host * 10) + key.Boot);
                    }
                }
            }

            return duplicates;
        }

        public ReportRecord ReportOf((int Host, int Boot, int Sequence) key)
        {
            var samples = new SampleSet { TimeUnixMs = TimeOf(key), Tier = SampleTier.Fast };
            var subjects = new List<Subject?>();
            foreach (IGrouping<SubjectKind, (Subject Subject, MetricId Metric, long? Value)> kind in CellsOf(key).GroupBy(c => c.Subject.Kind))
            {
                SampleTable table = samples.Add(kind.Key, [.. kind.Select(c => c.Metric).Distinct()]);
                foreach (IGrouping<Subject, (Subject Subject, MetricId Metric, long? Value)> row in kind.GroupBy(c => c.Subject))
                {
                    subjects.Add(row.Key);
                    int number = table.AddRow(subjects.Count - 1);
                    foreach ((_, MetricId metric, long? value) in row.Where(c => c.Value is not null))
                    {
                        table.Set(number, metric, value!.Value);
                    }
                }
            }

            return new ReportRecord(Host(key.Host), Boot(key.Boot), key.Sequence, samples, subjects);
        }

        public async Task CompareAsync(ITimeSeriesStore store, TimeProvider clock)
        {
            long now = clock.GetUtcNow().ToUnixTimeMilliseconds();
            foreach (MetricId metric in Metrics)
            {
                await CompareRangeAsync(store, metric, 0, long.MaxValue, []);
                await CompareRangeAsync(store, metric, Start + 3_000_000, Start + 6_000_000, [Id(2), Id(3)]);
                await CompareLatestAsync(store, new LatestQuery(null, metric, TimeSpan.FromMinutes(50), now));
            }

            await CompareLatestAsync(store, new LatestQuery(Id(2), null, TimeSpan.FromMinutes(100), now));
            await CompareLatestAsync(store, new LatestQuery(null, null, TimeSpan.MaxValue, now));
            Assert.Equal(_keys.Count, (await store.HealthAsync(Token)).Reports);
            Assert.Null((await store.HealthAsync(Token)).Problem?.Contains("damaged", StringComparison.Ordinal) is true ? "damage" : null);
        }

        private static long TimeOf((int Host, int Boot, int Sequence) key) =>
            Start + (key.Sequence * 500_000) + (key.Host * 7) + (key.Boot * 3) - (key.Sequence % 3 * 600_000);

        private IEnumerable<(Subject Subject, MetricId Metric, long? Value)> CellsOf((int Host, int Boot, int Sequence) key)
        {
            for (int vm = 1; vm <= 4; vm++)
            {
                uint draw = Draw(key, vm);
                if (draw % 3 == 0)
                {
                    continue;
                }

                yield return (Vm(vm), Metric.VmCpuTime, draw % 5 == 0 ? null : (long)draw * 10_000_000);
                yield return (Vm(vm), Metric.VmMemoryRss, draw % 7 == 0 ? long.MinValue : draw % 7 == 1 ? null : draw);
                yield return (new Subject(SubjectKind.VmDisk, Id(vm), "vda"), Metric.DiskReads, draw % 100);
            }
        }

        private uint Draw((int Host, int Boot, int Sequence) key, int vm)
        {
            uint value = unchecked((salt + (uint)((key.Host * 131) + (key.Boot * 31) + (key.Sequence * 7) + vm)) * 2_654_435_761);
            return value ^ (value >> 15);
        }

        private async Task CompareRangeAsync(ITimeSeriesStore store, MetricId metric, long fromMs, long toMs, Guid[] owners)
        {
            List<SeriesPoints> read = await ReadAsync(store, Range(metric, fromMs, toMs, owners));
            var wanted = _series
                .Where(s => s.Key.Metric == metric && (owners.Length == 0 || owners.Contains(s.Key.Subject.Owner)))
                .ToDictionary(s => s.Key.Subject, s => s.Value.Where(p => p.Key >= fromMs && p.Key < toMs).ToArray());
            Assert.Equal(wanted.Count(w => w.Value.Length > 0), read.Count);
            foreach (SeriesPoints series in read)
            {
                KeyValuePair<long, (long Raw, int Boot)>[] points = wanted[series.Subject];
                Assert.Equal(points.Select(p => p.Key), series.TimesUnixMs);
                Assert.Equal(points.Select(p => p.Value.Raw), series.Raw);
                Assert.Equal(points.Select(p => p.Value.Boot).Distinct().Count(), series.Epochs.Distinct().Count());
                Assert.Equal(points.Length, points.Select((p, i) => (p.Value.Boot, series.Epochs[i])).GroupBy(e => e.Boot).Where(g => g.Distinct().Count() == 1).Sum(g => g.Count()));
            }
        }

        private async Task CompareLatestAsync(ITimeSeriesStore store, LatestQuery query)
        {
            decimal oldest = query.NowUnixMs - ((decimal)query.MaxAge.Ticks / TimeSpan.TicksPerMillisecond);
            IEnumerable<SeriesValue> wanted = _series
                .Where(s => (query.Metric is null || s.Key.Metric == query.Metric) && (query.Owner is null || s.Key.Subject.Owner == query.Owner))
                .Select(s => new SeriesValue(s.Key.Subject, s.Key.Metric, s.Value.Keys.Max(), s.Value[s.Value.Keys.Max()].Raw))
                .Where(v => v.TimeUnixMs >= oldest);
            Assert.Equal(wanted.ToHashSet(), (await store.LatestAsync(query, Token)).ToHashSet());
        }
    }
}
