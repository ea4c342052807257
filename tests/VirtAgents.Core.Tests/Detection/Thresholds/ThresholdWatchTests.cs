using System.Globalization;
using System.Runtime.CompilerServices;
using VirtAgents.Core.Detection.Thresholds;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Tests.Detection.Thresholds;

public sealed class ThresholdWatchTests
{
    private const double Gone = double.NaN; // stands for "cannot be told" in the rows below

    private static readonly VmId Vm = new(new Guid(1, 2, 3, new byte[8]));

    private static readonly ThresholdRule Steal = new("waits", "vm_steal_percent", 10, 5, TimeSpan.FromSeconds(60), false, "web-*", "h*");

    [Theory]
    [InlineData(new double[] { 10, 10, 10, 10, 10 }, "60 warning")] // 15 s apart: held for 60 s with the fifth
    [InlineData(new double[] { 10, 10, 10, 10 }, "")]
    [InlineData(new[] { 9.9, 9.9, 9.9, 9.9, 9.9, 9.9 }, "")]
    [InlineData(new double[] { 10, 10, 9, 10, 10, 10, 10 }, "")]
    [InlineData(new double[] { 10, 10, 9, 10, 10, 10, 10, 10 }, "105 warning")]
    [InlineData(new[] { 10, 10, Gone, 10, 10, 10, 10 }, "")]
    [InlineData(new double[] { 20, 20, 20, 20, 20, 6, 6, 6, 6, 6, 6 }, "60 warning")]
    [InlineData(new double[] { 20, 20, 20, 20, 20, 4, 4, 4, 4, 4 }, "60 warning, 135 cleared")]
    [InlineData(new[] { 20, 20, 20, 20, 20, Gone, Gone, Gone, Gone, Gone, Gone }, "60 warning")]
    [InlineData(new[] { 20, 20, 20, 20, 20, 4, 4, 4, Gone, 4, 4 }, "60 warning")]
    public void Observe_FigureOverTime_TellsWhatHolds(double[] values, string told)
    {
        ThresholdWatch watch = new([Steal], ThresholdWatch.LiveStep);
        Assert.Equal(told, string.Join(", ", values.SelectMany((v, i) => Step(watch, i * 15, v))));
    }

    [Theory]
    [InlineData(new[] { 0, 7200 }, 20, "")] // a clock that jumps ahead, or a gap: nobody saw the two hours
    [InlineData(new[] { 0, 15, 7200, 7215 }, 20, "")]
    [InlineData(new[] { 0, 15, 7200, 7245 }, 20, "7245 warning")] // 15 s + 60 s + 45 s
    [InlineData(new[] { 0, 60, 120 }, 20, "120 warning")]
    [InlineData(new[] { 0, 60, 30, 60, 90, 120 }, 20, "")] // back: time held begins anew
    [InlineData(new[] { 0, 600, 1200 }, 20, "1200 warning")] // a slow rhythm takes longer, and does not blind
    public void Observe_TimeThatNobodySaw_DoesNotCountAsHeld(int[] seconds, double steal, string told)
    {
        ThresholdWatch watch = new([Steal with { Hold = TimeSpan.FromSeconds(120) }], ThresholdWatch.LiveStep);
        Assert.Equal(told, string.Join(", ", seconds.SelectMany(s => Step(watch, s, steal))));
    }

    [Fact]
    public void Observe_Crossed_SaysWhichFigureRuleAndVm()
    {
        ThresholdWatch watch = new([Steal with { Hold = TimeSpan.Zero, IsError = true }], ThresholdWatch.LiveStep);
        HostEvent told = Assert.Single(watch.Observe(1_000, "h1", HostFigures.None, [Of(12.34)], []));
        Assert.Equal((HostEventKind.ThresholdError, 1_000L, Vm, "web-1", "waits"), (told.Kind, told.TimeUnixMs, told.Vm!.Value, told.VmName, told.Device));
        Assert.Equal("vm_steal_percent is 12.3, 10 or more", told.Evidence);
    }

