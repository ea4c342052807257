namespace VirtAgents.Core.Scheduling.Consolidation;

/// <summary>The data centre in which consolidation is compared in the literature; facts of the experiment, not figures to tune.</summary>
/// <remarks>
/// Beloglazov and Buyya, "Optimal online deterministic algorithms and adaptive heuristics for energy and performance efficient
/// dynamic consolidation of virtual machines in cloud data centers", Concurrency and Computation 24(13), 2012, section 6; watts of
/// the hosts from the published SPECpower_ssj2008 results of the two models. Load: a day of PlanetLab, CPU percent each 5 minutes.
/// Memory does not bind, as in the experiment.
/// </remarks>
public static class PlanetLabExperiment
{
    /// <summary>Number of hosts.</summary>
    public const int Hosts = 800;

    /// <summary>Time between two samples, seconds.</summary>
    public const double StepSeconds = 300;

    /// <summary>What a migration copies each second, MB: half of 1 Gbit/s.</summary>
    public const double CopiedMbPerSecond = 62.5;

    /// <summary>Part of its demand that a VM does not get while it moves, ratio.</summary>
    public const double LostWhileMoving = 0.1;

    private static readonly HostModel[] HostModels =
    [
        new("HP ProLiant ML110 G4", 2 * 1860, [86, 89.4, 92.6, 96, 99.5, 102, 106, 108, 112, 114, 117]),
        new("HP ProLiant ML110 G5", 2 * 2660, [93.7, 97, 101, 105, 110, 116, 121, 125, 129, 133, 135]),
    ];

    private static readonly VmModel[] VmModels = [new(2500, 870), new(2000, 1740), new(1000, 1740), new(500, 613)];

    /// <summary>The hosts by index: both models in turn.</summary>
    public static IReadOnlyList<HostModel> AllHosts() => [.. Enumerable.Range(0, Hosts).Select(host => HostModels[host % HostModels.Length])];

    /// <summary>The VMs by index: four models, each a quarter of them, the largest first.</summary>
    /// <param name="count">How many there are.</param>
    public static IReadOnlyList<VmModel> Vms(int count)
    {
        int quarter = (count + VmModels.Length - 1) / VmModels.Length;
        return [.. Enumerable.Range(0, count).Select(vm => VmModels[vm / quarter])];
    }
}
