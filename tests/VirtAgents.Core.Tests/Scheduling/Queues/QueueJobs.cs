using CsCheck;
using VirtAgents.Core.Scheduling.Queues;

namespace VirtAgents.Core.Tests.Scheduling.Queues;

/// <summary>Jobs for tests.</summary>
internal static class QueueJobs
{
    public const int Processors = 8;

    /// <summary>Any jobs that fit on the processors, in order of submission; with many of the same instant and the same estimate.</summary>
    public static Gen<ReplayedJob[]> Any { get; } = Of(Gen.Int[1, 4]);

    /// <summary>Likewise, with estimates that are never too short.</summary>
    public static Gen<ReplayedJob[]> WithSafeEstimates { get; } = Of(Gen.Int[2, 4]);

    public static ReplayedJob Job(int number, double submitted, long processors, double estimate, double? run = null, int? priority = null, string tenant = "") =>
        new(new QueuedRequest(number, submitted, new Resources(processors), estimate, priority, tenant), run ?? estimate);

    public static double[] Replay(IReadOnlyList<ReplayedJob> jobs, string discipline, Backfilling backfilling, double aging = 1) =>
        new QueueReplay(new Resources(Processors), QueueDisciplines.Named(discipline, aging)!, backfilling).Run(jobs);

    private static Gen<ReplayedJob[]> Of(Gen<int> halvesOfRun) =>
        Gen.Select(Gen.Frequency((2, Gen.Const(0)), (3, Gen.Int[0, 40])), Gen.Int[1, Processors], Gen.Int[1, 100], halvesOfRun, Gen.Int[0, 3])
            .Array[1, 60]
            .Select(Jobs);

    private static ReplayedJob[] Jobs((int Gap, int Processors, int Run, int Halves, int Priority)[] parts)
    {
        double submitted = 0;
        return [.. parts.Select((part, i) => Job(i, submitted += part.Gap / 1.3, part.Processors, part.Run * part.Halves / 2.0, part.Run, part.Priority == 0 ? null : part.Priority))];
    }
}
