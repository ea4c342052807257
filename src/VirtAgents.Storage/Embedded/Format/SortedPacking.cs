using System.Numerics;

namespace VirtAgents.Storage.Embedded.Format;

/// <summary>Ascending numbers between two known ones in few bits.</summary>
/// <remarks>
/// The middle one is written first, in no more bits than its bounds leave open; then it bounds those before and those after it: A. Moffat,
/// L. Stuiver, "Binary Interpolative Coding for Effective Index Compression", Information Retrieval 3(1), 2000.
/// </remarks>
internal static class SortedPacking
{
    public static void Write(ref BitPacking.Writer target, ReadOnlySpan<int> sorted, int lowest, int highest)
    {
        if (sorted.IsEmpty || lowest == highest)
        {
            return;
        }

        int middle = sorted.Length / 2;
        WriteBelow(ref target, (uint)(sorted[middle] - lowest), (uint)(highest - lowest) + 1);
        Write(ref target, sorted[..middle], lowest, sorted[middle]);
        Write(ref target, sorted[(middle + 1)..], sorted[middle], highest);
    }

    /// <exception cref="InvalidDataException">The bits end too early.</exception>
    public static void Read(ref BitPacking.Reader source, Span<int> sorted, int lowest, int highest)
    {
        if (lowest == highest)
        {
            sorted.Fill(lowest);
            return;
        }

        if (sorted.IsEmpty)
        {
            return;
        }

        int middle = sorted.Length / 2;
        sorted[middle] = lowest + (int)ReadBelow(ref source, (uint)(highest - lowest) + 1);
        Read(ref source, sorted[..middle], lowest, sorted[middle]);
        Read(ref source, sorted[(middle + 1)..], sorted[middle], highest);
    }

    // Of a limit that is no power of two the lowest numbers take a bit less.
    private static void WriteBelow(ref BitPacking.Writer target, uint value, uint limit)
    {
        int bits = BitOperations.Log2(limit);
        uint shorter = (uint)((2UL << bits) - limit);
        if (value < shorter)
        {
            target.Add(value, bits);
            return;
        }

        target.Add((value + shorter) >> 1, bits);
        target.Add((value + shorter) & 1, 1);
    }

    private static uint ReadBelow(ref BitPacking.Reader source, uint limit)
    {
        int bits = BitOperations.Log2(limit);
        uint shorter = (uint)((2UL << bits) - limit);
        uint value = source.Take(bits);
        return value < shorter ? value : (value << 1 | source.Take(1)) - shorter;
    }
}
