using VirtAgents.Agent.Spool;
using VirtAgents.Core.Model;
using static VirtAgents.Agent.Tests.Spool.SpoolBench;

namespace VirtAgents.Agent.Tests.Spool;

public sealed class MessageSpoolTests : IDisposable
{
    private readonly SpoolBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Append_ReportsAndEvents_ShareOneSequence()
    {
        using MessageSpool spool = _bench.Open();
        Assert.Equal(1, spool.Append(RecordKind.Report, Bytes("a")));
        Assert.Equal(2, spool.Append(RecordKind.Event, Bytes("b")));
        Assert.Equal(3, spool.Append(RecordKind.Report, Bytes("c")));
        Assert.Equal(["R1 a @", "E2 b @", "R3 c @"], ReadAll(spool));
        Assert.Equal(["E2 b @"], ReadAll(spool, eventsOnly: true));
        Assert.Equal(["R3 c @"], ReadAll(spool, after: 2));
    }

    [Fact]
    public void Open_AfterReopening_ContinuesSequenceAndKeepsBootId()
    {
        BootId boot;
        using (MessageSpool first = _bench.Open())
        {
            boot = first.BootId;
            first.Append(RecordKind.Report, Bytes("a"));
            Assert.True(first.TryAcknowledge(1));
        }

        using MessageSpool second = _bench.Open();
        Assert.Equal(boot, second.BootId);
        Assert.Equal(1, second.Acked);
        Assert.Equal(2, second.Append(RecordKind.Report, Bytes("b")));
        Assert.Equal(["R2 b @"], ReadAll(second, second.Acked));
    }

