namespace VirtAgents.Core.Detection.Patterns;

/// <summary>A running VM, when it began, and whether it waits in the newest window.</summary>
/// <param name="Vm">The VM; its newest windows are those since it runs, learnt or not.</param>
/// <param name="StartedUnixMs">When it began to run, by the clock of its host; milliseconds since 1970 UTC, 0 = unknown.</param>
public sealed record StartedVm(NeighbourVm Vm, long StartedUnixMs)
{
    /// <summary>Whether it waits for CPU by the limit of <see cref="NeighbourJudge"/>.</summary>
    internal bool WaitsForCpu => ScarcityJudge.Symptom(Vm, isCpu: true) >= NeighbourJudge.LeastStealPercent;

    /// <summary>Whether it waits for its disks by the limit of <see cref="NeighbourJudge"/>; not when nothing usual is known.</summary>
    internal bool WaitsForDisks => ScarcityJudge.Symptom(Vm, isCpu: false) >= NeighbourJudge.LatencyLimit(Vm);

    internal bool Waits => WaitsForCpu || WaitsForDisks;

    internal bool IsKnown => !(double.IsNaN(ScarcityJudge.Symptom(Vm, isCpu: true)) && double.IsNaN(ScarcityJudge.Symptom(Vm, isCpu: false)));
}
