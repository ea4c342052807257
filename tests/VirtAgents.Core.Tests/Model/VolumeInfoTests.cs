using VirtAgents.Core.Model;

namespace VirtAgents.Core.Tests.Model;

public sealed class VolumeInfoTests
{
    [Theory]
    [InlineData(3, 0, 3)]
    [InlineData(1_000, 0, 1_000)]
    [InlineData(1_001, 0, 1_000)]
    [InlineData(900, 8_000, 192)]
    [InlineData(900, 8_192, 0)]
    public void Listed_ManyVolumes_KeepsBothLimits(int count, int listedOfOthers, int listed) =>
        Assert.Equal(listed, VolumeInfo.Listed(count, listedOfOthers));
}
