using System.Collections.Immutable;
using CsCheck;
using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Metrics;

namespace VirtAgents.Core.Tests.Detection.Anomalies;

public sealed class PeerComparisonTests
{
    internal static PeerVm Vm(int number, double? cpu, double? memory = null, string role = "web", int host = 1)
    {
        ImmutableArray<double?> levels = [.. Enumerable.Range(0, VmSignals.Count).Select(s => s == VmSignals.Cpu ? cpu : s == VmSignals.Memory ? memory : null)];
        return new(WatchedVms.VmOf(number), $"{role}-{number}", WatchedVms.HostOf(host), new Role("red", role), levels);
    }

    internal static PeerVm[] Peers(int count, string role = "web") => [.. Enumerable.Range(100, count).Select(n => Vm(n, 20 + (n % 5), 50, role))];

    [Fact]
    public void Outliers_OneFarFromItsPeers_IsToldWithSignalAndRange()
    {
        PeerOutlier outlier = Assert.Single(PeerComparison.Outliers([Vm(1, 90, 51), .. Peers(8)]));
        Assert.Equal((WatchedVms.VmOf(1), VmSignals.Cpu, 90, 20, 24, 8), (outlier.Vm.Id, outlier.Signal, outlier.Level, outlier.Low, outlier.High, outlier.Peers));
    }

    [Fact]
    public void Outliers_SeveralSignals_TellsTheOneThatStandsOutMost() =>
        Assert.Equal(VmSignals.Memory, Assert.Single(PeerComparison.Outliers([Vm(1, 30, 99), .. Peers(8)], score: 2)).Signal);

    [Theory]
    [InlineData(7, 0)]
    [InlineData(8, 1)]
    public void Outliers_FewPeers_AreSilent(int peers, int outliers) => Assert.Equal(outliers, PeerComparison.Outliers([Vm(1, 90), .. Peers(peers)]).Count);

    [Fact]
    public void Outliers_PeersWithoutTheSignal_DoNotCount() =>
        Assert.Empty(PeerComparison.Outliers([Vm(1, 90), .. Peers(4), .. Enumerable.Range(200, 20).Select(n => Vm(n, null))]));

    [Fact]
    public void Outliers_UnknownSignal_IsNotCompared() => Assert.Empty(PeerComparison.Outliers([Vm(1, null), .. Peers(20)]));

    [Fact]
    public void Outliers_OtherRole_IsNoPeer() => Assert.Empty(PeerComparison.Outliers([.. Peers(9), .. Enumerable.Range(300, 9).Select(n => Vm(n, 90, 50, "db"))]));

    [Fact]
    public void Outliers_AllButEqualPeers_ATrifleIsNone() =>
        Assert.Empty(PeerComparison.Outliers([Vm(1, 2), .. Enumerable.Range(100, 20).Select(n => Vm(n, 0.1))]));

    [Fact]
    public void Outliers_AFifthIsUnlikeTheRest_DoesNotHideThem() =>
        Assert.Equal(4, PeerComparison.Outliers([.. Enumerable.Range(1, 4).Select(n => Vm(n, 95)), .. Peers(16)]).Count);

    [Fact]
    public void Outliers_OrderOfTheSnapshot_DoesNotMatter() => Gen.Double[0, 100].Array[9, 40].Sample(levels =>
    {
        PeerVm[] vms = [.. levels.Select((l, n) => Vm(n, l))];
        string One(IEnumerable<PeerVm> of) => string.Join(';', PeerComparison.Outliers([.. of], 2).OrderBy(o => o.Vm.Name, StringComparer.Ordinal).Select(o => $"{o.Vm.Name} {o.Score:R} {o.Low} {o.High}"));
        Assert.Equal(One(vms), One(vms.Reverse()));
    });
}