    [Fact]
    public void Open_WhileAnotherHoldsIt_SaysSo()
    {
        using MessageSpool first = _bench.Open();
        SpoolUnusableException e = Assert.Throws<SpoolUnusableException>(() => _bench.Open());
        Assert.Contains("another agent", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_OfAnotherHost_DiscardsAndDrawsNewBootId()
    {
        BootId boot;
        using (MessageSpool first = _bench.Open())
        {
            boot = first.BootId;
            first.Append(RecordKind.Report, Bytes("not mine"));
        }

        using MessageSpool other = _bench.Open(new HostId(Guid.NewGuid()));
        Assert.NotEqual(boot, other.BootId);
        Assert.Empty(ReadAll(other));
        Assert.Equal(1, other.Append(RecordKind.Report, Bytes("mine")));
    }

    [Fact]
    public void Open_Files_AreForTheOwnerOnly()
    {
        using MessageSpool spool = _bench.Open();
        spool.Append(RecordKind.Report, Bytes("a"));
        spool.TryAcknowledge(1);
        spool.Maintain();
        Assert.All(Directory.GetFiles(_bench.Path), f => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(f)));
        Assert.Equal(4, Directory.GetFiles(_bench.Path).Length);
    }

    [Fact]
    public void Inventory_EachReport_IsReadWithTheOneInForce()
    {
        using MessageSpool spool = _bench.Open();
        spool.SetInventory(1, Bytes("one"));
        spool.Append(RecordKind.Report, Bytes("a"));
        spool.Append(RecordKind.Report, Bytes("b"));
        spool.SetInventory(2, Bytes("two"));
        spool.Append(RecordKind.Report, Bytes("c"));
        Assert.Equal(["R1 a @1", "R2 b @1", "R3 c @2"], ReadAll(spool));
        Assert.Equal(["R2 b @1", "R3 c @2"], ReadAll(spool, after: 1));
        spool.SetInventory(3, Bytes("three"));
        using SpoolCursor atEnd = spool.OpenCursor(3, eventsOnly: false);
        Assert.False(atEnd.TryRead(out _));
        Assert.Equal("three"u8.ToArray(), atEnd.Inventory!.Payload);
    }

    [Fact]
    public void Inventory_AfterReopening_OldRecordsKeepTheOldOne()
    {
        using (MessageSpool first = _bench.Open())
        {
            first.SetInventory(7, Bytes("old"));
            first.Append(RecordKind.Report, Bytes("a"));
        }

        using MessageSpool second = _bench.Open();
        second.SetInventory(7, Bytes("new"));
        second.Append(RecordKind.Report, Bytes("b"));
        using SpoolCursor cursor = second.OpenCursor(0, eventsOnly: false);
        Assert.True(cursor.TryRead(out _));
        SpooledInventory old = cursor.Inventory!;
        Assert.True(cursor.TryRead(out _));
        Assert.Equal(("old", "new"), (System.Text.Encoding.UTF8.GetString(old.Payload), System.Text.Encoding.UTF8.GetString(cursor.Inventory!.Payload)));
        Assert.False(old.IsSameAs(cursor.Inventory));
    }

    [Fact]
    public void Append_BeyondMaxBytes_DropsOldestAndCounts()
    {
        using var bench = new SpoolBench { Limits = new SpoolLimits(1 << 20, TimeSpan.FromHours(1)) };
        using MessageSpool spool = bench.Open();
        byte[] payload = new byte[10_000];
        for (int i = 0; i < 300; i++)
        {
            spool.Append(RecordKind.Report, payload);
        }

        Assert.InRange(spool.Bytes, 1, 1 << 20);
        List<string> left = ReadAll(spool);
        Assert.Equal(300 - left.Count, spool.Dropped);
        Assert.InRange(left.Count, 85, 104);
        Assert.StartsWith("R300 ", left[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Append_BeyondMaxBytesWithAcknowledgedRecords_CountsOnlyUnacknowledged()
    {
        using var bench = new SpoolBench { Limits = new SpoolLimits(1 << 20, TimeSpan.FromHours(1)) };
        using MessageSpool spool = bench.Open();
        byte[] payload = new byte[10_000];
        for (int i = 0; i < 300; i++)
        {
            long sequence = spool.Append(RecordKind.Report, payload);
            Assert.True(spool.TryAcknowledge(sequence));
        }

        Assert.Equal(0, spool.Dropped);
        Assert.Single(bench.Segments);
    }

    [Fact]
    public void Maintain_RecordsBeyondMaxAge_AreDroppedAndCounted()
    {
        using MessageSpool spool = _bench.Open();
        spool.Append(RecordKind.Report, Bytes("old"));
        _bench.Time.Advance(TimeSpan.FromHours(2));
        spool.Append(RecordKind.Report, Bytes("newer"));
        _bench.Time.Advance(TimeSpan.FromHours(23));
        spool.Maintain();
        Assert.Equal(["R2 newer @"], ReadAll(spool));
        Assert.Equal(1, spool.Dropped);
    }

    [Fact]
    public void TryRead_SegmentDroppedBelowTheCursor_GoesOnBehindTheHole()
    {
        using MessageSpool spool = _bench.Open();
        spool.Append(RecordKind.Report, Bytes("1"));
        spool.Append(RecordKind.Report, Bytes("2"));
        using SpoolCursor cursor = spool.OpenCursor(0, eventsOnly: false);
        Assert.True(cursor.TryRead(out _));
        _bench.Time.Advance(TimeSpan.FromHours(23));
        spool.Append(RecordKind.Report, Bytes("3"));
        _bench.Time.Advance(TimeSpan.FromHours(2));
        spool.Maintain();
        Assert.Equal(["R3 3 @"], ReadRest(cursor));
    }

    [Fact]
    public void TryAcknowledge_NumberNeverGiven_IsRefused()
    {
        using MessageSpool spool = _bench.Open();
        spool.Append(RecordKind.Report, Bytes("a"));
        Assert.False(spool.TryAcknowledge(2));
        Assert.Equal(0, spool.Acked);
    }

    [Fact]
    public void TryReconcile_CollectorKnowsLess_KeepsTheSpace()
    {
        using MessageSpool spool = _bench.Open();
        spool.Append(RecordKind.Report, Bytes("a"));
        Assert.True(spool.TryReconcile(0));
        Assert.True(spool.TryReconcile(1));
    }

    [Fact]
    public void TryReconcile_CollectorKnowsNumbersThatWereLost_BeginsNewSpaceAndKeepsWhatIsNew()
    {
        BootId boot;
        using (MessageSpool first = _bench.Open())
        {
            boot = first.BootId;
            first.Append(RecordKind.Report, Bytes("a"));
        }

        using (MessageSpool second = _bench.Open())
        {
            second.Append(RecordKind.Report, Bytes("new"));
            Assert.False(second.TryReconcile(5));
            Assert.NotEqual(boot, second.BootId);
            Assert.Equal(["R2 new @"], ReadAll(second, second.Acked));
            boot = second.BootId;
        }

        using MessageSpool third = _bench.Open();
        Assert.Equal(boot, third.BootId);
    }

    [Fact]
    public void InMemory_BeyondItsBytes_DropsOldestAndCounts()
    {
        using MessageSpool spool = _bench.InMemory();
        byte[] payload = new byte[1 << 10];
        for (int i = 0; i < 100; i++)
        {
            spool.Append(i % 10 == 0 ? RecordKind.Event : RecordKind.Report, payload);
        }

        Assert.Equal(36, spool.Dropped);
        Assert.Equal(64, ReadAll(spool).Count);
        Assert.True(spool.TryAcknowledge(99));
        Assert.Single(ReadAll(spool));
    }

    [Fact]
    public void Append_RecordLargerThanAllowed_IsDroppedAndLeavesAHole()
    {
        using MessageSpool spool = _bench.Open();
        Assert.Equal(1, spool.Append(RecordKind.Report, new byte[RecordHeader.LargestPayload + 1]));
        Assert.Equal(2, spool.Append(RecordKind.Report, Bytes("b")));
        Assert.Equal(1, spool.Dropped);
        Assert.Equal(["R2 b @"], ReadAll(spool));
    }
}
