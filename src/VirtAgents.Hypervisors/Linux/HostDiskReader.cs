using System.Collections.Immutable;
using VirtAgents.Core.Model;

namespace VirtAgents.Hypervisors.Linux;

/// <summary>Fills the HostDisk table from /proc/diskstats.</summary>
internal sealed class HostDiskReader(LinuxRoots roots) : IDisposable
{
    private const int Figures = 10;

    // The kernel counts sectors of 512 bytes here whatever the sectors of the disk are.
    private const long SectorBytes = 512;
    private static readonly ImmutableArray<MetricId> Columns = MetricCatalogue.ColumnsOf(SubjectKind.HostDisk, SampleTier.Fast);

    private static readonly (int Column, int Figure, long Factor)[] Cells =
    [
        (Columns.IndexOf(Metric.HostDiskReads), 0, 1),
        (Columns.IndexOf(Metric.HostDiskReadBytes), 2, SectorBytes),
        (Columns.IndexOf(Metric.HostDiskReadTime), 3, 1),
        (Columns.IndexOf(Metric.HostDiskWrites), 4, 1),
        (Columns.IndexOf(Metric.HostDiskWriteBytes), 6, SectorBytes),
        (Columns.IndexOf(Metric.HostDiskWriteTime), 7, 1),
        (Columns.IndexOf(Metric.HostDiskBusyTime), 9, 1),
    ];

    private readonly KernelFile _file = new($"{roots.Proc}/diskstats", new FileBudget(1));
    private byte[] _buffer = new byte[8 * 1024];

    public void Read(DeviceTable disks, SampleSet target)
    {
        if (disks.Count == 0)
        {
            return;
        }

        ReadOnlySpan<byte> text = _file.ReadWhole(ref _buffer);
        SampleTable table = target.Add(SubjectKind.HostDisk, Columns.AsSpan());
        while (KernelText.TryTakeLine(ref text, out ReadOnlySpan<byte> line))
        {
            KernelText.SkipWords(ref line, 2);
            int index = disks.Find(KernelText.TakeWord(ref line));
            if (index >= 0)
            {
                AddRow(table, index, line);
            }
        }
    }

    public void Dispose() => _file.Dispose();

    private static void AddRow(SampleTable table, int index, ReadOnlySpan<byte> line)
    {
        Span<long> figures = stackalloc long[Figures];
        for (int i = 0; i < Figures; i++)
        {
            if (!KernelText.TryTakeNumber(ref line, out figures[i]))
            {
                return;
            }
        }

        int row = table.AddRow(index);
        foreach ((int column, int figure, long factor) in Cells)
        {
            table.Set(row, column, figures[figure] * factor);
        }
    }
}
