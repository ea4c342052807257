namespace VirtAgents.Hypervisors.Tests.Linux;

internal static class AllocationProbe
{
    private const int Rounds = 64;

    /// <summary>Fails when the action still allocates after it has grown its buffers.</summary>
    public static void AssertNone(Action action, long toleratedBytes = 0)
    {
        for (int i = 0; i < Rounds; i++)
        {
            action();
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Rounds; i++)
        {
            action();
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, toleratedBytes);
    }
}
