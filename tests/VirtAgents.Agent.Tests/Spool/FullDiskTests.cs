using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using VirtAgents.Agent.Spool;
using static VirtAgents.Agent.Tests.Spool.SpoolBench;

namespace VirtAgents.Agent.Tests.Spool;

[Trait("needs", "root")]
public sealed class FullDiskTests : IDisposable
{
    private readonly SpoolBench _bench = new();

    public FullDiskTests() => Run("mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", _bench.Path);

    public void Dispose()
    {
        Run("umount", "-l", _bench.Path);
        _bench.Dispose();
    }

    [Fact]
    public void Append_DiskFull_GoesOnInMemoryAndHeals()
    {
        var limits = new SpoolLimits(64 << 20, TimeSpan.FromHours(1), 256 << 10);
        using MessageSpool spool = MessageSpool.Open(Path.Combine(_bench.Path, "spool"), Host, limits, _bench.Time, NullLogger.Instance);
        string ballast = Path.Combine(_bench.Path, "ballast");
        File.WriteAllBytes(ballast, new byte[200 << 10]);
        using SpoolCursor cursor = spool.OpenCursor(0, eventsOnly: false);
        spool.SetInventory(1, Bytes("inventory"));
        byte[] payload = new byte[4 << 10];
        for (int i = 0; i < 100; i++)
        {
            spool.Append(RecordKind.Report, payload);
        }

        Assert.Equal(0, spool.Dropped);
        Assert.Equal(100, ReadRest(cursor).Count);
        File.Delete(ballast);
        spool.Append(RecordKind.Report, payload);
        Assert.Equal(Enumerable.Range(1, 101), Sequences(spool));
        Assert.Single(ReadRest(cursor));
        Assert.InRange(DirectoryBytes(), 101 * payload.Length, 512 << 10);
    }

    [Fact]
    public void Append_DiskFullForLong_DropsOldestInMemoryAndCounts()
    {
        var limits = new SpoolLimits(64 << 20, TimeSpan.FromHours(1), 64 << 10);
        using MessageSpool spool = MessageSpool.Open(Path.Combine(_bench.Path, "spool"), Host, limits, _bench.Time, NullLogger.Instance);
        byte[] payload = new byte[4 << 10];
        for (int i = 0; i < 300; i++)
        {
            spool.Append(RecordKind.Report, payload);
        }

        int[] left = [.. Sequences(spool)];
        Assert.Equal(300 - left.Length, spool.Dropped);
        Assert.InRange(spool.Dropped, 100, 200);
        Assert.Equal((1, 300), (left[0], left[^1]));
        Assert.True(spool.TryAcknowledge(300));
        Assert.Equal(301, spool.Append(RecordKind.Report, payload));
        Assert.Equal([301], Sequences(spool, 300));
    }

    private static IEnumerable<int> Sequences(MessageSpool spool, long after = 0) =>
        ReadAll(spool, after).Select(l => int.Parse(l.AsSpan(1, l.IndexOf(' ', StringComparison.Ordinal) - 1), null));

    private long DirectoryBytes() => Directory.GetFiles(Path.Combine(_bench.Path, "spool")).Sum(f => new FileInfo(f).Length);

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        Assert.True(process.WaitForExit(10_000));
        Assert.Equal(0, process.ExitCode);
    }
}
