using CsCheck;
using VirtAgents.Storage.Embedded.Format;

namespace VirtAgents.Storage.Tests.Embedded;

public sealed class SortedPackingTests
{
    [Fact]
    public void ReadAfterWrite_AnyAscendingNumbers_AreTheSame()
    {
        Gen.Select(Gen.Int[-3_225, 3_225].Array[0, 64], Gen.Int[0, 40], Gen.Int[0, 40]).Sample((numbers, below, above) =>
        {
            int[] sorted = [.. numbers.Order()];
            int lowest = (sorted.Length > 0 ? sorted[0] : 5) - below;
            int highest = (sorted.Length > 0 ? sorted[^1] : 5) + above;
            byte[] bytes = new byte[200];
            var writer = new BitPacking.Writer(bytes, 0);
            int[] read = new int[sorted.Length];

            SortedPacking.Write(ref writer, sorted, lowest, highest);
            var reader = new BitPacking.Reader(bytes.AsSpan(0, writer.Finish()), 0);
            SortedPacking.Read(ref reader, read, lowest, highest);

            Assert.Equal(sorted, read);
        });
    }

    [Fact]
    public void Read_AnyBytes_GivesAscendingNumbersWithinTheBoundsOrSaysThatTheyEnd()
    {
        Gen.Select(Gen.Byte.Array[0, 60], Gen.Int[0, 62], Gen.Int[-3_225, 3_225], Gen.Int[0, 3_000]).Sample((bytes, count, lowest, span) =>
        {
            int[] read = new int[count];
            var reader = new BitPacking.Reader(bytes, 0);
            try
            {
                SortedPacking.Read(ref reader, read, lowest, lowest + span);
            }
            catch (InvalidDataException)
            {
                return;
            }

            Assert.Equal(read.Order(), read);
            Assert.All(read, number => Assert.InRange(number, lowest, lowest + span));
        });
    }
}
