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
                new DomainDisk("vda", "/images/web.qcow2", "", "virtio-disk0"), new DomainDisk("vdb", "data", "fast", ""),
                new DomainDisk("vdc", "rbd:pool/image", "", ""), new DomainDisk("sda", "", "", ""),
            ],
            web.Disks);
        Assert.Equal(
            [new DomainInterface("52:54:00:ab:16:c8", "tap0", "br0"), new DomainInterface("52:54:00:ab:16:c9", "", "default")], web.Interfaces);
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
}
