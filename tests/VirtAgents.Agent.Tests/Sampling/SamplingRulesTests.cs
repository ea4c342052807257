using Microsoft.Extensions.Logging.Abstractions;
using VirtAgents.Agent.Configuration;
using VirtAgents.Agent.Sampling;
using VirtAgents.Agent.Spool;
using VirtAgents.Core.Model;

namespace VirtAgents.Agent.Tests.Sampling;

public sealed class SamplingRulesTests
{
    private static readonly SamplingOptions Options = new()
    {
        FastInterval = TimeSpan.FromSeconds(2),
        FastMin = TimeSpan.FromSeconds(1),
        FastMax = TimeSpan.FromSeconds(60),
        SlowInterval = TimeSpan.FromSeconds(15),
        SlowMin = TimeSpan.FromSeconds(5),
        SlowMax = TimeSpan.FromSeconds(600),
    };

    [Theory]
    [InlineData(0, 0, 2, 15)]
    [InlineData(3, 20, 3, 20)]
    [InlineData(0.1, 0.1, 1, 5)]
    [InlineData(3600, 3600, 60, 600)]
    [InlineData(30, 10, 30, 30)]
    [InlineData(30, 0, 30, 30)]
    public void Within_WishOfTheCollector_IsKeptWithinLocalLimits(double wishedFast, double wishedSlow, double fast, double slow) =>
        Assert.Equal(
            new SamplingRhythm(TimeSpan.FromSeconds(fast), TimeSpan.FromSeconds(slow)),
            SamplingRhythm.Within(Options, TimeSpan.FromSeconds(wishedFast), TimeSpan.FromSeconds(wishedSlow)));

    [Fact]
    public void Of_ManyHosts_SpreadsThemEvenly()
    {
        int[] tenths = new int[10];
        for (int i = 0; i < 1_000; i++)
        {
            double phase = HostPhase.Of(new HostId(new Guid(i, 1, 2, new byte[8])));
            Assert.InRange(phase, 0, 1);
            tenths[(int)(phase * 10)]++;
        }

        Assert.All(tenths, n => Assert.InRange(n, 60, 140));
    }

    [Fact]
    public void Look_ClockWasSet_TellsByHowMuch()
    {
        var time = new TwoClocks();
        var watch = new ClockWatch(time);
        (time.Monotonic, time.Wall) = (TimeSpan.FromHours(1), TimeSpan.FromHours(1));
        Assert.Null(watch.Look());
        time.Wall -= TimeSpan.FromSeconds(30);
        HostEvent jumped = watch.Look()!;
        Assert.Equal((HostEventKind.ClockJumped, "jumped by -30.0 s against the monotonic clock"), (jumped.Kind, jumped.Evidence));
        Assert.Null(watch.Look());
    }

    [Fact]
    public void Fit_RowsThatLeftTheInventory_AreLeftOutAndCounted()
    {
        var host = new HostInfo(new HostId(Guid.NewGuid()), "h", "", 1, 1, "");
        Inventory inventory = new(3, host, [new VmInfo(5, new VmId(Guid.NewGuid()), "vm", "", 1, 1, [new VmDiskInfo(6, "vda", "", "")], [])], [], []);
        using MessageSpool spool = MessageSpool.InMemory(host.Id, new SpoolLimits(1, TimeSpan.FromHours(1), 1 << 20), TimeProvider.System, NullLogger.Instance);
        var counters = new AgentCounters();
        var desk = new InventoryDesk(spool, () => inventory, counters);
        var samples = new SampleSet { Tier = SampleTier.Fast, TimeUnixMs = 7, InventoryVersion = 2 };
        SampleTable vms = samples.Add(SubjectKind.Vm, [Metric.VmCpuTime, Metric.VmVcpuWait]);
        vms.Set(vms.AddRow(4), 0, 44);
        vms.Set(vms.AddRow(5), 1, 55);
        SampleTable disks = samples.Add(SubjectKind.VmDisk, [Metric.DiskReads]);
        disks.Set(disks.AddRow(5), 0, 1);
        SampleSet fitted = desk.Fit(samples);
        Assert.Equal((3, 7, 2), (fitted.InventoryVersion, fitted.TimeUnixMs, fitted.TableCount));
        Assert.Equal([5], fitted[0].Subjects.ToArray());
        Assert.Equal((null, 55), (fitted[0].Get(0, Metric.VmCpuTime), fitted[0].Get(0, Metric.VmVcpuWait)));
        Assert.Equal(0, fitted[1].RowCount);
        Assert.Equal(2, counters.RowsLeftOut);
    }

    private sealed class TwoClocks : TimeProvider
    {
        public TimeSpan Wall { get; set; }

        public TimeSpan Monotonic { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddYears(60) + Wall;

        public override long GetTimestamp() => Monotonic.Ticks;
    }
}
