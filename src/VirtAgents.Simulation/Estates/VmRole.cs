using VirtAgents.Simulation.Workloads;

namespace VirtAgents.Simulation.Estates;

/// <summary>A kind of VM that the generator makes.</summary>
/// <param name="Name">First part of its name.</param>
/// <param name="Weight">How often it comes, out of the sum of all weights.</param>
/// <param name="MemoryGibPerVcpu">Memory for each vCPU.</param>
/// <param name="MostVcpus">2, 4 or 8: the largest size it comes in.</param>
/// <param name="Workload">What it does.</param>
internal sealed record VmRole(string Name, int Weight, int MemoryGibPerVcpu, int MostVcpus, WorkloadDefinition Workload)
{
    /// <summary>A mix as a medium-sized company has it; the shares are a choice, not a measurement.</summary>
    public static IReadOnlyList<VmRole> All { get; } =
    [
        new("web", 7, 2, 4, new(WorkloadKind.Diurnal, 55, 50, 200_000, 400_000, 1_500_000, 5_000_000)),
        new("db", 4, 4, 8, new(WorkloadKind.Diurnal, 45, 80, 6_000_000, 4_000_000, 2_000_000, 3_000_000)),
        new("cache", 2, 4, 4, new(WorkloadKind.Constant, 15, 85, 20_000, 60_000, 4_000_000, 4_000_000)),
        new("ci", 3, 2, 8, new(WorkloadKind.Bursty, 95, 45, 3_000_000, 8_000_000, 1_000_000, 300_000)),
        new("batch", 2, 2, 8, new(WorkloadKind.Batch, 90, 60, 10_000_000, 5_000_000, 500_000, 500_000)),
        new("app", 1, 2, 4, new(WorkloadKind.Leak, 25, 35, 100_000, 200_000, 600_000, 600_000)),
        new("guest", 1, 2, 8, new(WorkloadKind.NoisyNeighbour, 100, 50, 20_000_000, 20_000_000, 2_000_000, 8_000_000)),
    ];

    /// <summary>The role a number stands for, by weight.</summary>
    public static VmRole Pick(ulong number)
    {
        int place = (int)(number % (ulong)All.Sum(role => role.Weight));
        foreach (VmRole role in All)
        {
            place -= role.Weight;
            if (place < 0)
            {
                return role;
            }
        }

        return All[^1];
    }
}
