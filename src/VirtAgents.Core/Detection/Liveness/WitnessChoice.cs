using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Liveness;

/// <summary>A host whose agent can be asked what it sees.</summary>
/// <param name="Host">The host.</param>
/// <param name="Cluster">Its cluster.</param>
/// <param name="CanBeSeen">Whether others can ask after it, so that it serves as the third host.</param>
public readonly record struct WitnessCandidate(HostId Host, string Cluster, bool CanBeSeen);

/// <summary>One question: who looks, and at which third host to show that it sees anybody.</summary>
/// <param name="Witness">Host that looks.</param>
/// <param name="Third">Host that it looks at as well; null = there is none, and what it does not see counts for nothing.</param>
public readonly record struct WitnessQuestion(HostId Witness, HostId? Third);

/// <summary>Chooses who is asked after a host. Pure; the same round of the same host always chooses the same.</summary>
/// <remarks>
/// Hosts of the same cluster come first: they share its networks. Among equals the order is that of a hash of host, witness
/// and round, so that no host is asked always, and another round asks others, perhaps in another rack.
/// </remarks>
public static class WitnessChoice
{
    /// <summary>So many are asked in a round.</summary>
    public const int Most = 3;

    /// <summary>Chooses the questions of one round.</summary>
    /// <param name="suspect">Host that is asked after.</param>
    /// <param name="cluster">Its cluster.</param>
    /// <param name="candidates">Hosts that are heard now.</param>
    /// <param name="round">Number of the round.</param>
    public static IReadOnlyList<WitnessQuestion> Choose(HostId suspect, string cluster, IEnumerable<WitnessCandidate> candidates, int round)
    {
        WitnessCandidate[] ordered = [.. candidates.Where(c => c.Host != suspect)
            .OrderBy(c => c.Cluster == cluster ? 0 : 1)
            .ThenBy(c => OrderOf(suspect, c.Host, round)).ThenBy(c => c.Host.Value)];
        return [.. ordered.Take(Most).Select((w, i) => new WitnessQuestion(w.Host, ThirdOf(i, ordered)))];
    }

    // Each witness another one where that is possible: one that nobody can reach would silence all.
    private static HostId? ThirdOf(int witness, WitnessCandidate[] ordered)
    {
        for (int step = 1; step < ordered.Length; step++)
        {
            WitnessCandidate other = ordered[(witness + step) % ordered.Length];
            if (other.CanBeSeen)
            {
                return other.Host;
            }
        }

        return null;
    }

    // FNV-1a: the order has to be the same in every process.
    private static ulong OrderOf(HostId suspect, HostId witness, int round)
    {
        const ulong Basis = 14_695_981_039_346_656_037, Prime = 1_099_511_628_211;
        Span<byte> bytes = stackalloc byte[36];
        BitConverter.TryWriteBytes(bytes, round);
        suspect.Value.TryWriteBytes(bytes[4..]);
        witness.Value.TryWriteBytes(bytes[20..]);
        ulong hash = Basis;
        foreach (byte one in bytes)
        {
            hash = unchecked((hash ^ one) * Prime);
        }

        return hash;
    }
}
