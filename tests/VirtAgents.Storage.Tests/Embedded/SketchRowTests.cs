using CsCheck;
using VirtAgents.Core.Metrics;
using VirtAgents.Storage.Embedded.Format;
using VirtAgents.Storage.Embedded.Rollups;

namespace VirtAgents.Storage.Tests.Embedded;

public sealed class SketchRowTests
{
    private static readonly Gen<(int Bin, long Count)[]> Bins = Gen.Select(
        Gen.OneOf(Gen.Int[-3_225, 3_225], Gen.Int[900, 1_100]).Array[1, 300], Gen.OneOf(Gen.Long[1, 4], Gen.Long[1, 3_600], Gen.Long[1, 1L << 31]).Array[300])
        .Select((bins, counts) => bins.Distinct().Order().Select((bin, i) => (bin, counts[i])).ToArray());

    [Fact]
    public void ReadAfterWrite_AnyBins_AreTheSame()
    {
        Gen.Select(Bins, Gen.Int[-1, 1], Gen.Int[1, 5]).Sample((bins, rounded, above) =>
        {
            int lowest = bins[0].Bin + rounded;
            int highest = Math.Max(lowest + 1, bins[^1].Bin + above);
            var target = new ByteWriter();
            var read = new Distribution(0);

            new SketchRow().Write(target, lowest, highest, bins);
            target.Varint(77);
            var source = new ByteReader(target.Written);
            SketchRow.Read(ref source, lowest, highest, bins.Sum(b => b.Count), read);

            Assert.Equal(bins, read.Sketch().Bins().ToArray());
            Assert.Equal(77, source.Number(100));
        });
    }

    [Fact]
    public void Write_AnHourOfTenSeconds_IsNearWhatItHasToTell()
    {
        var random = new Random(1);
        (int Bin, long Count)[] bins = [.. Enumerable.Range(0, 360).Select(_ => QuantileSketch.BinOf(random.NextDouble())).GroupBy(b => b).OrderBy(g => g.Key).Select(g => (g.Key, (long)g.Count()))];
        var target = new ByteWriter();

        new SketchRow().Write(target, bins[0].Bin, bins[^1].Bin, bins);

        // Two bytes for each bin and its count were some 330.
        Assert.InRange(target.Length, 1, 110);
    }

    [Fact]
    public void Read_AnyBytes_IsSaidOrGivesSomethingButNeverCrashes()
    {
        Gen.Select(Gen.Byte.Array[0, 100], Bins, Gen.Int[0, 100], Gen.Byte).Sample((garbage, bins, at, value) =>
        {
            var target = new ByteWriter();
            new SketchRow().Write(target, bins[0].Bin, bins[0].Bin + 9, bins);
            byte[] damaged = target.Written.ToArray();
            damaged[at % damaged.Length] = value;
            foreach (byte[] bytes in (byte[][])[garbage, damaged])
            {
                try
                {
                    var source = new ByteReader(bytes);
                    SketchRow.Read(ref source, bins[0].Bin, bins[0].Bin + 9, 5, new Distribution(0));
                }
                catch (InvalidDataException)
                {
                    // Said so.
                }
            }
        });
    }
}
