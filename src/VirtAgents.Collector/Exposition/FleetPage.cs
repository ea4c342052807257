using System.Buffers;
using VirtAgents.Collector.Query;
using VirtAgents.Core.Metrics;
using VirtAgents.Storage;

namespace VirtAgents.Collector.Exposition;

/// <summary>
/// Everything /metrics tells of hosts and VMs at one moment, as text. It is put together once and then written piece by piece,
/// so that a slow reader holds the page up and not the memory.
/// </summary>
/// <remarks>
/// Lines carry no timestamps: with them Prometheus would go on showing the last value of a VM for five minutes after the page has
/// stopped to tell it, without them the series ends with the next scrape.
/// </remarks>
internal sealed class FleetPage : IDisposable
{
    private readonly LabelTable _labels = new();
    private readonly RowTable _rows = new();
    private int _next;
    private int _family = -1;

    private FleetPage()
    {
    }

    /// <summary>Number of lines with a value.</summary>
    public int Lines => _rows.Rows.Length;

    /// <summary>Puts a page together.</summary>
    /// <param name="directory">Hosts and VMs now.</param>
    /// <param name="values">Newest sampled values; null = they could not be read.</param>
    /// <param name="nowUnixMs">Now; milliseconds since 1970 UTC.</param>
    public static FleetPage Build(FleetDirectory directory, IReadOnlyList<SeriesValue>? values, long nowUnixMs)
    {
        var page = new FleetPage();
        page._rows.Add(MetricFamilies.StoreReadable, page._labels.Close(), values is null ? 0 : 1);
        new FleetPart(page._labels, page._rows, nowUnixMs).Add(directory);
        new SampledPart(page._labels, page._rows, directory).Add(values ?? []);
        page._rows.Sort();
        return page;
    }

    /// <summary>Writes so many bytes and a little more; false when nothing is left.</summary>
    public bool WriteSome(IBufferWriter<byte> output, int bytes)
    {
        ReadOnlySpan<Row> rows = _rows.Rows;
        Span<byte> room = output.GetSpan();
        int used = 0;
        while (_next < rows.Length && bytes > 0)
        {
            Row row = rows[_next++];
            MetricFamily family = MetricFamilies.All[row.Family];
            ReadOnlySpan<byte> header = row.Family == _family ? default : family.Header;
            ReadOnlySpan<byte> labels = _labels[row.Labels];
            int most = header.Length + family.Name.Length + labels.Length + FixedPoint.MaxLength + 1;
            if (room.Length - used < most)
            {
                output.Advance(used);
                room = output.GetSpan(most);
                used = 0;
            }

            int length = Write(room[used..], header, family, labels, row.Raw);
            (used, bytes, _family) = (used + length, bytes - length, row.Family);
        }

        output.Advance(used);
        return _next < rows.Length;
    }

    public void Dispose()
    {
        _labels.Dispose();
        _rows.Dispose();
    }

    private static int Write(Span<byte> line, ReadOnlySpan<byte> header, MetricFamily family, ReadOnlySpan<byte> labels, long raw)
    {
        header.CopyTo(line);
        int at = header.Length;
        family.Name.CopyTo(line[at..]);
        at += family.Name.Length;
        labels.CopyTo(line[at..]);
        at += labels.Length;
        at += FixedPoint.Write(line[at..], raw, family.Decimals, family.Unsigned);
        line[at++] = (byte)'\n';
        return at;
    }
}
