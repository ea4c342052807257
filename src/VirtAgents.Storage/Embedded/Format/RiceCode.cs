namespace VirtAgents.Storage.Embedded.Format;

/// <summary>Small numbers in few bits: the upper part as so many ones and a zero, the lower one as it is.</summary>
/// <remarks>
/// R. F. Rice, "Some Practical Universal Noiseless Coding Techniques", JPL 79-22, 1979. It is near the best for numbers that are rarer the greater
/// they are. One that is far too great comes after so many ones without a zero, as it is.
/// </remarks>
internal static class RiceCode
{
    /// <summary>Greatest number of lower bits.</summary>
    public const int MostLowerBits = 15;

    private const int MostOnes = 24;
    private const int WholeBits = 32;

    /// <summary>The number of lower bits that makes some numbers shortest.</summary>
    public static int BestLowerBits(ReadOnlySpan<uint> numbers)
    {
        long least = BitsOf(numbers, 0);
        for (int lower = 1; lower <= MostLowerBits; lower++)
        {
            long bits = BitsOf(numbers, lower);
            if (bits >= least)
            {
                return lower - 1;
            }

            least = bits;
        }

        return MostLowerBits;
    }

    /// <summary>Bits that some numbers take.</summary>
    public static long BitsOf(ReadOnlySpan<uint> numbers, int lowerBits)
    {
        long bits = 0;
        foreach (uint number in numbers)
        {
            uint ones = number >> lowerBits;
            bits += ones < MostOnes ? ones + 1 + lowerBits : MostOnes + WholeBits;
        }

        return bits;
    }

    public static void Write(ref BitPacking.Writer target, uint number, int lowerBits)
    {
        uint ones = number >> lowerBits;
        if (ones >= MostOnes)
        {
            target.Add((1U << MostOnes) - 1, MostOnes);
            target.Add(number, WholeBits);
            return;
        }

        target.Add((1U << (int)ones) - 1, (int)ones + 1);
        target.Add(number & ((1U << lowerBits) - 1), lowerBits);
    }

    /// <exception cref="InvalidDataException">The bits end too early.</exception>
    public static uint Read(ref BitPacking.Reader source, int lowerBits)
    {
        int ones = source.Ones(MostOnes);
        return ones == MostOnes ? source.Take(WholeBits) : ((uint)ones << lowerBits) | source.Take(lowerBits);
    }
}
