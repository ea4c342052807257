using System.Collections.Immutable;
using System.Globalization;

namespace VirtAgents.Core.Scheduling.Clusters;

/// <summary>Memory of a cluster when as many of its largest hosts have failed as may (N+1, if that is one). Sums are compared, nothing is packed.</summary>
/// <param name="Failing">The hosts that are taken to fail, largest first, equal ones by id; of a smaller cluster all.</param>
/// <param name="WholeMb">What the others have for VMs, MiB; those that are drained or not known have failed already.</param>
/// <param name="PromisedMb">What all VMs were promised, MiB.</param>
public sealed record FailoverRoom(ImmutableArray<string> Failing, double WholeMb, double PromisedMb)
{
    private const double MibPerGib = 1_024;

    /// <summary>What no VM was promised, MiB; below 0 = not all VMs would find room.</summary>
    public double FreeMb => WholeMb - PromisedMb;

    /// <summary>Whether all VMs would find room.</summary>
    public bool IsEnough => FreeMb >= 0;

    /// <summary>Of a cluster; null = no host may fail by its limits.</summary>
    public static FailoverRoom? Of(ClusterSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        int failing = snapshot.Limits.FailoverHosts;
        if (failing == 0)
        {
            return null;
        }

        ClusterHost[] hosts = [.. snapshot.Hosts.Where(h => h.Carries).OrderByDescending(RoomMb).ThenBy(h => h.Id, StringComparer.Ordinal)];
        return new([.. hosts.Take(failing).Select(h => h.Id)], hosts.Skip(failing).Sum(RoomMb), snapshot.Vms.Sum(v => v.MemoryMb));
    }

    /// <summary>For people.</summary>
    public string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"VMs were promised {PromisedMb / MibPerGib:0.#} GiB; without {(Failing.IsEmpty ? "any host that is online" : string.Join(", ", Failing))} the other hosts have {WholeMb / MibPerGib:0.#} GiB for them");

    private static double RoomMb(ClusterHost host) => host.Size.MemoryMb - host.ReservedMemoryMb;
}
