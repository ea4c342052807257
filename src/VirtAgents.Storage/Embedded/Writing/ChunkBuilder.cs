using VirtAgents.Storage.Embedded.Format;

namespace VirtAgents.Storage.Embedded.Writing;

/// <summary>Turns the reports of a batch into one blob: a section for each hour and stream, ordered so.</summary>
internal sealed class ChunkBuilder
{
    private readonly SectionWriter _sections = new();
    private readonly ByteWriter _data = new();
    private readonly List<(long Hour, ChunkDirectory Directory)> _hours = [];
    private int _hourCount;

    public ReadOnlySpan<byte> Data => _data.Written;

    public int HourCount => _hourCount;

    public (long Hour, ChunkDirectory Directory) HourAt(int index) => _hours[index];

    public long MaxMs => _hours[_hourCount - 1].Directory.MaxMs;

    /// <summary>Builds the blob and returns how many values it holds. Reorders the reports.</summary>
    public long Build(List<Accepted> reports)
    {
        _data.Clear();
        _hourCount = 0;
        reports.Sort(Compare);
        ReadOnlySpan<Accepted> all = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(reports);
        long values = 0;
        for (int start = 0; start < all.Length;)
        {
            int end = start + 1;
            while (end < all.Length && all[end].Hour == all[start].Hour && all[end].Stream == all[start].Stream)
            {
                end++;
            }

            values += AddSection(all[start..end]);
            start = end;
        }

        return values;
    }

    private static int Compare(Accepted a, Accepted b)
    {
        int order = a.Hour.CompareTo(b.Hour);
        order = order != 0 ? order : a.Stream.Id.CompareTo(b.Stream.Id);
        order = order != 0 ? order : a.Report.Samples.TimeUnixMs.CompareTo(b.Report.Samples.TimeUnixMs);
        return order != 0 ? order : a.Order.CompareTo(b.Order);
    }

    private long AddSection(ReadOnlySpan<Accepted> reports)
    {
        int offset = _data.Length;
        long values = _sections.Write(_data, reports);
        DirectoryOf(reports[0].Hour).Add(
            reports[0].Stream.Id,
            offset,
            _data.Length - offset,
            reports[0].Report.Samples.TimeUnixMs,
            reports[^1].Report.Samples.TimeUnixMs);
        return values;
    }

    private ChunkDirectory DirectoryOf(long hour)
    {
        if (_hourCount > 0 && _hours[_hourCount - 1].Hour == hour)
        {
            return _hours[_hourCount - 1].Directory;
        }

        if (_hourCount == _hours.Count)
        {
            _hours.Add((hour, new ChunkDirectory()));
        }

        ChunkDirectory directory = _hours[_hourCount].Directory;
        directory.Clear();
        _hours[_hourCount++] = (hour, directory);
        return directory;
    }
}
