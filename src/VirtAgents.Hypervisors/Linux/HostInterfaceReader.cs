using System.Collections.Immutable;
using VirtAgents.Core.Model;

namespace VirtAgents.Hypervisors.Linux;

/// <summary>Fills the HostInterface table from /proc/net/dev.</summary>
internal sealed class HostInterfaceReader(LinuxRoots roots) : IDisposable
{
    private static readonly ImmutableArray<MetricId> Columns = MetricCatalogue.ColumnsOf(SubjectKind.HostInterface, SampleTier.Fast);

    private static readonly (int Column, int Counter)[] Cells =
    [
        (Columns.IndexOf(Metric.HostNetReceiveBytes), 0),
        (Columns.IndexOf(Metric.HostNetReceivePackets), 1),
        (Columns.IndexOf(Metric.HostNetReceiveErrors), 2),
        (Columns.IndexOf(Metric.HostNetReceiveDrops), 3),
        (Columns.IndexOf(Metric.HostNetTransmitBytes), NetDevFile.SideCounters + 0),
        (Columns.IndexOf(Metric.HostNetTransmitPackets), NetDevFile.SideCounters + 1),
        (Columns.IndexOf(Metric.HostNetTransmitErrors), NetDevFile.SideCounters + 2),
        (Columns.IndexOf(Metric.HostNetTransmitDrops), NetDevFile.SideCounters + 3),
    ];

    private readonly NetDevFile _file = new(roots);

    public void Read(DeviceTable interfaces, SampleSet target)
    {
        if (interfaces.Count == 0)
        {
            return;
        }

        Span<long> counters = stackalloc long[NetDevFile.Counters];
        ReadOnlySpan<byte> text = _file.Read();
        SampleTable table = target.Add(SubjectKind.HostInterface, Columns.AsSpan());
        while (NetDevFile.TryTake(ref text, out ReadOnlySpan<byte> name, counters))
        {
            int index = interfaces.Find(name);
            if (index >= 0)
            {
                int row = table.AddRow(index);
                foreach ((int column, int counter) in Cells)
                {
                    table.Set(row, column, counters[counter]);
                }
            }
        }
    }

    public void Dispose() => _file.Dispose();
}
