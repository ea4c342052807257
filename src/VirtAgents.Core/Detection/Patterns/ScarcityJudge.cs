using System.Globalization;

namespace VirtAgents.Core.Detection.Patterns;

/// <summary>Finds hosts of whose VMs many wait for CPU, and pools of whose VMs many wait for their disks, without one that is to blame. A pure function of a snapshot; keeps nothing.</summary>
/// <remarks>
/// Who waits is what <see cref="NeighbourJudge"/> says. At least <see cref="LeastWaiting"/> VMs and a quarter of all there have to. Where one is told to take what they wait
/// for it is that one's doing, and not told here.
/// </remarks>
public static class ScarcityJudge
{
    internal const int LeastWaiting = 2;
    private const double LeastPart = 0.25, LeastKnownPart = 0.5;

    /// <summary>Every host and pool with VMs.</summary>
    /// <param name="vms">The running VMs of the fleet.</param>
    /// <param name="blamed">Where the cause is told: one is to blame (<see cref="NeighbourWatch.Blamed"/>), or the start of many (<see cref="StormWatch.Places"/>).</param>
    public static IReadOnlyList<Scarcity> Judge(IReadOnlyList<NeighbourVm> vms, IReadOnlySet<(bool IsCpu, string Place)> blamed)
    {
        ArgumentNullException.ThrowIfNull(vms);
        ArgumentNullException.ThrowIfNull(blamed);
        return
        [
            .. vms.GroupBy(v => v.Host.ToString()).Select(g => Of(true, g)),
            .. vms.SelectMany(v => v.Pools.Select(p => (Pool: p, Vm: v))).GroupBy(p => p.Pool, p => p.Vm).Select(g => Of(false, g)),
        ];

        Scarcity Of(bool isCpu, IGrouping<string, NeighbourVm> place)
        {
            NeighbourVm[] all = [.. place], waiting = [.. all.Where(v => NeighbourJudge.Waits(v, isCpu)).OrderByDescending(v => Symptom(v, isCpu))];
            bool isKnown = all.Count(v => !double.IsNaN(Symptom(v, isCpu))) >= LeastKnownPart * all.Length;
            bool isScarce = waiting.Length >= Math.Max(LeastWaiting, LeastPart * all.Length) && !blamed.Contains((isCpu, place.Key));
            return new(isCpu, place.Key, all, waiting, isScarce, isScarce || isKnown);
        }
    }

    /// <summary>What a VM suffers in the newest window: time it waits for CPU, percent, or its disk latency, milliseconds; NaN = unknown, or it does nothing with its disks.</summary>
    internal static double Symptom(NeighbourVm vm, bool isCpu) => vm.Uses is [.., var newest] ? (isCpu ? newest.StealPercent : newest.LatencyMs) : double.NaN;
}

/// <summary>A host or pool, and who waits for it.</summary>
/// <param name="IsCpu">Whether it is about the CPU of a host; else about the disks of a pool.</param>
/// <param name="Place">Identity of the host or pool.</param>
/// <param name="Vms">The running VMs there.</param>
/// <param name="Waiting">Those that wait, the one that waits most first.</param>
/// <param name="IsScarce">Whether many wait and none of them is to blame.</param>
/// <param name="IsKnown">Whether enough is known to say so or not.</param>
public sealed record Scarcity(bool IsCpu, string Place, IReadOnlyList<NeighbourVm> Vms, IReadOnlyList<NeighbourVm> Waiting, bool IsScarce, bool IsKnown)
{
    /// <summary>What it says, for people; there have to be some that wait.</summary>
    public string Describe()
    {
        NeighbourVm most = Waiting[0];
        double symptom = ScarcityJudge.Symptom(most, IsCpu);
        string worst = IsCpu
            ? string.Create(CultureInfo.InvariantCulture, $"wait for CPU {NeighbourJudge.LeastStealPercent} % of the time or more, VM {most.Name} {symptom:0.#} %")
            : string.Create(CultureInfo.InvariantCulture, $"wait for their disks {NeighbourJudge.LatencyFactor} times as long as usual or more, VM {most.Name} {symptom:0.#} ms, usually {most.UsualLatencyMs:0.#}");
        return $"{Waiting.Count} of {Vms.Count} VMs {worst}; none of them alone is to blame";
    }
}
