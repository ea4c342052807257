using VirtAgents.Agent.Spool;
using static VirtAgents.Agent.Tests.Spool.SpoolBench;

namespace VirtAgents.Agent.Tests.Spool;

/// <summary>What a kill, a power cut or a bad disk may leave behind.</summary>
public sealed class SpoolDamageTests : IDisposable
{
    private readonly SpoolBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Open_NewestSegmentCutAtEveryByte_ReadsExactlyTheWholeRecords()
    {
        List<(long End, string Line)> records = WriteSix();
        byte[] whole = File.ReadAllBytes(_bench.Segments[^1]);
        for (int length = 0; length <= whole.Length; length++)
        {
            using SpoolBench copy = _bench.Copy();
            File.WriteAllBytes(copy.Segments[^1], whole[..length]);
            using MessageSpool spool = copy.Open();
            string[] expected = [.. records.Where(r => r.End <= length).Select(r => r.Line)];
            Assert.Equal(expected, ReadAll(spool));
            long next = spool.Append(RecordKind.Report, Bytes("after"));
            Assert.Equal(expected.Length + 1, next);
            Assert.Equal([.. expected, $"R{next} after @"], [.. ReadAll(spool).Select(WithoutInventoryOf(next))]);
        }
    }

    [Fact]
    public void Open_NewestSegmentWithEveryByteFlipped_NeverReadsAnythingThatWasNotWritten()
    {
        string[] lines = [.. WriteSix().Select(r => r.Line)];
        byte[] whole = File.ReadAllBytes(_bench.Segments[^1]);
        for (int at = 0; at < whole.Length; at++)
        {
            using SpoolBench copy = _bench.Copy();
            byte[] damaged = [.. whole];
            damaged[at] ^= 0xFF;
            File.WriteAllBytes(copy.Segments[^1], damaged);
            using MessageSpool spool = copy.Open();
            List<string> read = ReadAll(spool);
            Assert.Equal(lines[..read.Count], read);
            Assert.True(read.Count < lines.Length);
        }
    }

    [Fact]
    public void TryRead_SegmentDamagedWhileOpen_GivesUpTheRestOfItAndGoesOn()
    {
        using MessageSpool spool = _bench.Open();
        for (int i = 0; i < 3; i++)
        {
            spool.Append(RecordKind.Report, Bytes("first segment"));
        }

        using (FileStream file = new(_bench.Segments[0], FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.Position = Segment.HeaderSize + RecordHeader.Size + "first segment".Length + RecordHeader.Size + 2;
            file.WriteByte((byte)'?');
        }

        using SpoolCursor cursor = spool.OpenCursor(0, eventsOnly: false);
        Assert.Equal(["R1 first segment @"], ReadRest(cursor));
        Assert.Equal(2, spool.Dropped);
        Assert.Equal(4, spool.Append(RecordKind.Report, Bytes("later")));
        Assert.Equal(["R4 later @"], ReadRest(cursor));
    }

    [Theory]
    [InlineData("identity")]
    [InlineData("acked")]
    public void Open_SmallFileUnreadable_StartsAnyway(string name)
    {
        WriteSix();
        File.WriteAllText(Path.Combine(_bench.Path, name), "?");
        using MessageSpool spool = _bench.Open();
        spool.Append(RecordKind.Report, Bytes("goes on"));
        Assert.EndsWith("goes on @", WithoutInventoryOf(spool.LastSequence)(ReadAll(spool)[^1]), StringComparison.Ordinal);
    }

    private static Func<string, string> WithoutInventoryOf(long sequence) => line =>
        line.StartsWith($"R{sequence} ", StringComparison.Ordinal) ? line[..(line.LastIndexOf('@') + 1)] : line;

    /// <summary>Six records over two inventories; the place where each ends in its file.</summary>
    private List<(long End, string Line)> WriteSix()
    {
        var records = new List<(long, string)>();
        using MessageSpool spool = _bench.Open();
        for (int i = 1; i <= 6; i++)
        {
            if (i is 1 or 4)
            {
                spool.SetInventory(i, Bytes($"inventory {i}"));
            }

            spool.Append(i == 2 ? RecordKind.Event : RecordKind.Report, Bytes(new string('x', i)));
            records.Add((new FileInfo(_bench.Segments[^1]).Length, $"{(i == 2 ? 'E' : 'R')}{i} {new string('x', i)} @{(i < 4 ? 1 : 4)}"));
        }

        return records;
    }
}
