using System.Runtime.CompilerServices;

namespace VirtAgents.Core.Scheduling.Planning;

/// <summary>Random numbers of a search: xorshift64* (Vigna, 2016), the same on every machine and version for the same seed.</summary>
internal struct SearchRandom(ulong seed)
{
    private ulong _state = (seed * 0x9E37_79B9_7F4A_7C15UL) | 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Next()
    {
        _state ^= _state >> 12;
        _state ^= _state << 25;
        _state ^= _state >> 27;
        return (uint)((_state * 0x2545_F491_4F6C_DD1DUL) >> 32);
    }

    /// <summary>From 0 to less than <paramref name="count"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Below(int count) => (int)(((ulong)Next() * (uint)count) >> 32);
}
