using CsCheck;
using Google.Protobuf;
using VirtAgents.Core.Model;

namespace VirtAgents.Protocol.Tests;

public sealed class InventoryMappingTests
{
    private static readonly Gen<long?> AnyLimit = Gen.OneOf(Gen.Const((long?)null), Gen.Const((long?)0), Gen.Long[1, long.MaxValue].Select(l => (long?)l));

    private static readonly Gen<VmInfo> AnyVm =
        from index in Gen.Int[2, 60]
        from id in Gen.Guid
        from name in Gen.String[Gen.Char.AlphaNumeric, 0, 12]
        from vcpus in Gen.Int[0, 64]
        from memory in Gen.Long[0, 1L << 50]
        from disks in Gen.Int[0, 2]
        from nics in Gen.Int[0, 2]
        from limits in AnyLimit.Array[5]
        from digest in Gen.Byte.Array[32]
        from known in Gen.Int[0, 2]
        select new VmInfo(
            index, new VmId(id), name, "tenant", vcpus, memory,
            [.. Enumerable.Range(0, disks).Select(i => new VmDiskInfo(1000 + (index * 10) + i, $"vd{(char)('a' + i)}", $"/images/{name}", "pool") { LimitIops = limits[0], LimitBytesPerSecond = limits[1] })],
            [.. Enumerable.Range(0, nics).Select(i => new VmInterfaceInfo(1005 + (index * 10) + i, $"52:54:00:00:00:0{i}", "tap0", "br0") { LimitInBytesPerSecond = limits[2], LimitOutBytesPerSecond = limits[3] })])
        {
            CpuQuotaPercent = limits[4],
            DefinitionDigest = known == 0 ? null : Convert.ToHexStringLower(digest),
            HasAutostart = known == 0 ? null : known == 1,
        };

    private static readonly Gen<Inventory> AnyInventory =
        from version in Gen.Long[1, 100]
        from vms in AnyVm.Array[0, 8]
        from pools in Gen.Int[70, 75].HashSet[0, 3]
        from devices in Gen.Int[80, 85].HashSet[0, 3]
        from volumes in Gen.Int[90, 95].HashSet[0, 3]
        select new Inventory(
            version,
            new HostInfo(new HostId(Guid.Parse("0f7ff3b5-2f57-4c8e-9e57-d1d2b4f2a001")), "h1", "QEMU", 8, 1L << 36, "cpu"),
            [.. vms.DistinctBy(v => v.Index).OrderBy(v => v.Index)],
            [.. pools.Order().Select(i => new PoolInfo(i, $"pool{i}", "dir", "/pool", i % 2 == 0))],
            [.. devices.Order().Select(i => new HostDeviceInfo(i, SubjectKind.HostDisk, $"sd{i}"))])
        {
            Volumes = [.. volumes.Order().Select(i => new VolumeInfo(i, "pool70", $"{i}.qcow2"))],
        };

    [Fact]
    public void Change_BetweenAnyInventoriesOverTheWire_LeadsToTheSecond() =>
        Gen.Select(AnyInventory, AnyInventory).Sample((before, after) =>
        {
            InventoryChange change = Transfer(InventoryChange.Between(before, after));
            AssertSame(after, change.ApplyTo(before));
        });

    [Fact]
    public void Whole_OverTheWire_NeedsNoBase() =>
        AnyInventory.Sample(inventory => AssertSame(inventory, Transfer(InventoryChange.Whole(inventory)).ApplyTo(Inventory.Empty)));

    [Fact]
    public void ApplyTo_OtherVersion_IsRefused()
    {
        Inventory seven = Inventory.Empty with { Version = 7 };
        InventoryChange change = InventoryChange.Between(seven, seven with { Version = 8 });
        Assert.Throws<ArgumentException>(() => change.ApplyTo(seven with { Version = 6 }));
    }

    [Fact]
    public void TryFromWire_VmWithoutId_NamesTheVm()
    {
        V1.Inventory message = Valid();
        message.Vms.Add(new V1.VmDescription { Index = 3, Name = "web1", Id = ByteString.CopyFrom(1, 2) });
        Assert.False(InventoryMapping.TryFromWire(message, ProtocolLimits.Default, out _, out string? problem));
        Assert.Equal("id of VM 'web1' is missing or not a UUID of 16 bytes", problem);
    }

    [Fact]
    public void TryFromWire_LimitOutOfRange_IsRefused()
    {
        V1.VmDescription vm = new() { Index = 3, Name = "web1", Id = WireGuid.ToWire(Guid.NewGuid()) };
        vm.Interfaces.Add(new V1.InterfaceDescription { Index = 4, LimitOutBytesPerSecond = ulong.MaxValue });
        V1.Inventory message = Valid();
        message.Vms.Add(vm);
        Assert.False(InventoryMapping.TryFromWire(message, ProtocolLimits.Default, out _, out string? problem));
        Assert.Equal($"limit_out_bytes_per_second {ulong.MaxValue} is out of range (0 to {long.MaxValue})", problem);
    }

    [Fact]
    public void TryFromWire_TooManySubjects_IsRefused()
    {
        V1.Inventory message = Valid();
        message.RemovedVms.AddRange(Enumerable.Repeat(5u, 70_000));
        Assert.False(InventoryMapping.TryFromWire(message, ProtocolLimits.Default, out _, out string? problem));
        Assert.Contains("70000 entries (at most 65536)", problem, StringComparison.Ordinal);
    }

    private static V1.Inventory Valid() => InventoryMapping.ToWire(InventoryChange.Whole(
        Inventory.Empty with { Version = 1, Host = new HostInfo(new HostId(Guid.Parse("0f7ff3b5-2f57-4c8e-9e57-d1d2b4f2a001")), "h1", "", 0, 0, "") }));

    private static InventoryChange Transfer(InventoryChange change)
    {
        byte[] bytes = InventoryMapping.ToWire(change).ToByteArray();
        Assert.True(
            InventoryMapping.TryFromWire(V1.Inventory.Parser.ParseFrom(bytes), ProtocolLimits.Default, out InventoryChange? received, out string? problem),
            problem);
        return received;
    }

    private static void AssertSame(Inventory expected, Inventory actual)
    {
        Assert.Equal(expected.Version, actual.Version);
        Assert.Equal(expected.Host, actual.Host);
        Assert.Equal(expected.Vms.ToArray(), actual.Vms.ToArray());
        Assert.Equal(expected.Pools.ToArray(), actual.Pools.ToArray());
        Assert.Equal(expected.Devices.ToArray(), actual.Devices.ToArray());
        Assert.Equal(expected.Volumes.ToArray(), actual.Volumes.ToArray());
    }
}
