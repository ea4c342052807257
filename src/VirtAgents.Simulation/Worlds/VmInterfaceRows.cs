using VirtAgents.Core.Model;

namespace VirtAgents.Simulation.Worlds;

/// <summary>Rows of the interfaces of VMs that are in memory: others have no tap to read.</summary>
internal static class VmInterfaceRows
{
    private static readonly MetricId[] Columns =
    [
        Metric.NetReceiveBytes, Metric.NetReceivePackets, Metric.NetReceiveErrors, Metric.NetReceiveDrops,
        Metric.NetTransmitBytes, Metric.NetTransmitPackets, Metric.NetTransmitErrors, Metric.NetTransmitDrops,
    ];

    public static void Add(SimHost host, SampleSet target, long elapsedMs)
    {
        SampleTable table = target.Add(SubjectKind.VmInterface, Columns);
        foreach (SimVm vm in host.Vms)
        {
            if (vm.InMemory)
            {
                foreach (SimInterface card in vm.Interfaces)
                {
                    AddRow(table, card, elapsedMs);
                }
            }
        }
    }

    /// <summary>One row, in the order of columns that interfaces of VMs and of hosts share.</summary>
    public static void AddRow(SampleTable table, SimInterface card, long elapsedMs)
    {
        int row = table.AddRow(card.Index);
        long received = card.ReceiveBytes.At(elapsedMs);
        long sent = card.TransmitBytes.At(elapsedMs);
        table.Set(row, 0, received);
        table.Set(row, 1, SimInterface.PacketsOf(received));
        table.Set(row, 2, 0);
        table.Set(row, 3, 0);
        table.Set(row, 4, sent);
        table.Set(row, 5, SimInterface.PacketsOf(sent));
        table.Set(row, 6, 0);
        table.Set(row, 7, SimInterface.PacketsOf(card.DroppedBytes.At(elapsedMs)));
    }
}
