using CsCheck;
using VirtAgents.Core.Model;

namespace VirtAgents.Protocol.Tests;

/// <summary>Random ticks, and a form of them that can be compared.</summary>
internal static class Samples
{
    private static readonly Gen<long> AnyValue = Gen.OneOf(
        Gen.Long,
        Gen.Long[0, 100],
        Gen.OneOf(0L, 1L, -1L, long.MinValue, long.MaxValue, 127L, 128L, 1L << 62));

    private static Gen<TableData> Table { get; } =
        from kind in Gen.Int[1, 8]
        from subjects in Gen.Int[0, 40].HashSet[0, 12]
        from metrics in Gen.Int[1, 65_535].HashSet[0, 6]
        from cells in Gen.Select(Gen.Bool, AnyValue, (set, value) => set ? value : (long?)null).Array[subjects.Count * metrics.Count]
        select new TableData((SubjectKind)kind, [.. subjects], [.. metrics.Select(m => new MetricId((ushort)m))], cells);

    /// <summary>A tick whose rows, columns, nulls and values are all arbitrary.</summary>
    public static Gen<Tick> Any { get; } =
        from tier in Gen.OneOf(SampleTier.Fast, SampleTier.Slow)
        from time in Gen.Long[-10, 4_000_000_000_000]
        from duration in Gen.Long[0, 10_000_000]
        from version in Gen.Long[1, 1000]
        from tables in Table.Array[0, 4]
        select new Tick(tier, time, duration, version, [.. tables.DistinctBy(t => t.Kind)]);

    /// <summary>A sequence of ticks as an agent makes them: mostly the same layout, values that grow, reset and vanish, VMs that come and go.</summary>
    public static Gen<Tick[]> Run { get; } =
        from seed in Gen.Int
        from length in Gen.Int[1, 30]
        from vms in Gen.Int[1, 8]
        select Simulate(new Random(seed), length, vms);

    private static Tick[] Simulate(Random random, int length, int vms)
    {
        List<int> subjects = [.. Enumerable.Range(2, vms)];
        MetricId[] metrics = [Metric.VmCpuTime, Metric.VmMemoryRss, Metric.VmCpuDelay];
        var counters = new Dictionary<(int, int), long>();
        var ticks = new Tick[length];
        for (int i = 0; i < length; i++)
        {
            if (random.Next(5) == 0 && subjects.Count > 0)
            {
                subjects.RemoveAt(random.Next(subjects.Count));
            }

            if (random.Next(5) == 0)
            {
                subjects.Add(100 + i);
            }

            var cells = new long?[subjects.Count * metrics.Length];
            for (int cell = 0; cell < cells.Length; cell++)
            {
                (int, int) key = (subjects[cell / metrics.Length], cell % metrics.Length);
                long value = random.Next(20) == 0 ? 0 : counters.GetValueOrDefault(key) + random.NextInt64(1L << random.Next(1, 63));
                counters[key] = value;
                cells[cell] = random.Next(8) == 0 ? null : value;
            }

            ticks[i] = new Tick(SampleTier.Fast, 1000 * i, random.Next(1000), 1, [new TableData(SubjectKind.Vm, [.. subjects], metrics, cells)]);
        }

        return ticks;
    }

    /// <summary>Fills a sample set.</summary>
    public static SampleSet Fill(this Tick tick, SampleSet target)
    {
        target.Reset();
        target.Tier = tick.Tier;
        target.TimeUnixMs = tick.Time;
        target.DurationMicroseconds = tick.Duration;
        target.InventoryVersion = tick.Version;
        foreach (TableData data in tick.Tables)
        {
            SampleTable table = target.Add(data.Kind, data.Metrics);
            for (int row = 0; row < data.Subjects.Length; row++)
            {
                table.AddRow(data.Subjects[row]);
                for (int column = 0; column < data.Metrics.Length; column++)
                {
                    if (data.Cells[(row * data.Metrics.Length) + column] is { } value)
                    {
                        table.Set(row, column, value);
                    }
                }
            }
        }

        return target;
    }

    /// <summary>Everything in a sample set as one text.</summary>
    public static string Describe(this SampleSet set)
    {
        var lines = new List<string> { $"{set.Tier} {set.TimeUnixMs} {set.DurationMicroseconds} {set.InventoryVersion}" };
        for (int i = 0; i < set.TableCount; i++)
        {
            SampleTable table = set[i];
            lines.Add($"{table.Kind}: {string.Join(',', table.Metrics.ToArray().Select(m => m.Value))}");
            for (int row = 0; row < table.RowCount; row++)
            {
                int at = row;
                IEnumerable<string> cells = Enumerable.Range(0, table.Metrics.Length)
                    .Select(column => table.TryGet(at, column, out long value) ? $"{value}" : "-");
                lines.Add($"  {table.Subjects[row]}: {string.Join(' ', cells)}");
            }
        }

        return string.Join('\n', lines);
    }
}

internal sealed record Tick(SampleTier Tier, long Time, long Duration, long Version, TableData[] Tables);

internal sealed record TableData(SubjectKind Kind, int[] Subjects, MetricId[] Metrics, long?[] Cells);
