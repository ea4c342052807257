using System.Collections.Immutable;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Clusters;
using VirtAgents.Core.Scheduling.Live;

namespace VirtAgents.Core.Tests.Scheduling.Live;

/// <summary>Hosts and VMs as a collector sees them, for tests.</summary>
internal static class LiveEstateOfTests
{
    public const long Gib = 1L << 30;

    public static LiveHost Host(int number, params LiveVm[] vms) => new(
        new HostInfo(new HostId(new Guid(number, 0, 0, new byte[8])), $"h{number}", "QEMU", 16, 64 * Gib, ""),
        HostFigures.None, [.. vms], [Pool("shared", "netfs"), Pool("own", "dir")]);

    public static LivePool Pool(string name, string type, bool? active = true) => new(new PoolInfo(0, name, type, ""), new PoolFigures(active, 2e12, 1e12, 1e12, 1));

    public static LiveVm Vm(int number, VmState state = VmState.Running, string pool = "shared", double cpuPercent = 50) => new(
        new VmInfo(number, new VmId(new Guid(number, 1, 1, new byte[8])), $"vm{number}", "acme", 4, 4 * Gib, [new VmDiskInfo(0, "vda", "/images/vda", pool)], []),
        state,
        new VmFigures(cpuPercent, 0, null, 2 * Gib, 1e6, 2e6, null, null, 1));

    public static LiveCluster Look(params LiveHost[] hosts) => Look(LivePurpose.Migration, hosts);

    public static LiveCluster Look(LivePurpose purpose, params LiveHost[] hosts) => LiveCluster.Of("c", hosts, new ClusterLimits(4), purpose);

    public static ImmutableArray<string> At(this LiveCluster cluster, string host) => [.. cluster.Snapshot.Vms.Where(v => v.Host == host).Select(v => v.Id)];
}
