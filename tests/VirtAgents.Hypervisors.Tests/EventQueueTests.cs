using VirtAgents.Core.Model;

namespace VirtAgents.Hypervisors.Tests;

public sealed class EventQueueTests
{
    [Fact]
    public void Add_Full_DropsOldestAndTellsHowMany()
    {
        var queue = new EventQueue(16);
        for (int i = 0; i < 20; i++)
        {
            queue.Add(new HostEvent(HostEventKind.VmStarted, i));
        }

        List<HostEvent> read = queue.ReadAll();
        Assert.Equal(16, read.Count);
        HostEvent notice = Assert.Single(read, happened => happened.Kind == HostEventKind.SamplesDropped);
        Assert.StartsWith("1 events", notice.Evidence, StringComparison.Ordinal);
        Assert.Equal(16, notice.TimeUnixMs);
        Assert.Equal(5, queue.Dropped);
        queue.Add(new HostEvent(HostEventKind.VmStarted, 99));
        Assert.True(queue.Reader.TryRead(out _));
        Assert.True(queue.Reader.TryRead(out HostEvent? second));
        Assert.StartsWith("5 events", second.Evidence, StringComparison.Ordinal);
    }
}

internal static class EventQueueReading
{
    /// <summary>Takes what waits now.</summary>
    public static List<HostEvent> ReadAll(this EventQueue queue)
    {
        List<HostEvent> read = [];
        while (queue.Reader.TryRead(out HostEvent? happened))
        {
            read.Add(happened);
        }

        return read;
    }
}
