using VirtAgents.Hypervisors.Linux;

namespace VirtAgents.Hypervisors.Tests.Linux;

public class SelfUsageTests
{
    [Fact]
    public void CpuNanoseconds_AfterWork_Grows()
    {
        long before = SelfUsage.CpuNanoseconds();
        double sum = 0;
        for (int i = 0; i < 20_000_000; i++)
        {
            sum += Math.Sqrt(i);
        }

        Assert.True(sum > 0);
        Assert.True(SelfUsage.CpuNanoseconds() > before);
    }

    [Fact]
    public void RssBytes_ThisProcess_IsPlausible() =>
        Assert.InRange(SelfUsage.RssBytes(), 10L << 20, 8L << 30);
}
