namespace VirtAgents.Simulation;

/// <summary>
/// Random numbers that depend on nothing but their arguments: the same question always has the same answer,
/// whoever asks first. This is what makes runs equal whatever the order of steps and samples.
/// </summary>
/// <remarks>The mixer is the finalizer of SplitMix64 (Steele, Lea and Flood, 2014).</remarks>
internal static class Noise
{
    public static ulong Hash(ulong seed, long first, long second = 0)
    {
        ulong mixed = Mix(seed + 0x9E3779B97F4A7C15UL);
        mixed = Mix(mixed ^ ((ulong)first * 0xD1342543DE82EF95UL));
        return Mix(mixed ^ ((ulong)second * 0xAF251AF3B0F025B5UL));
    }

    public static ulong Hash(ulong seed, string text)
    {
        ulong hash = Mix(seed ^ 0xCBF29CE484222325UL);
        foreach (char c in text)
        {
            hash = Mix((hash ^ c) * 0x100000001B3UL);
        }

        return hash;
    }

    /// <summary>From 0 (included) to 1 (excluded).</summary>
    public static double Unit(ulong seed, long first, long second = 0) => (Hash(seed, first, second) >> 11) * (1.0 / (1UL << 53));

    /// <summary>From 1 - spread to 1 + spread.</summary>
    public static double Around(double spread, ulong seed, long first, long second = 0) =>
        1 + (spread * ((2 * Unit(seed, first, second)) - 1));

    /// <summary>A UUID of version 4 form that depends only on the seed and the name.</summary>
    public static Guid Uuid(long seed, string name)
    {
        Span<byte> bytes = stackalloc byte[16];
        ulong key = Hash((ulong)seed, name);
        BitConverter.TryWriteBytes(bytes, Hash(key, 1));
        BitConverter.TryWriteBytes(bytes[8..], Hash(key, 2));
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    private static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9UL;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EBUL;
        return x ^ (x >> 31);
    }
}
