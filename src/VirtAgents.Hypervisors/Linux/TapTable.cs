using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using VirtAgents.Core.Model;

namespace VirtAgents.Hypervisors.Linux;

/// <summary>Finds the VM's interface of a tap, and fills the VmInterface table from /proc/net/dev.</summary>
internal sealed class TapTable
{
    private const int LongestName = 15;

    private static readonly ImmutableArray<MetricId> Columns = MetricCatalogue.ColumnsOf(SubjectKind.VmInterface, SampleTier.Fast);

    // What the host's end sends is what the VM receives.
    private static readonly (int Column, int Counter)[] Cells =
    [
        (Columns.IndexOf(Metric.NetReceiveBytes), NetDevFile.SideCounters + 0),
        (Columns.IndexOf(Metric.NetReceivePackets), NetDevFile.SideCounters + 1),
        (Columns.IndexOf(Metric.NetReceiveErrors), NetDevFile.SideCounters + 2),
        (Columns.IndexOf(Metric.NetReceiveDrops), NetDevFile.SideCounters + 3),
        (Columns.IndexOf(Metric.NetTransmitBytes), 0),
        (Columns.IndexOf(Metric.NetTransmitPackets), 1),
        (Columns.IndexOf(Metric.NetTransmitErrors), 2),
        (Columns.IndexOf(Metric.NetTransmitDrops), 3),
    ];

    private readonly Dictionary<UInt128, (int Process, int Index)> _taps = [];
    private QemuProcess[] _processes = [];

    /// <summary>Number of taps known.</summary>
    public int Count => _taps.Count;

    /// <summary>Learns the taps of the processes; does nothing when they are those of the last call.</summary>
    public void Learn(ReadOnlySpan<QemuProcess> processes)
    {
        if (IsSame(processes))
        {
            return;
        }

        _processes = processes.ToArray();
        _taps.Clear();
        for (int i = 0; i < _processes.Length; i++)
        {
            foreach ((int index, string tap) in _processes[i].Interfaces)
            {
                if (tap.Length > 0 && Encoding.UTF8.GetByteCount(tap) <= LongestName)
                {
                    _taps[Key(Encoding.UTF8.GetBytes(tap))] = (i, index);
                }
            }
        }
    }

    /// <summary>Adds a row for each known tap whose process is alive.</summary>
    public void Fill(ReadOnlySpan<byte> text, ReadOnlySpan<bool> alive, SampleSet target)
    {
        Span<long> counters = stackalloc long[NetDevFile.Counters];
        SampleTable table = target.Add(SubjectKind.VmInterface, Columns.AsSpan());
        while (NetDevFile.TryTake(ref text, out ReadOnlySpan<byte> name, counters))
        {
            if (name.Length <= LongestName && _taps.TryGetValue(Key(name), out (int Process, int Index) tap) && alive[tap.Process])
            {
                int row = table.AddRow(tap.Index);
                foreach ((int column, int counter) in Cells)
                {
                    table.Set(row, column, counters[counter]);
                }
            }
        }
    }

    private bool IsSame(ReadOnlySpan<QemuProcess> processes)
    {
        if (processes.Length != _processes.Length)
        {
            return false;
        }

        for (int i = 0; i < processes.Length; i++)
        {
            if (!ReferenceEquals(processes[i], _processes[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A name as a number, for a dictionary that needs no string: the kernel's names have 15 bytes at most.</summary>
    private static UInt128 Key(ReadOnlySpan<byte> name)
    {
        Span<byte> padded = stackalloc byte[16];
        padded.Clear();
        name.CopyTo(padded);
        return MemoryMarshal.Read<UInt128>(padded);
    }
}
