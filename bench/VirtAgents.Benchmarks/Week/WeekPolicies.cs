using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Planning;

namespace VirtAgents.Benchmarks.Week;

/// <summary>Who plays a week. All is as shipped, but for goals, modes and hours, and what arguments say.</summary>
internal sealed record WeekPolicies
{
    public const string UsualNight = "22:00-06:00";

    private static readonly ScheduleRule
        Empty = new("empty drained hosts", PlanGoal.Evacuate, ScheduleMode.Auto) { Hold = TimeSpan.Zero },
        Relieve = new("no hot hosts", PlanGoal.Relieve, ScheduleMode.Auto),
        Even = new("even load", PlanGoal.Balance, ScheduleMode.Auto),
        Fewer = new("fewer hosts at night", PlanGoal.Consolidate, ScheduleMode.Auto);

    /// <summary>Balance at all hours.</summary>
    public static SchedulePolicy Always { get; } = Of(Empty, Even);

    /// <summary>Whether schedulers are there once more, looking ahead.</summary>
    public bool LooksAhead { get; init; }

    /// <summary>When hosts are emptied, instead of balanced.</summary>
    public PolicyHours Night { get; init; } = HoursOf(UsualNight)!;

    /// <summary>Whether the policy for nights relieves full hosts at all hours.</summary>
    public bool Relieves { get; init; }

    /// <summary>Spread of load from which on the policy for nights balances by day.</summary>
    public double Imbalance { get; init; } = Even.Imbalance;

    /// <summary>Most moves of a plan for fewer hosts.</summary>
    public int Moves { get; init; } = Fewer.MaxMoves;

    /// <summary>Whether no VM has a disk that only its host reaches.</summary>
    public bool SharesAll { get; init; }

    /// <summary>Balance by day, and fewer hosts by night.</summary>
    public SchedulePolicy ByHours
    {
        get
        {
            PolicyHours day = Night with { FromMinute = Night.ToMinute % PolicyHours.MinutesPerDay, ToMinute = Night.FromMinute };
            (ScheduleRule even, ScheduleRule fewer) = (Even with { Hours = day, Imbalance = Imbalance }, Fewer with { Hours = Night, MaxMoves = Moves });
            return Relieves ? Of(Empty, Relieve, even, fewer) : Of(Empty, even, fewer);
        }
    }

    /// <summary>Takes the words that are told before the numbers.</summary>
    /// <param name="args">Arguments; without the words afterwards.</param>
    /// <param name="policies">What they say; null = one of them is wrong, and people were told.</param>
    public static bool TryTake(ref string[] args, [NotNullWhen(true)] out WeekPolicies? policies)
    {
        policies = new();
        while (policies is not null && args is [[> '9', ..], ..])
        {
            (WeekPolicies? more, int taken) = policies.With(args);
            (policies, args) = (more, args[taken..]);
        }

        if (policies is null)
        {
            Console.Error.WriteLine($"'{string.Join(' ', args.Take(2))}' is not 'ahead', 'relieve', 'shared', 'imbalance' or 'moves' with a number, or 'night' with a span of a day such as {UsualNight}, not from midnight");
        }

        return policies is not null;
    }

    /// <summary>All of them, in the order of tables.</summary>
    public IEnumerable<IWeekBalancer> Balancers()
    {
        yield return new IdleBalancer();
        yield return new GreedyBalancer(Even.Imbalance);
        yield return new ScheduledBalancer("scheduler", Always, looksAhead: false);
        yield return new ScheduledBalancer("fewer hosts at night", ByHours, looksAhead: false);
        if (LooksAhead)
        {
            yield return new ScheduledBalancer("looking ahead", Always, looksAhead: true);
            yield return new ScheduledBalancer("night, ahead", ByHours, looksAhead: true);
        }
    }

    private (WeekPolicies? Policies, int Taken) With(string[] args) => args switch
    {
        ["ahead", ..] => (this with { LooksAhead = true }, 1),
        ["relieve", ..] => (this with { Relieves = true }, 1),
        ["shared", ..] => (this with { SharesAll = true }, 1),
        ["night", var span, ..] when HoursOf(span) is { } night => (this with { Night = night }, 2),
        ["moves", var most, ..] when int.TryParse(most, NumberStyles.None, CultureInfo.InvariantCulture, out int moves) => (this with { Moves = moves }, 2),
        ["imbalance", var least, ..] when double.TryParse(least, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double spread) => (this with { Imbalance = spread }, 2),
        _ => (null, 0),
    };

    // A night from midnight on would leave a day that ends at no minute of a day.
    private static PolicyHours? HoursOf(string span) => PolicyHours.TrySpan(span, out int from, out int to) && from > 0 ? new(from, to, [], IsUtc: true) : null;

    private static SchedulePolicy Of(params ScheduleRule[] rules) => SchedulePolicy.None with { Rules = [.. rules], VcpuRatio = WeekWorld.VcpuRatio };
}
