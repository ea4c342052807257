using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;

namespace VirtAgents.Simulation.Tests.Control;

public sealed class ResourceOperationsTests
{
    private const long GiB = 1L << 30;
    private readonly ControlledWorld _world = new();

    [Fact]
    public void SetCpuQuota_BelowDemand_NoMoreCpuThanThatAndThrottledTimeGrows()
    {
        Assert.Equal(0, _world.Pace(() => _world.Of("a", SampleTier.Fast, Metric.VmCpuThrottled)));
        _world.Do(_world.Order(DirectiveKind.SetCpuQuota, "a", ("percent", "5")));
        Assert.Equal(100_000_000, _world.Pace(() => _world.Of("a", SampleTier.Slow, Metric.VmVcpuTime)));
        Assert.InRange(_world.Pace(() => _world.Of("a", SampleTier.Fast, Metric.VmCpuThrottled)), 90_000_000, 110_000_000);
        Assert.InRange(_world.Pace(() => _world.Of("a", SampleTier.Fast, Metric.VmCpuDelay)), 0, 1_000_000);
        _world.Do(_world.Order(DirectiveKind.SetCpuQuota, "a", ("percent", "0")));
        Assert.Equal(0, _world.Pace(() => _world.Of("a", SampleTier.Fast, Metric.VmCpuThrottled)));
    }

    [Fact]
    public void SetMemory_BelowUse_SwapsAndWorksSlowerUntilGivenBack()
    {
        long before = _world.Pace(() => _world.OfInterface("a", Metric.NetTransmitBytes));
        Assert.Equal(0, _world.Pace(() => _world.Of("a", SampleTier.Slow, Metric.VmSwapOut)));
        _world.Do(_world.Order(DirectiveKind.SetMemory, "a", ("memory_bytes", $"{GiB}")), 4);
        Assert.Equal(GiB, _world.Of("a", SampleTier.Slow, Metric.VmBalloonCurrent));
        Assert.Equal(4 * GiB, _world.Of("a", SampleTier.Slow, Metric.VmBalloonMaximum));
        Assert.True(_world.Of("a", SampleTier.Fast, Metric.VmMemoryRss) < GiB * 5 / 4);
        Assert.True(_world.Pace(() => _world.Of("a", SampleTier.Slow, Metric.VmSwapOut)) > 1_000_000);
        Assert.True(_world.Pace(() => _world.OfInterface("a", Metric.NetTransmitBytes)) < before / 2);
        _world.Do(_world.Order(DirectiveKind.SetMemory, "a", ("memory_bytes", $"{4 * GiB}")), 4);
        _world.Small.Pass(2);
        Assert.Equal(0, _world.Pace(() => _world.Of("a", SampleTier.Slow, Metric.VmSwapOut)));
    }

    [Fact]
    public void SetMemory_Done_AgentSeesTheBalloonChange()
    {
        Assert.True(_world.World.Control.Begin(0, _world.Order(DirectiveKind.SetMemory, "a", ("memory_bytes", $"{GiB}"))).IsPossible);
        Assert.Equal(["h1 VmBalloonChanged a Running Booted"], _world.Small.Pass(4));
    }

    [Fact]
    public void SetVcpus_More_ToldInInventoryAndSamples()
    {
        _world.Do(_world.Order(DirectiveKind.SetVcpus, "a", ("vcpus", "3")));
        Assert.Equal(3, _world.Small.Vm(0, "a").VcpuCount);
        Assert.Equal(3, _world.Of("a", SampleTier.Slow, Metric.VmVcpuCount));
    }

    [Theory]
    [InlineData(DirectiveKind.SetMemory, "memory_bytes", "4294967297", "memory_bytes: 4294967297 is above the maximum of a, 4294967296")]
    [InlineData(DirectiveKind.SetVcpus, "vcpus", "1", "vcpus: a has 2 already, and never gets fewer")]
    [InlineData(DirectiveKind.SetVcpus, "vcpus", "5", "vcpus: 5 is above the maximum of a, 4")]
    public void Check_ValueThatTheVmCannotHave_BadParameter(DirectiveKind kind, string parameter, string value, string detail) =>
        Assert.Equal((RefusalReason.BadParameter, detail), _world.Refusal(_world.Order(kind, "a", (parameter, value))));

    [Theory]
    [InlineData("0", "7", RefusalReason.None)]
    [InlineData("1", "0-3,6", RefusalReason.None)]
    [InlineData("2", "0", RefusalReason.BadParameter)]
    [InlineData("0", "8", RefusalReason.BadParameter)]
    [InlineData("0", "3-1", RefusalReason.BadParameter)]
    [InlineData("0", "1,", RefusalReason.BadParameter)]
    [InlineData("0", "-1", RefusalReason.BadParameter)]
    public void CheckPin_OfTwoVcpusOnEightCpus_OnlyWhatThereIs(string vcpu, string cpus, RefusalReason reason) =>
        Assert.Equal(reason, _world.Refusal(_world.Order(DirectiveKind.Pin, "a", ("vcpu", vcpu), ("cpus", cpus))).Item1);

    [Fact]
    public void Pin_Possible_IsReadBack() => _world.Do(_world.Order(DirectiveKind.Pin, "a", ("vcpu", "1"), ("cpus", "0-3")));

    [Fact]
    public void Check_VmThatIsOff_WrongState() =>
        Assert.Equal((RefusalReason.WrongState, "off is shut off"), _world.Refusal(_world.Order(DirectiveKind.SetCpuShare, "off", ("share", "2048"))));
}
