using System.Globalization;
using Google.Protobuf;
using VirtAgents.Core.Model;
using VirtAgents.Protocol;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Benchmarks;

/// <summary>
/// Bytes, CPU and allocation per value of the stream codec, for 50 VMs with 20 metrics: nanosecond and byte counters
/// and gauges, a third of the VMs idle. Beside it the floor: the parser of the library with the same bytes, no values read.
/// </summary>
internal static class WireBench
{
    private const int Vms = 50, Values = Vms * CounterWorld.Metrics, Ticks = 600, Rounds = 7;

    public static int Run(string[] args)
    {
        byte[][] messages = Record();
        double bytes = messages.Skip(1).Average(m => (double)m.Length) / Values;
        Console.WriteLine(Invariant($"wire: {bytes:F2} bytes per value (keyframe {(double)messages[0].Length / Values:F2}), {Ticks} reports of {Values} values"));
        Print("encode", [.. Enumerable.Range(0, Rounds).Select(_ => Encode())]);
        Print("decode", [.. Enumerable.Range(0, Rounds).Select(_ => Decode(messages))]);
        Print("  of it parsed messages to samples", [.. Enumerable.Range(0, Rounds).Select(_ => DecodeParsed(messages))]);
        Print("floor: protobuf parse alone", [.. Enumerable.Range(0, Rounds).Select(_ => ParseOnly(messages))]);
        return 0;
    }

    private static void Print(string what, Measured[] rounds)
    {
        double rate = Machine.Median(rounds.Select(r => Ticks * Values / r.Cpu.TotalSeconds / 1e6));
        double allocated = Machine.Median(rounds.Select(r => (double)r.Allocated / Ticks));
        Console.WriteLine(Invariant($"{what}: {rate:F1} M values per CPU-second (median of {rounds.Length}), {allocated:F0} bytes allocated per report, {allocated / Values:F2} per value"));
    }

    private static Measured Encode()
    {
        var world = new CounterWorld(Vms, seed: 7);
        var encoder = new ReportEncoder();
        var sets = new SampleSet[Ticks];
        for (int i = 0; i < Ticks; i++)
        {
            sets[i] = world.Next(new SampleSet());
        }

        return Measure(() =>
        {
            long length = 0;
            for (int i = 0; i < Ticks; i++)
            {
                length += encoder.Encode(sets[i], i + 1, i == 0).CalculateSize();
            }

            return length;
        });
    }

    private static Measured Decode(byte[][] messages)
    {
        var decoder = new ReportDecoder(ProtocolLimits.Default);
        var set = new SampleSet();
        return Measure(() =>
        {
            long rows = 0;
            foreach (byte[] message in messages)
            {
                if (!decoder.TryDecode(Report.Parser.ParseFrom(message), set, out string? problem))
                {
                    throw new InvalidOperationException(problem);
                }

                rows += set[0].RowCount;
            }

            return rows == Ticks * Vms ? rows : throw new InvalidOperationException($"{rows} rows decoded");
        });
    }

    private static Measured DecodeParsed(byte[][] messages)
    {
        Report[] parsed = [.. messages.Select(m => Report.Parser.ParseFrom(m))];
        var decoder = new ReportDecoder(ProtocolLimits.Default);
        var set = new SampleSet();
        decoder.TryDecode(parsed[0], set, out _); // buffers have their size from here
        return Measure(() => parsed.Sum(r => decoder.TryDecode(r, set, out string? problem) ? 1L : throw new InvalidOperationException(problem)));
    }

    private static Measured ParseOnly(byte[][] messages) => Measure(() => messages.Sum(m => (long)Report.Parser.ParseFrom(m).Tables.Count));

    private static Measured Measure(Func<long> work)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        TimeSpan start = Machine.Cpu();
        GC.KeepAlive(work());
        return new Measured(Machine.Cpu() - start, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static byte[][] Record()
    {
        var world = new CounterWorld(Vms, seed: 7);
        var encoder = new ReportEncoder();
        return [.. Enumerable.Range(0, Ticks).Select(i => encoder.Encode(world.Next(new SampleSet()), i + 1, i == 0).ToByteArray())];
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private readonly record struct Measured(TimeSpan Cpu, long Allocated);
}