    [Theory]
    [InlineData(VmState.ShutOff, 1)]
    [InlineData(VmState.Crashed, 1)]
    [InlineData(VmState.Paused, 1)]
    [InlineData(VmState.Unknown, 0)]
    [InlineData(VmState.Stuck, 0)]
    public void Observe_VmDoesNotRun_EndsWhatWasToldUnlessNobodyKnows(VmState state, int ends)
    {
        ThresholdWatch watch = new([Steal with { Hold = TimeSpan.Zero }], ThresholdWatch.LiveStep);
        Assert.Single(watch.Observe(1_000, "h1", HostFigures.None, [Of(50)], []));
        Assert.Equal(ends, watch.Observe(2_000, "h1", HostFigures.None, [Of(50) with { State = state }], []).Count(e => e.Kind == HostEventKind.ThresholdCleared));
    }

    [Fact]
    public void Observe_VmThatLeft_EndsWhatWasTold()
    {
        ThresholdWatch watch = new([Steal with { Hold = TimeSpan.Zero }], ThresholdWatch.LiveStep);
        Assert.Single(watch.Observe(1_000, "h1", HostFigures.None, [Of(50)], []));
        Assert.Equal(HostEventKind.ThresholdCleared, Assert.Single(watch.Observe(2_000, "h1", HostFigures.None, [], [])).Kind);
        Assert.Empty(watch.Observe(3_000, "h1", HostFigures.None, [], []));
    }

    [Theory]
    [InlineData("db-1", "h1")]
    [InlineData("web-1", "rack")]
    public void Observe_NameThatDoesNotFit_IsPassedOver(string vm, string host) =>
        Assert.Empty(new ThresholdWatch([Steal with { Hold = TimeSpan.Zero }], ThresholdWatch.LiveStep).Observe(1_000, host, HostFigures.None, [Of(50) with { Name = vm }], []));

    [Fact]
    public void Observe_PoolAndHost_AreToldByTheirOwnNames()
    {
        ThresholdWatch watch = new([.. ThresholdTable.Shipped.Select(r => r with { Hold = TimeSpan.Zero })], ThresholdWatch.LiveStep);
        HostFigures host = HostFigures.None with { CpuPercent = 96, MemoryUsedPercent = 94 };
        PoolFigures full = PoolFigures.None with { CapacityBytes = 1_000, AllocationBytes = 960 };
        Assert.Equal(
            ["pool fills: san/pool fills", "pool nearly full: san/pool nearly full", "host CPU saturated: host CPU saturated"],
            watch.Observe(1_000, "h1", host, [], [new("san", full), new("new", PoolFigures.None)]).Select(e => $"{e.Device.Split('/')[^1]}: {e.Device}"));
    }

    [Fact]
    public void Shipped_Rules_ClearBelowTheirLevelAndNameAFigure() => Assert.All(ThresholdTable.Shipped, r =>
    {
        Assert.True(r.Clear < r.Level);
        Assert.NotEqual(SubjectKind.Unspecified, ThresholdFigures.KindOf(r.Figure));
        Assert.NotNull(DerivedCatalogue.Find(r.Figure));
        string row = string.Create(CultureInfo.InvariantCulture, $"| `{r.Name}` | `{r.Figure}` | {r.Level} | {r.Clear} | {r.Hold.TotalMinutes} min | {(r.IsError ? "error" : "warning")} |");
        Assert.Contains(row, File.ReadAllText(Path.Combine(Root(), "docs", "thresholds.md")), StringComparison.Ordinal);
    });

    [Fact]
    public void All_Figures_AreInTheDocument() => Assert.All(
        ThresholdFigures.All, f => Assert.Contains($"`{f.Name}`", File.ReadAllText(Path.Combine(Root(), "docs", "thresholds.md")), StringComparison.Ordinal));

    private static string Root([CallerFilePath] string path = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "../../../.."));

    private static WatchedVm Of(double steal) => new(Vm, "web-1", VmState.Running, VmFigures.None with { StealPercent = double.IsNaN(steal) ? null : steal });

    private static IEnumerable<string> Step(ThresholdWatch watch, int seconds, double steal) =>
        [.. watch.Observe(1_000_000 + (seconds * 1_000L), "h1", HostFigures.None, [Of(steal)], []).Select(e => $"{seconds} {e.Kind.ToString()["Threshold".Length..].ToLowerInvariant()}")];
}
