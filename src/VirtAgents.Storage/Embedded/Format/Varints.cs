using System.Numerics;

namespace VirtAgents.Storage.Embedded.Format;

/// <summary>Small numbers in few bytes: seven bits a byte, signs folded into the lowest bit.</summary>
internal static class Varints
{
    public const int MaxBytes = 10;

    public static ulong Zigzag(long value) => (ulong)((value << 1) ^ (value >> 63));

    public static long Unzigzag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    public static int Length(ulong value) => (BitOperations.Log2(value | 1) / 7) + 1;

    public static int Write(Span<byte> target, ulong value)
    {
        int length = 0;
        while (value >= 0x80)
        {
            target[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        target[length++] = (byte)value;
        return length;
    }
}
