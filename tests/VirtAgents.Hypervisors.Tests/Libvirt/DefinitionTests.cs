using System.Xml;
using VirtAgents.Hypervisors.Libvirt;

namespace VirtAgents.Hypervisors.Tests.Libvirt;

public sealed class DefinitionTests
{
    private const string Domain = """
        <domain type='kvm' id='3'>
          <name>web</name>
          <uuid>9e27eb22-ab52-9e03-a656-4111fcff9bda</uuid>
          <metadata>
            <virtagents:tenant xmlns:virtagents="https://virtagents.dev/xmlns/1"> acme </virtagents:tenant>
          </metadata>
          <memory unit='KiB'>98304</memory>
          <vcpu placement='static' current='2'>4</vcpu>
          <devices>
            <disk type='file' device='disk'><source file='/images/web.qcow2'/><target dev='vda' bus='virtio'/><alias name='virtio-disk0'/></disk>
            <disk type='volume' device='disk'><source pool='fast' volume='data'/><target dev='vdb'/></disk>
            <disk type='network' device='disk'><source protocol='rbd' name='pool/image'/><target dev='vdc'/></disk>
            <disk type='file' device='cdrom'><target dev='sda'/></disk>
            <interface type='bridge'><mac address='52:54:00:AB:16:C8'/><source bridge='br0'/><target dev='tap0'/></interface>
            <interface type='network'><mac address='52:54:00:ab:16:c9'/><source network='default'/></interface>
          </devices>
        </domain>
        """;

    [Fact]
    public void Parse_Domain_HasAllOfInterest()
    {
        DomainDefinition web = DomainDefinition.Parse(Domain);

        Assert.Equal(("web", "acme", 2, 98_304 * 1024L), (web.Name, web.Tenant, web.VcpuCount, web.MemoryBytes));
        Assert.Equal(Guid.Parse("9e27eb22-ab52-9e03-a656-4111fcff9bda"), web.Uuid);
        Assert.Equal(
            [
                Free("vda", "/images/web.qcow2", "", "virtio-disk0"), Free("vdb", "data", "fast", ""),
                Free("vdc", "rbd:pool/image", "", ""), Free("sda", "", "", ""),
            ],
            web.Disks);
        Assert.Equal(
            [Free("52:54:00:ab:16:c8", "tap0", "br0"), Free("52:54:00:ab:16:c9", "", "default")], web.Interfaces);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("<graphics type='vnc' port='-1'/>", "")]
    [InlineData("<graphics type='vnc' listen='127.0.0.1'><listen type='address' address='127.0.0.1'/></graphics>", "")]
    [InlineData("<graphics type='spice'><listen type='none'/></graphics>", "")]
    [InlineData("<graphics type='vnc' listen='0.0.0.0'/>", "its console can be reached from other machines, and its password, if it has one, is not kept")]
    [InlineData("<graphics type='vnc'><listen type='address' address='::'/></graphics>", "its console can be reached from other machines, and its password, if it has one, is not kept")]
    [InlineData("<graphics type='vnc'><listen type='network' network='mgmt'/></graphics>", "its console can be reached from other machines, and its password, if it has one, is not kept")]
    [InlineData("<hostdev mode='subsystem' type='pci'/>", "it has a hostdev device, which is one of this host")]
    [InlineData("<filesystem type='mount'><source dir='/srv'/></filesystem>", "it has a filesystem device, which is one of this host")]
    [InlineData("<interface type='hostdev'/>", "one of its interfaces is a device of this host")]
    [InlineData("<interface type='bridge'/><interface type='network'/><interface type='direct'/><interface type='user'/>", "")]
    [InlineData("<tpm><backend type='emulator' version='2.0'/></tpm>", "the state of its TPM is on this host")]
    public void Next_Devices_AreTiedToTheHostOrNot(string devices, string tie) =>
        Assert.Equal(tie, NextDefinition.Parse($"<domain><devices>{devices}</devices></domain>").Tie);

    [Fact]
    public void Next_Domain_HasItsDisksAndTheVariablesOfItsFirmware()
    {
        NextDefinition next = NextDefinition.Parse(Domain.Replace("<devices>", "<os><nvram>/vars/web.fd</nvram></os><devices>", StringComparison.Ordinal));
        Assert.Equal([("vda", "/images/web.qcow2", ""), ("vdb", "data", "fast"), ("vdc", "rbd:pool/image", ""), ("nvram", "/vars/web.fd", "")], next.Files.Select(f => (f.Target, f.Source, f.Pool)));
    }

    [Theory]
    [InlineData("", 0L)]
    [InlineData("<cputune><shares>512</shares></cputune>", 0L)]
    [InlineData("<cputune><period>100000</period><quota>-1</quota></cputune>", 0L)]
    [InlineData("<cputune><period>100000</period><quota>50000</quota></cputune>", 50L)]
    [InlineData("<cputune><quota>20000</quota></cputune>", 20L)]
    [InlineData("<cputune><period>1000000</period><quota>1000</quota></cputune>", 1L)]
    [InlineData("<cputune><global_period>100000</global_period><global_quota>50000</global_quota></cputune>", null)]
    [InlineData("<cputune><quota>much</quota></cputune>", null)]
    [InlineData("<cputune><period>0</period><quota>1000</quota></cputune>", null)]
    public void Parse_CpuTuning_IsPercentNoneOrUnknown(string xml, long? percent) =>
        Assert.Equal(percent, DomainDefinition.Parse($"<domain>{xml}</domain>").CpuQuotaPercent);

