using VirtAgents.Core.Scheduling.Clusters;
using VirtAgents.Core.Scheduling.Planning;

namespace VirtAgents.Core.Tests.Scheduling;

/// <summary>Carries a plan out on paper, wave by wave, and tells the first thing that is not possible. Written without the planner's own state.</summary>
internal static class PlanReplay
{
    public static string? FirstFault(ClusterSnapshot cluster, MigrationPlan plan, int concurrent)
    {
        var at = cluster.Vms.ToDictionary(v => v.Id, v => v.Host);
        foreach (IGrouping<int, PlannedMove> wave in plan.Moves.GroupBy(m => m.Wave))
        {
            if (Fault(cluster, at, [.. wave], concurrent) is { } fault)
            {
                return $"wave {wave.Key}: {fault}";
            }

            foreach (PlannedMove move in wave)
            {
                at[move.Vm] = move.To;
            }
        }

        return plan.Moves.Select(m => m.Wave).SequenceEqual(plan.Moves.Select(m => m.Wave).Order()) ? null : "waves are out of order";
    }

    private static string? Fault(ClusterSnapshot cluster, Dictionary<string, string> at, PlannedMove[] wave, int concurrent)
    {
        if (wave.Select(m => m.Vm).Distinct().Count() != wave.Length)
        {
            return "a VM is moved twice";
        }

        var arriving = wave.ToDictionary(m => m.Vm, m => m.To);
        foreach (PlannedMove move in wave)
        {
            ClusterHost host = cluster.Hosts.Single(h => h.Id == move.To);
            ClusterVm vm = cluster.Vms.Single(v => v.Id == move.Vm);
            ClusterVm[] there = [.. cluster.Vms.Where(v => at[v.Id] == move.To || arriving.GetValueOrDefault(v.Id) == move.To)];
            string? fault = at[move.Vm] != move.From ? "not where it should be"
                : vm.IsPinned ? "pinned"
                : host.Availability != HostAvailability.Online ? "target takes none"
                : there.Sum(v => v.MemoryMb) + host.ReservedMemoryMb > host.Size.MemoryMb ? "memory"
                : there.Sum(v => v.Vcpus) > cluster.Limits.VcpuRatio * host.Size.CpuCores ? "vCPUs"
                : there.Any(v => v.Id != vm.Id && v.AntiAffinity.Intersect(vm.AntiAffinity).Any()) ? "anti-affinity"
                : wave.Count(m => m.From == move.To || m.To == move.To) > concurrent || wave.Count(m => m.From == move.From || m.To == move.From) > concurrent ? "concurrency"
                : null;
            if (fault is not null)
            {
                return $"{move.Vm} {move.From} to {move.To}: {fault}";
            }
        }

        return null;
    }
}
