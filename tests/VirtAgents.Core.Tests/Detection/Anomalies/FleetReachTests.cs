using CsCheck;
using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Model;
using static VirtAgents.Core.Tests.Detection.Anomalies.WatchedVms;

namespace VirtAgents.Core.Tests.Detection.Anomalies;

public sealed class FleetReachTests
{
    [Fact]
    public void Of_HostWithPeersAndSharedPools_ReachesBothAndPoolsOnAndOn()
    {
        Topology topology = Topology.Of(
        [
            Host(1, ["san"], "db-1"),
            Host(2, ["san", "nas"], "mail-1"),
            Host(3, ["nas"], "mail-2"),
            Host(4, [], "db-2", "web-1"),
            Host(5, [], "web-2"),
            Host(6, ["san"], "db-3") with { Cluster = "other" },
            Host(7, [], "database"),
        ]);

        Assert.Equal([1, 2, 3, 4, 6], Reached(topology, 1));
        Assert.Equal([4, 1, 5, 6], Reached(topology, 4).OrderByDescending(h => h == 4));
        Assert.Equal([7], Reached(topology, 7));
    }

    [Fact]
    public void Of_PoolsOfTheSameNameThatAreNotShared_ReachNothing() =>
        Assert.Equal([1], Reached(Topology.Of([Host(1, ["local"]), Host(2, ["local"])]), 1));

    [Fact]
    public void Of_AnyFleet_OfHostsTogetherIsWhatEachReaches() => Gen.Select(Gen.Int[0, 3].Array[1, 12], Gen.Int[0, 5].Array[12], Gen.Int[1, 12], Gen.Int[1, 12]).Sample((pools, names, one, other) =>
    {
        Topology topology = Topology.Of(pools.Select((p, at) => Host(at + 1, p == 0 ? [] : [$"san{p}"], $"vm{(char)('a' + names[at])}-{at}")));
        HashSet<HostId> both = [.. FleetReach.Of(topology, Set(one)), .. FleetReach.Of(topology, Set(other))];
        return both.SetEquals(FleetReach.Of(topology, new HashSet<HostId> { HostOf(one), HostOf(other) }));
    });

    private static int[] Reached(Topology topology, int host) =>
        [.. FleetReach.Of(topology, Set(host)).Select(id => topology.Hosts.Single(h => h.Id == id).Name).Select(n => int.Parse(n[1..], System.Globalization.CultureInfo.InvariantCulture)).Order()];

    private static HashSet<HostId> Set(int host) => [HostOf(host)];

    private static TopologyHost Host(int number, string[] pools, params string[] vms) => new(
        HostOf(number), $"h{number}", "lab", [.. vms.Select((name, at) => new VmInfo(at + 1, VmOf((number * 100) + at), name, "", 2, 1 << 30, [], []))],
        [.. pools.Select(p => new PoolInfo(50, p, p == "local" ? "dir" : "netfs", "/"))]);
}
