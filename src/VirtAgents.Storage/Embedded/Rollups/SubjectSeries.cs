using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded.Sealing;

namespace VirtAgents.Storage.Embedded.Rollups;

/// <summary>The samples of one subject in the cells of an hour and in those before it, by metric.</summary>
internal sealed class SubjectSeries(SubjectKind kind)
{
    private readonly Dictionary<MetricId, List<(HourBlock Block, int Position, int Row)>> _parts = [];

    public SubjectKind Kind { get; } = kind;

    public IEnumerable<MetricId> Metrics => _parts.Keys;

    /// <summary>All subjects of some cells, by id. Cells that come first are older.</summary>
    public static SortedDictionary<int, SubjectSeries> Of(params ReadOnlySpan<HourCells> cells)
    {
        var subjects = new SortedDictionary<int, SubjectSeries>();
        foreach (HourCells hour in cells)
        {
            foreach (HourBlock block in hour.Blocks)
            {
                Add(subjects, block);
            }
        }

        return subjects;
    }

    /// <summary>The samples as series.</summary>
    /// <param name="times">Times arrays that were made before, so that series of the same ticks share one.</param>
    /// <param name="epochs">An array full of the number of the stream, long enough for every series.</param>
    public Dictionary<MetricId, RawSeries> ToSeries(SharedTimes times, int[] epochs) =>
        _parts.ToDictionary(p => p.Key, p => ToSeries(p.Value, times, epochs));

    private static void Add(SortedDictionary<int, SubjectSeries> subjects, HourBlock block)
    {
        for (int row = 0; row < block.Subjects.Length; row++)
        {
            if (!subjects.TryGetValue(block.Subjects[row], out SubjectSeries? subject))
            {
                subjects.Add(block.Subjects[row], subject = new SubjectSeries(block.Kind));
            }

            for (int position = 0; position < block.Metrics.Length; position++)
            {
                if (!subject._parts.TryGetValue(block.Metrics[position], out List<(HourBlock, int, int)>? parts))
                {
                    subject._parts.Add(block.Metrics[position], parts = []);
                }

                parts.Add((block, position, row));
            }
        }
    }

    private static RawSeries ToSeries(List<(HourBlock Block, int Position, int Row)> parts, SharedTimes shared, int[] epochs)
    {
        int ticks = parts.Sum(p => p.Block.TickCount);
        long[] values = new long[ticks];
        long[] row = shared.Row(ticks);
        ulong[] presence = shared.Presence(ticks);
        int count = 0;
        long[]? times = null;
        foreach ((HourBlock block, int position, int number) in parts)
        {
            int found = block.Column(position).Row(number, block.Subjects.Length, row.AsSpan(0, block.TickCount), presence);
            if (found < block.TickCount)
            {
                times ??= shared.Times(parts).ToArray();
            }

            for (int tick = 0; tick < block.TickCount && found > 0; tick++)
            {
                if ((presence[tick >> 6] & (1UL << (tick & 63))) != 0)
                {
                    if (times is not null)
                    {
                        times[count] = block.Times[tick];
                    }

                    values[count++] = row[tick];
                }
            }
        }

        return Ordered(times ?? shared.Times(parts), values, count, epochs);
    }

    // Ticks of several blocks may overlap (an inventory changed, an agent was late); of one time the one that came last counts.
    private static RawSeries Ordered(long[] times, long[] values, int count, int[] epochs)
    {
        bool ascending = true;
        for (int i = 1; i < count && ascending; i++)
        {
            ascending = times[i] > times[i - 1];
        }

        if (ascending)
        {
            return count == times.Length ? new RawSeries(times, values, epochs) : new RawSeries(times[..count], values[..count], epochs);
        }

        int[] order = [.. Enumerable.Range(0, count).OrderBy(i => times[i])];
        int[] kept = [.. order.Where((at, i) => i + 1 == count || times[order[i + 1]] != times[at])];
        return new RawSeries([.. kept.Select(i => times[i])], [.. kept.Select(i => values[i])], epochs);
    }
}

/// <summary>Arrays that the series of one stream share.</summary>
internal sealed class SharedTimes
{
    private readonly Dictionary<string, long[]> _byBlocks = [];
    private readonly Dictionary<HourBlock, long[]> _byBlock = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<HourBlock, int> _numbers = new(ReferenceEqualityComparer.Instance);
    private long[] _row = [];
    private ulong[] _presence = [];

    public long[] Row(int ticks) => _row.Length >= ticks ? _row : _row = new long[ticks];

    public ulong[] Presence(int ticks) => _presence.Length * 64 >= ticks ? _presence : _presence = new ulong[(ticks + 63) / 64];

    /// <summary>The times of all ticks of some blocks, one after another. Not to be changed.</summary>
    public long[] Times(List<(HourBlock Block, int Position, int Row)> parts)
    {
        if (parts is [var (only, _, _)])
        {
            return _byBlock.TryGetValue(only, out long[]? known) ? known : _byBlock[only] = only.Times.ToArray();
        }

        string key = string.Join(',', parts.Select(p => NumberOf(p.Block)));
        if (!_byBlocks.TryGetValue(key, out long[]? times))
        {
            _byBlocks.Add(key, times = [.. parts.SelectMany(p => p.Block.Times.ToArray())]);
        }

        return times;
    }

    private int NumberOf(HourBlock block)
    {
        if (!_numbers.TryGetValue(block, out int number))
        {
            _numbers.Add(block, number = _numbers.Count);
        }

        return number;
    }
}