    [Theory]
    [InlineData("", 0L, 0L)]
    [InlineData("<iotune><total_iops_sec>500</total_iops_sec></iotune>", 500L, 0L)]
    [InlineData("<iotune><total_bytes_sec>1048576</total_bytes_sec><total_bytes_sec_max>9</total_bytes_sec_max></iotune>", 0L, 1_048_576L)]
    [InlineData("<iotune><read_iops_sec>500</read_iops_sec><total_bytes_sec>7</total_bytes_sec></iotune>", null, 7L)]
    [InlineData("<iotune><total_iops_sec>many</total_iops_sec></iotune>", null, 0L)]
    public void Parse_DiskTuning_IsTheLimitOfBothWaysTogether(string xml, long? iops, long? bytes)
    {
        DomainDisk disk = DomainDefinition.Parse($"<domain><devices><disk><target dev='vda'/>{xml}</disk></devices></domain>").Disks.Single();

        Assert.Equal((iops, bytes), (disk.LimitIops, disk.LimitBytesPerSecond));
    }

    [Theory]
    [InlineData("", 0L, 0L)]
    [InlineData("<bandwidth><inbound average='1000' peak='5000' burst='1024'/><outbound average='128'/></bandwidth>", 1_024_000L, 131_072L)]
    [InlineData("<bandwidth><inbound floor='200'/></bandwidth>", 0L, 0L)]
    [InlineData("<bandwidth><outbound average='9223372036854775807'/></bandwidth>", 0L, null)]
    [InlineData("<bandwidth><outbound average='-1'/></bandwidth>", 0L, null)]
    public void Parse_Bandwidth_IsBytesPerSecond(string xml, long? received, long? sent)
    {
        string domain = $"<domain><devices><interface><mac address='52:54:00:ab:16:c8'/>{xml}</interface></devices></domain>";
        DomainInterface card = DomainDefinition.Parse(domain).Interfaces.Single();

        Assert.Equal((received, sent), (card.LimitInBytesPerSecond, card.LimitOutBytesPerSecond));
    }

    [Theory]
    [InlineData("<domain><name>a</name></domain>", "")]
    [InlineData("<domain><metadata><n:instance xmlns:n='urn:nova'><n:owner><n:project uuid='1'>blue</n:project></n:owner></n:instance></metadata></domain>", "blue")]
    [InlineData("<domain><metadata><tenant>no</tenant></metadata></domain>", "")]
    public void Parse_Tenant_IsOursElseThatOfOpenStack(string xml, string tenant) => Assert.Equal(tenant, DomainDefinition.Parse(xml).Tenant);

    [Theory]
    [InlineData("<memory unit='GiB'>2</memory>", 2L << 30)]
    [InlineData("<memory>2</memory>", 2048)]
    [InlineData("<memory unit='b'>2</memory>", 2)]
    [InlineData("<memory unit='TiB'>99999999999</memory>", 0)]
    [InlineData("<memory unit='KiB'>much</memory>", 0)]
    [InlineData("", 0)]
    public void Parse_Memory_IsBytesOrUnknown(string xml, long bytes) =>
        Assert.Equal(bytes, DomainDefinition.Parse($"<domain>{xml}</domain>").MemoryBytes);

    [Theory]
    [InlineData("no xml")]
    [InlineData("<!DOCTYPE domain [<!ENTITY e 'x'>]><domain>&e;</domain>")]
    public void Parse_NoPlainXml_Throws(string text) => Assert.ThrowsAny<XmlException>(() => DomainDefinition.Parse(text));

    [Fact]
    public void Parse_Pool_HasNameTypeAndPath()
    {
        PoolDefinition pool = PoolDefinition.Parse("<pool type='netfs'><name>nfs</name><target><path>/mnt/nfs</path></target></pool>");

        Assert.Equal(new PoolDefinition("nfs", "netfs", "/mnt/nfs"), pool);
        Assert.True(pool.IsFileSystem && pool.IsMount);
        Assert.False(PoolDefinition.Parse("<pool type='rbd'><name>r</name></pool>").IsFileSystem);
        Assert.False(PoolDefinition.Parse("<pool type='logical'><name>l</name><target><path>/dev/vg</path></target></pool>").IsFileSystem);
    }

    private static DomainDisk Free(string target, string source, string pool, string alias) =>
        new(target, source, pool, alias) { LimitIops = 0, LimitBytesPerSecond = 0 };

    private static DomainInterface Free(string mac, string target, string network) =>
        new(mac, target, network) { LimitInBytesPerSecond = 0, LimitOutBytesPerSecond = 0 };
}
