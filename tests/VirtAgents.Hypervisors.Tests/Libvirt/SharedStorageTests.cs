using System.Xml.Linq;
using VirtAgents.Hypervisors.Libvirt;
using VirtAgents.Hypervisors.Libvirt.Control;
using VirtAgents.Hypervisors.Linux;

namespace VirtAgents.Hypervisors.Tests.Libvirt;

public sealed class SharedStorageTests : IDisposable
{
    private readonly DirectoryInfo _proc = Directory.CreateTempSubdirectory("virtagents-mounts");
    private readonly SharedStorage _shared;

    public SharedStorageTests()
    {
        _proc.CreateSubdirectory("self");
        File.WriteAllText(
            Path.Combine(_proc.FullName, "self", "mounts"),
            "/dev/sda1 / ext4 rw 0 0\nfiler:/vms /srv/net nfs4 rw 0 0\n/dev/sdb1 /srv/net/local xfs rw 0 0\nfiler:/b /srv/with\\040blank nfs rw 0 0\nbroken\n");
        _shared = new(new LibvirtControlOptions { SharedDirectories = ["/srv/vouched"], Roots = new LinuxRoots(Proc: _proc.FullName) });
    }

    public void Dispose() => _proc.Delete(recursive: true);

    [Theory]
    [InlineData("dir", "/var/lib/libvirt/images", false)]
    [InlineData("dir", "/srv/net", true)]
    [InlineData("dir", "/srv/net/images", true)]
    [InlineData("dir", "/srv/network", false)]
    [InlineData("dir", "/srv/net/local/images", false)]
    [InlineData("dir", "/srv/with blank/a", true)]
    [InlineData("fs", "/srv/vouched/a", true)]
    [InlineData("dir", "/srv/vouchedfor", false)]
    [InlineData("netfs", "/mnt/a", true)]
    [InlineData("rbd", "", true)]
    [InlineData("logical", "/dev/vg", false)]
    public void Has_PoolOfTypeAndPath_IsSharedOrNot(string type, string path, bool isShared) =>
        Assert.Equal(isShared, _shared.Has(new XElement("pool", new XAttribute("type", type), new XElement("target", path.Length > 0 ? new XElement("path", path) : null))));

    [Theory]
    [InlineData("/srv/net/images", true)]
    [InlineData("/srv/vouched", true)]
    [InlineData("/srv/net/local", false)]
    [InlineData("", false)]
    public void Have_Path_ByFileSystemOrTheOperatorsWord(string path, bool isShared) =>
        Assert.Equal(isShared, new SharedDirectories(["/srv/vouched"], new LinuxRoots(Proc: _proc.FullName)).Have(path));

    [Fact]
    public void Has_KernelDoesNotTellMounts_GoesByTheRest()
    {
        var shared = new SharedStorage(new LibvirtControlOptions { Roots = new LinuxRoots(Proc: "/nonexistent") });
        Assert.False(shared.Has(XElement.Parse("<pool type='dir'><target><path>/srv/net</path></target></pool>")));
        Assert.True(shared.Has(XElement.Parse("<pool type='gluster'/>")));
    }
}
