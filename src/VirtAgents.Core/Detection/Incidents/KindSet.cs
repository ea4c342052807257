namespace VirtAgents.Core.Detection.Incidents;

/// <summary>A set of kinds of findings, of numbers below 64.</summary>
internal readonly record struct KindSet(ulong Bits)
{
    public static KindSet Of(params ReadOnlySpan<FindingKind> kinds)
    {
        ulong bits = 0;
        foreach (FindingKind kind in kinds)
        {
            bits |= 1UL << (int)kind;
        }

        return new(bits);
    }

    public bool Contains(FindingKind kind) => (Bits & (1UL << (int)kind)) != 0;

    public KindSet Without(KindSet others) => new(Bits & ~others.Bits);

    public KindSet And(KindSet others) => new(Bits | others.Bits);
}
