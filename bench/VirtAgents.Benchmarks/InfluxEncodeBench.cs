using System.Globalization;
using System.IO.Compression;
using VirtAgents.Core.Model;
using VirtAgents.Storage;
using VirtAgents.Storage.Influx;
using VirtAgents.Storage.Influx.Lines;

namespace VirtAgents.Benchmarks;

/// <summary>
/// CPU, bytes and allocation per value of the way to InfluxDB, for 50 hosts x 50 VMs x 20 values a tick: line protocol alone,
/// and compressed as it is sent. Beside it the floor: the finished lines copied once.
/// </summary>
internal static class InfluxEncodeBench
{
    private const int Ticks = 20, Rounds = 7, VmNameLength = 12;

    public static int Run(string[] args)
    {
        if (args.Length > 0)
        {
            Console.Error.WriteLine("usage: influx-encode");
            return 2;
        }

        WriteBatch batch = new StorageLoad(1_748_736_000_000).Next();
        var names = new NewNames([], [.. batch.Reports.Select(Snapshot)]);
        var encoder = new LineEncoder();
        using var buffer = new LineBuffer();
        using var packed = new MemoryStream();
        long bytes = 0, packedBytes = 0;
        void Tick(Action<ReadOnlyMemory<byte>> send)
        {
            int lines = Encode(encoder, buffer, names, batch, send);
            Require(lines == StorageLoad.Hosts * StorageLoad.VmsPerHost, $"{lines} lines");
        }

        Tick(lines => bytes += lines.Length);
        Tick(lines => packedBytes += Pack(packed, lines));
        byte[] copy = new byte[bytes], finished = new byte[bytes];
        Console.WriteLine(Invariant($"influx: {(double)bytes / StorageLoad.Values:F1} bytes per value, {(double)packedBytes / StorageLoad.Values:F1} compressed"));
        Print("encode", () => Tick(static _ => { }));
        Print("encode and compress", () => Tick(lines => Pack(packed, lines)));
        Print("floor: copy the lines", () => finished.CopyTo(copy, 0));
        return 0;
    }

    private static int Encode(LineEncoder encoder, LineBuffer buffer, NewNames names, WriteBatch batch, Action<ReadOnlyMemory<byte>> send)
    {
        int lines = 0;
        void Flush()
        {
            lines += buffer.Lines;
            send(buffer.Written);
            buffer.Clear();
        }

        foreach (ReportRecord report in batch.Reports)
        {
            LineEncoder.Rows rows = encoder.Begin(report, names.Of(report));
            while (rows.Fill(buffer, InfluxWriter.LinesPerRequest))
            {
                Flush();
            }
        }

        Flush();
        return lines;
    }

    private static long Pack(MemoryStream packed, ReadOnlyMemory<byte> lines)
    {
        packed.SetLength(0);
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(lines.Span);
        }

        return packed.Length;
    }

    // Names as long as real ones: they are a good part of a line.
    private static HostSnapshot Snapshot(ReportRecord report)
    {
        VmInfo[] vms = [.. report.Subjects.OfType<Subject>().Where(s => s.Kind == SubjectKind.Vm)
            .Select((s, i) => new VmInfo(i + 1, new VmId(s.Owner), $"guest-{i}".PadRight(VmNameLength, 'x'), "blue", 2, 1 << 30, [], []))];
        HostInfo host = HostInfo.None with { Id = report.Host, Name = "host-001.example" };
        return new HostSnapshot("lab", new Inventory(0, host, [.. vms], [], []), "1", 0);
    }

    private static void Print(string what, Action tick)
    {
        tick();
        var rates = new List<double>();
        var allocated = new List<double>();
        for (int round = 0; round < Rounds; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            TimeSpan start = Environment.CpuUsage.TotalTime;
            for (int i = 0; i < Ticks; i++)
            {
                tick();
            }

            rates.Add((double)Ticks * StorageLoad.Values / (Environment.CpuUsage.TotalTime - start).TotalSeconds / 1e6);
            allocated.Add((double)(GC.GetAllocatedBytesForCurrentThread() - before) / Ticks);
        }

        Console.WriteLine(Invariant($"{what}: {Machine.Median(rates):F1} M values per CPU-second (median of {Rounds}), {Machine.Median(allocated):F0} bytes allocated per tick of {StorageLoad.Values} values"));
    }

    private static void Require(bool good, string what)
    {
        if (!good)
        {
            throw new InvalidOperationException(what);
        }
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
