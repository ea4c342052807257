using System.Security.Cryptography;
using VirtAgents.Protocol.V1;
using SubjectKind = VirtAgents.Core.Model.SubjectKind;

namespace VirtAgents.Protocol;

/// <summary>Checks of what a peer sent. Each returns what is wrong, or null.</summary>
internal static class WireCheck
{
    /// <summary>A number within 0 and a limit.</summary>
    public static string? Number(string field, ulong value, ulong highest) =>
        value <= highest ? null : $"{field} {value} is out of range (0 to {highest})";

    /// <summary>Texts of a bearable length.</summary>
    public static string? Text(string field, int longest, params ReadOnlySpan<string> texts)
    {
        foreach (string text in texts)
        {
            if (text.Length > longest)
            {
                return $"a text of {field} has {text.Length} characters (at most {longest})";
            }
        }

        return null;
    }

    /// <summary>Everything in an inventory but its host.</summary>
    public static string? Inventory(V1.Inventory message, ProtocolLimits limits)
    {
        long subjects = message.Pools.Count + message.Devices.Count + message.RemovedVms.Count + message.RemovedPools.Count
            + message.RemovedDevices.Count + message.Volumes.Count + message.RemovedVolumes.Count + message.Vms.Sum(v => 1L + v.Disks.Count + v.Interfaces.Count);
        return Number("inventory.version", message.Version, long.MaxValue)
            ?? Number("inventory.base_version", message.BaseVersion, long.MaxValue)
            ?? (subjects > limits.Subjects ? $"inventory has {subjects} entries (at most {limits.Subjects})" : null)
            ?? First(message.Vms, vm => Vm(vm, limits))
            ?? First(message.Pools, p => Index("pool", p.Index, limits) ?? Text("pool", limits.TextLength, p.Name, p.Type, p.Path))
            ?? First(message.Devices, d => Device(d, limits))
            ?? First(message.Volumes, v => Index("volume", v.Index, limits) ?? Text("volume", limits.TextLength, v.Pool, v.Name))
            ?? First(message.RemovedVms, i => Index("removed VM", i, limits))
            ?? First(message.RemovedPools, i => Index("removed pool", i, limits))
            ?? First(message.RemovedDevices, i => Index("removed device", i, limits))
            ?? First(message.RemovedVolumes, i => Index("removed volume", i, limits));
    }

    private static string? Vm(VmDescription vm, ProtocolLimits limits)
    {
        if (!WireGuid.TryRead(vm.Id, out Guid id) || id == Guid.Empty)
        {
            return $"id of VM '{vm.Name}' is missing or not a UUID of 16 bytes";
        }

        return Index("VM", vm.Index, limits)
            ?? Number("vcpu_count", vm.VcpuCount, int.MaxValue)
            ?? Number("memory_bytes", vm.MemoryBytes, long.MaxValue)
            ?? Number("cpu_quota_percent", vm.CpuQuotaPercent, long.MaxValue)
            ?? (vm.DefinitionDigest.Length is 0 or SHA256.HashSizeInBytes ? null : $"definition_digest has {vm.DefinitionDigest.Length} bytes (none or {SHA256.HashSizeInBytes})")
            ?? Text("VM", limits.TextLength, vm.Name, vm.Tenant)
            ?? First(vm.Disks, d => Disk(d, limits))
            ?? First(vm.Interfaces, n => Interface(n, limits));
    }

    private static string? Disk(DiskDescription disk, ProtocolLimits limits) =>
        Index("disk", disk.Index, limits)
        ?? Text("disk", limits.TextLength, disk.Target, disk.Source, disk.Pool)
        ?? Number("limit_iops", disk.LimitIops, long.MaxValue)
        ?? Number("limit_bytes_per_second", disk.LimitBytesPerSecond, long.MaxValue);

    private static string? Interface(InterfaceDescription card, ProtocolLimits limits) =>
        Index("interface", card.Index, limits)
        ?? Text("interface", limits.TextLength, card.Mac, card.Target, card.Network)
        ?? Number("limit_in_bytes_per_second", card.LimitInBytesPerSecond, long.MaxValue)
        ?? Number("limit_out_bytes_per_second", card.LimitOutBytesPerSecond, long.MaxValue);

    private static string? Device(HostDeviceDescription device, ProtocolLimits limits) =>
        device.Kind is (uint)SubjectKind.HostDisk or (uint)SubjectKind.HostInterface
            ? Index("device", device.Index, limits) ?? Text("device", limits.TextLength, device.Name)
            : $"kind {device.Kind} of device '{device.Name}' is not a host disk (6) or host interface (7)";

    private static string? Index(string what, uint index, ProtocolLimits limits) =>
        Number($"index of {what}", index, (ulong)limits.HighestIndex);

    private static string? First<T>(IEnumerable<T> items, Func<T, string?> check)
    {
        foreach (T item in items)
        {
            if (check(item) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }
}
