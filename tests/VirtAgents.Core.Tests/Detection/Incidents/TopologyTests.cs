using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Model;
using static VirtAgents.Core.Tests.Detection.Incidents.Rack;

namespace VirtAgents.Core.Tests.Detection.Incidents;

public sealed class TopologyTests
{
    private static readonly VmId Vm = new(new Guid("aaaaaaaa-0000-0000-0000-000000000001"));
    private static readonly Element VmElement = new(ElementKind.Vm, Vm.ToString());

    private static readonly VmInfo Info = new(1, Vm, "web", "", 2, 1 << 30,
        [new(2, "vda", "/san/web", San), new(3, "vdb", "/local/web", Local), new(4, "vdc", "/local/web2", Local), new(5, "sda", "", "")],
        [new(6, "52:54:00:00:00:01", "tap0", "br0"), new(7, "52:54:00:00:00:02", "", "")]);

    [Theory]
    [InlineData("netfs", false, true)]
    [InlineData("rbd", false, true)]
    [InlineData("gluster", false, true)]
    [InlineData("iscsi", false, true)]
    [InlineData("iscsi-direct", false, true)]
    [InlineData("sheepdog", false, true)]
    [InlineData("vstorage", false, true)]
    [InlineData("dir", false, false)]
    [InlineData("dir", true, true)]
    [InlineData("logical", false, false)]
    [InlineData("", false, false)]
    public void PoolOf_TypeAndTheHostsWord_SharedPoolsAreOfTheCluster(string type, bool isSaidToBe, bool isShared)
    {
        Topology topology = Topology.Of([new(Host(0), "h1", "berlin", [], [new(1, "data", type, "", isSaidToBe)])]);
        Assert.Equal(new Element(ElementKind.Pool, isShared ? "berlin/data" : $"{Host(0)}/data"), topology.PoolOf(Host(0), "data"));
    }

    [Fact]
    public void PoolOf_Unknown_IsTheHostsOwn() =>
        Assert.Equal(LocalOf(0), Topology.Empty.PoolOf(Host(0), Local));

    [Fact]
    public void Needs_Vm_PoolsThenNetworksThenHost() =>
        Assert.Equal([SanPool, LocalOf(0), new(ElementKind.Network, $"{Host(0)}/br0"), HostOf(0)], Of(0).Needs(VmElement));

    [Fact]
    public void Needs_Others_OnlyWhatTheyStandOn()
    {
        Topology topology = Of(0);
        Assert.Equal([HostOf(0)], topology.Needs(LocalOf(0)));
        Assert.Equal([HostOf(0)], topology.Needs(new(ElementKind.Network, $"{Host(0)}/br0")));
        Assert.Empty(topology.Needs(SanPool));
        Assert.Empty(topology.Needs(HostOf(0)));
        Assert.Empty(topology.Needs(LocalOf(1)));
        Assert.Empty(topology.Needs(new(ElementKind.Vm, Guid.Empty.ToString())));
        Assert.Empty(topology.Needs(new(ElementKind.Vm, "no UUID")));
    }

    [Fact]
    public void Needs_VmThatTwoHostsName_WhatEitherSays() =>
        Assert.Equivalent(
            new[] { SanPool, LocalOf(0), LocalOf(1), HostOf(0), HostOf(1), new(ElementKind.Network, $"{Host(0)}/br0"), new(ElementKind.Network, $"{Host(1)}/br0") },
            Of(0, 1).Needs(VmElement),
            strict: true);

    [Fact]
    public void NameOf_Elements_AsPeopleNameThem()
    {
        Topology topology = Of(0);
        Assert.Equal(["web", "h1", "san", "h1/local", "h1/br0"],
            new[] { VmElement, HostOf(0), SanPool, LocalOf(0), new Element(ElementKind.Network, $"{Host(0)}/br0") }.Select(topology.NameOf));
        Assert.Equal([VmElement.Id, HostOf(0).Id, "san", "local"], new[] { VmElement, HostOf(0), SanPool, LocalOf(0) }.Select(Topology.Empty.NameOf));
    }

    [Fact]
    public void Of_SameHostTwice_TheLaterCounts()
    {
        Topology topology = Topology.Of([Described(0), new(Host(0), "renamed", "", [], [])]);
        Assert.Equal("renamed", topology.NameOf(HostOf(0)));
        Assert.Empty(topology.Needs(VmElement));
    }

    private static Topology Of(params int[] hosts) => Topology.Of(hosts.Select(Described));

    private static TopologyHost Described(int host) =>
        new(Host(host), HostName(host), Cluster, [Info], [new(1, San, "netfs", "/san"), new(2, Local, "dir", "/local")]);
}
