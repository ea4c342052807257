using VirtAgents.Cli.Formatting;
using VirtAgents.Core.Scheduling.Queues;

namespace VirtAgents.Cli.Queues;

/// <summary>What a trace is replayed with.</summary>
/// <param name="Trace">File of the trace.</param>
/// <param name="Processors">All that there are.</param>
/// <param name="Discipline">Order of the queue.</param>
/// <param name="Backfilling">What may pass a head that does not fit.</param>
/// <param name="Limit">First so many jobs only; 0 = all.</param>
/// <param name="Load">Times between submissions are divided by it.</param>
/// <param name="EstimateFactor">Estimates are multiplied by it.</param>
internal sealed record QueueSettings(
    string Trace, int Processors, IQueueDiscipline Discipline, Backfilling Backfilling, int Limit, double Load, double EstimateFactor)
{
    /// <summary>Names of what may pass a head that does not fit.</summary>
    public static EnumNames<Backfilling> Backfillings { get; } = new("none");
}
