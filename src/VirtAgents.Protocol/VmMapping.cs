using Google.Protobuf;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Protocol;

/// <summary>VMs of an inventory on the wire. Reading takes messages that were checked.</summary>
internal static class VmMapping
{
    public static VmDescription ToWire(VmInfo vm)
    {
        VmDescription message = new()
        {
            Index = (uint)vm.Index,
            Id = WireGuid.ToWire(vm.Id.Value),
            Name = vm.Name,
            Tenant = vm.Tenant,
            VcpuCount = (uint)vm.VcpuCount,
            MemoryBytes = (ulong)vm.MemoryBytes,
            Disks = { vm.Disks.Select(ToWire) },
            Interfaces = { vm.Interfaces.Select(ToWire) },
        };
        if (vm.CpuQuotaPercent is { } quota)
        {
            message.CpuQuotaPercent = (ulong)quota;
        }

        if (vm.DefinitionDigest is { } digest)
        {
            message.DefinitionDigest = ByteString.CopyFrom(Convert.FromHexString(digest));
        }

        if (vm.HasAutostart is { } starts)
        {
            message.Autostart = starts;
        }

        return message;
    }

    public static VmInfo FromWire(VmDescription vm)
    {
        WireGuid.TryRead(vm.Id, out Guid id);
        return new VmInfo(
            (int)vm.Index,
            new VmId(id),
            vm.Name,
            vm.Tenant,
            (int)vm.VcpuCount,
            (long)vm.MemoryBytes,
            [.. vm.Disks.Select(FromWire)],
            [.. vm.Interfaces.Select(FromWire)])
        {
            CpuQuotaPercent = vm.HasCpuQuotaPercent ? (long)vm.CpuQuotaPercent : null,
            DefinitionDigest = vm.DefinitionDigest.IsEmpty ? null : Convert.ToHexStringLower(vm.DefinitionDigest.Span),
            HasAutostart = vm.HasAutostart ? vm.Autostart : null,
        };
    }

    private static DiskDescription ToWire(VmDiskInfo disk)
    {
        DiskDescription message = new() { Index = (uint)disk.Index, Target = disk.Target, Source = disk.Source, Pool = disk.Pool };
        if (disk.LimitIops is { } iops)
        {
            message.LimitIops = (ulong)iops;
        }

        if (disk.LimitBytesPerSecond is { } bytes)
        {
            message.LimitBytesPerSecond = (ulong)bytes;
        }

        return message;
    }

    private static InterfaceDescription ToWire(VmInterfaceInfo card)
    {
        InterfaceDescription message = new() { Index = (uint)card.Index, Mac = card.Mac, Target = card.Target, Network = card.Network };
        if (card.LimitInBytesPerSecond is { } received)
        {
            message.LimitInBytesPerSecond = (ulong)received;
        }

        if (card.LimitOutBytesPerSecond is { } sent)
        {
            message.LimitOutBytesPerSecond = (ulong)sent;
        }

        return message;
    }

    private static VmDiskInfo FromWire(DiskDescription disk) => new((int)disk.Index, disk.Target, disk.Source, disk.Pool)
    {
        LimitIops = disk.HasLimitIops ? (long)disk.LimitIops : null,
        LimitBytesPerSecond = disk.HasLimitBytesPerSecond ? (long)disk.LimitBytesPerSecond : null,
    };

    private static VmInterfaceInfo FromWire(InterfaceDescription card) => new((int)card.Index, card.Mac, card.Target, card.Network)
    {
        LimitInBytesPerSecond = card.HasLimitInBytesPerSecond ? (long)card.LimitInBytesPerSecond : null,
        LimitOutBytesPerSecond = card.HasLimitOutBytesPerSecond ? (long)card.LimitOutBytesPerSecond : null,
    };
}
