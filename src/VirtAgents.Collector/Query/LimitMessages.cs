using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Collector.Query;

/// <summary>Limits of VMs as messages. Those that are not known are left out.</summary>
internal static class LimitMessages
{
    public static IEnumerable<VmLimit> Of(VmInfo vm) =>
        All(vm).Where(limit => limit.Value is not null).Select(limit => new VmLimit { Device = limit.Device, Name = limit.Name, Value = (ulong)limit.Value! });

    private static IEnumerable<(string Device, string Name, long? Value)> All(VmInfo vm)
    {
        yield return ("", "percent", vm.CpuQuotaPercent);
        foreach (VmDiskInfo disk in vm.Disks)
        {
            yield return (disk.Target, "total_iops", disk.LimitIops);
            yield return (disk.Target, "total_bytes_per_second", disk.LimitBytesPerSecond);
        }

        foreach (VmInterfaceInfo card in vm.Interfaces)
        {
            yield return (card.Mac, "in_bytes_per_second", card.LimitInBytesPerSecond);
            yield return (card.Mac, "out_bytes_per_second", card.LimitOutBytesPerSecond);
        }
    }
}
