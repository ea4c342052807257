using VirtAgents.Core.Scheduling.Planning;

namespace VirtAgents.Core.Scheduling.Control;

/// <summary>What became of what was expected of a move. The numbers are stored: never reuse one.</summary>
public enum MoveVerdict
{
    /// <summary>It has not ended, or what it did cannot be told.</summary>
    Unknown = 0,

    /// <summary>It did what it was for, about in the time expected.</summary>
    AsExpected = 1,

    /// <summary>It did what it was for, and took more than twice the time expected.</summary>
    Slower = 2,

    /// <summary>It was to bring loads nearer to one another, and they were further apart afterwards; or to relieve a host that had more to do afterwards.</summary>
    NoGain = 3,

    /// <summary>It failed.</summary>
    Failed = 4,
}

/// <summary>CPU in use on the two hosts of a move, share 0 to 1; null = unknown.</summary>
/// <param name="From">On the host it left.</param>
/// <param name="To">On the host it went to.</param>
public readonly record struct LoadPair(double? From, double? To);

/// <summary>Time that a move took beside the planner's estimate, seconds.</summary>
/// <param name="Planned">Estimate by memory, link and rate of change alone; more than 0.</param>
/// <param name="Measured">From its beginning on the host to its end.</param>
public readonly record struct MoveTime(double Planned, double Measured);

/// <summary>What the newest moves of a cluster tell of the next ones.</summary>
/// <param name="TimeFactor">What the planner's times are multiplied by; 1 before there are enough moves.</param>
/// <param name="DowntimeMs">How long a guest is expected to stand still; null before there are enough moves.</param>
public readonly record struct MoveLearning(double TimeFactor, double? DowntimeMs);

/// <summary>Compares what was expected of moves with what was measured, and learns from it. Pure.</summary>
public static class MoveOutcome
{
    /// <summary>How long after a move loads are compared: agents tell of slow figures each 15 s, and a guest needs some time to go on as before.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromMinutes(1);

    /// <summary>Moves from which on times are learnt.</summary>
    public const int LeastMoves = 3;

    /// <summary>Newest moves that are learnt from.</summary>
    public const int MostMoves = 50;

    private const double SlowerBy = 2, SlowerSeconds = 5, Noise = 0.02;

    /// <summary>What the planner's estimates are multiplied by to fit the cluster: the median of what newest moves took beside them; 1 before there are enough.</summary>
    /// <param name="newest">Newest moves that succeeded; at most <see cref="MostMoves"/> count.</param>
    public static double TimeFactor(IEnumerable<MoveTime> newest)
    {
        ArgumentNullException.ThrowIfNull(newest);
        double[] ratios = [.. newest.Take(MostMoves).Where(m => m is { Planned: > 0, Measured: > 0 }).Select(m => m.Measured / m.Planned).Order()];
        return ratios.Length < LeastMoves ? 1 : Median(ratios);
    }

    /// <summary>How long the guest of a move is expected to stand still: the median of what those of the newest moves did; null before there are enough.</summary>
    /// <param name="newest">Downtimes of the newest moves that succeeded and were measured, milliseconds; at most <see cref="MostMoves"/> count.</param>
    public static double? Downtime(IEnumerable<long> newest)
    {
        ArgumentNullException.ThrowIfNull(newest);
        double[] downtimes = [.. newest.Take(MostMoves).Where(ms => ms >= 0).Select(ms => (double)ms).Order()];
        return downtimes.Length < LeastMoves ? null : Median(downtimes);
    }

    /// <summary>What became of a move that has ended.</summary>
    /// <param name="goal">What it was for.</param>
    /// <param name="state">How it ended.</param>
    /// <param name="predictedSeconds">Time it was expected to take.</param>
    /// <param name="measuredSeconds">Time it took; null = unknown.</param>
    /// <param name="before">Loads before.</param>
    /// <param name="after">Loads after.</param>
    public static MoveVerdict VerdictOf(PlanGoal goal, StepState state, double predictedSeconds, double? measuredSeconds, LoadPair before, LoadPair after)
    {
        if (state != StepState.Done)
        {
            return state == StepState.Failed ? MoveVerdict.Failed : MoveVerdict.Unknown;
        }

        if (goal is PlanGoal.Balance or PlanGoal.Relieve)
        {
            if (Change(goal, before, after) is not { } change)
            {
                return MoveVerdict.Unknown;
            }

            if (change > Noise)
            {
                return MoveVerdict.NoGain;
            }
        }

        return measuredSeconds is not { } took ? MoveVerdict.Unknown
            : took > (SlowerBy * predictedSeconds) + SlowerSeconds ? MoveVerdict.Slower
            : MoveVerdict.AsExpected;
    }

    private static double Median(double[] ascending) => (ascending[(ascending.Length - 1) / 2] + ascending[ascending.Length / 2]) / 2;

    // What was to fall. A host that was full may stay so: those that waited there use what became free.
    private static double? Change(PlanGoal goal, LoadPair before, LoadPair after) =>
        goal == PlanGoal.Relieve ? after.From - before.From : Distance(after) - Distance(before);

    private static double? Distance(LoadPair pair) => pair is { From: { } from, To: { } to } ? Math.Abs(from - to) : null;
}
