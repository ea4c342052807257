using System.Globalization;

namespace VirtAgents.Core.Detection.Patterns;

/// <summary>Finds hosts of which many VMs began to run at about the same time, and whose VMs wait since. A pure function of a snapshot; keeps nothing.</summary>
/// <remarks>
/// Many are <see cref="LeastStarted"/> and a quarter of the VMs of the host, within <see cref="TogetherMs"/>. As many as make a host saturated have to wait, by the limits of
/// <see cref="NeighbourJudge"/>, but in the newest window alone: what boots seldom takes two. Starts without waiting harm nobody. A VM whose start is unknown did not start.
/// </remarks>
public static class StormJudge
{
    /// <summary>How far apart the starts may be, milliseconds.</summary>
    public const long TogetherMs = 600_000;

    /// <summary>How long after the last start waiting is taken for its doing, milliseconds.</summary>
    public const long EffectMs = 3_600_000;

    /// <summary>Least number of VMs that start.</summary>
    public const int LeastStarted = 4;

    private const double LeastPart = 0.25, LeastKnownPart = 0.5;

    /// <summary>Every host with VMs.</summary>
    /// <param name="timeUnixMs">Clock of the collector, milliseconds since 1970 UTC.</param>
    /// <param name="vms">The running VMs of the fleet, those that have just begun as well.</param>
    public static IReadOnlyList<Storm> Judge(long timeUnixMs, IReadOnlyList<StartedVm> vms)
    {
        ArgumentNullException.ThrowIfNull(vms);
        return [.. vms.GroupBy(v => v.Vm.Host).Select(host => Judge(timeUnixMs, [.. host]))];
    }

    private static Storm Judge(long timeUnixMs, StartedVm[] vms)
    {
        StartedVm[] started = Together([.. vms.Where(v => v.StartedUnixMs > timeUnixMs - EffectMs - TogetherMs).OrderBy(v => v.StartedUnixMs)]);
        StartedVm[] waiting = [.. vms.Where(v => v.Waits)];
        bool areMany = started.Length >= Math.Max(LeastStarted, LeastPart * vms.Length) && timeUnixMs - started[^1].StartedUnixMs <= EffectMs;
        bool doWait = waiting.Length >= Math.Max(ScarcityJudge.LeastWaiting, LeastPart * vms.Length);
        return new(vms, started, waiting, areMany, doWait, doWait || vms.Count(v => v.IsKnown) >= LeastKnownPart * vms.Length);
    }

    // The largest group within the span, of equals the newest.
    private static StartedVm[] Together(StartedVm[] byTime)
    {
        (int from, int count) = (0, 0);
        for (int first = 0, last = 0; last < byTime.Length; last++)
        {
            while (byTime[last].StartedUnixMs - byTime[first].StartedUnixMs > TogetherMs)
            {
                first++;
            }

            (from, count) = last - first + 1 >= count ? (first, last - first + 1) : (from, count);
        }

        return byTime[from..(from + count)];
    }
}

/// <summary>A host, which of its VMs began to run together, and who waits.</summary>
/// <param name="Vms">Its running VMs, at least one.</param>
/// <param name="Started">Those that began together, oldest first.</param>
/// <param name="Waiting">Those that wait for CPU or disks in the newest window.</param>
/// <param name="AreMany">Whether so many began together, so lately, that waiting may be their doing.</param>
/// <param name="DoWait">Whether many wait.</param>
/// <param name="IsKnown">Whether enough is known to say whether many wait.</param>
public sealed record Storm(
    IReadOnlyList<StartedVm> Vms, IReadOnlyList<StartedVm> Started, IReadOnlyList<StartedVm> Waiting, bool AreMany, bool DoWait, bool IsKnown)
{
    /// <summary>Whether it is a boot storm.</summary>
    public bool IsStorm => AreMany && DoWait;

    /// <summary>What it makes scarce: the CPU of the host, and the disks of the pools that its VMs wait for.</summary>
    internal IEnumerable<(bool IsCpu, string Place)> Places =>
        Waiting.Where(v => v.WaitsForDisks).SelectMany(v => v.Vm.Pools).Select(p => (false, p)).Prepend((true, Vms[0].Vm.Host.ToString()));

    /// <summary>Whether all that wait do so where VMs waited before.</summary>
    internal bool IsOldNews(IReadOnlySet<(bool IsCpu, string Place)> scarce) => Waiting.All(
        v => (v.WaitsForCpu && scarce.Contains((true, v.Vm.Host.ToString()))) || (v.WaitsForDisks && v.Vm.Pools.Any(p => scarce.Contains((false, p)))));

    /// <summary>What it says, for people; some have to have begun, and some to wait.</summary>
    public string Describe() =>
        $"{Started.Count} of {Vms.Count} VMs began to run from {TimeText(Started[0].StartedUnixMs)} to {TimeText(Started[^1].StartedUnixMs)}; {string.Join(", ", Waits())}";

    private IEnumerable<string> Waits()
    {
        StartedVm[] cpu = [.. Waiting.Where(v => v.WaitsForCpu)], disks = [.. Waiting.Where(v => v.WaitsForDisks)];
        if (cpu.MaxBy(v => ScarcityJudge.Symptom(v.Vm, isCpu: true)) is { } most)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{cpu.Length} wait for CPU {NeighbourJudge.LeastStealPercent} % of the time or more, VM {most.Vm.Name} {ScarcityJudge.Symptom(most.Vm, isCpu: true):0.#} %");
        }

        if (disks.MaxBy(v => ScarcityJudge.Symptom(v.Vm, isCpu: false)) is { } slowest)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{disks.Length} wait for their disks {NeighbourJudge.LatencyFactor} times as long as usual or more, VM {slowest.Vm.Name} {ScarcityJudge.Symptom(slowest.Vm, isCpu: false):0.#} ms, usually {slowest.Vm.UsualLatencyMs:0.#}");
        }
    }

    private static string TimeText(long unixMs) => DateTimeOffset.FromUnixTimeMilliseconds(unixMs).ToString("HH:mm'Z'", CultureInfo.InvariantCulture);
}
