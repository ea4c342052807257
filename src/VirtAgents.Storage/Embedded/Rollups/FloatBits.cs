namespace VirtAgents.Storage.Embedded.Rollups;

/// <summary>Single precision numbers as integers in the same order, so that neighbours differ little and pack well.</summary>
internal static class FloatBits
{
    /// <summary>Bits of <see cref="Of"/> that <see cref="Coarse"/> leaves out.</summary>
    public const int CoarseBits = 16;

    private const int FineBits = 7;

    /// <summary>A number with seven digits; what is too great becomes the greatest one.</summary>
    public static long Of(double value)
    {
        int bits = BitConverter.SingleToInt32Bits((float)Math.Clamp(value, float.MinValue, float.MaxValue));
        return bits < 0 ? int.MinValue - (long)bits : bits;
    }

    public static double Value(long ordered)
    {
        int bits = unchecked((int)(ordered < 0 ? int.MinValue - ordered : ordered));
        return BitConverter.Int32BitsToSingle(bits);
    }

    /// <summary>A number with five digits.</summary>
    public static long Fine(double value) => (Of(value) + (1 << (FineBits - 1))) >> FineBits;

    public static double FineValue(long fine) => Value(fine << FineBits);

    /// <summary>A number that is not negative, with two digits.</summary>
    public static long Coarse(double value) => Of(value) >> CoarseBits;

    public static double CoarseValue(long coarse) => Value(coarse << CoarseBits);
}
