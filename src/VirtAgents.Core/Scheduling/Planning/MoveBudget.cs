namespace VirtAgents.Core.Scheduling.Planning;

/// <summary>What a plan may cost.</summary>
/// <param name="Moves">Migrations.</param>
/// <param name="PromisedGb">Promised memory of the VMs moved, GiB.</param>
/// <param name="UsedGb">Memory in use of the VMs moved, GiB.</param>
internal readonly record struct MoveBudget(int Moves, double PromisedGb, double UsedGb)
{
    public static MoveBudget Unlimited { get; } = new(int.MaxValue, double.PositiveInfinity, double.PositiveInfinity);

    public bool Covers(in MoveBudget cost) => cost.Moves <= Moves && cost.PromisedGb <= PromisedGb && cost.UsedGb <= UsedGb;

    public MoveBudget Plus(in MoveBudget other, int sign = 1) =>
        new(Moves + (sign * other.Moves), PromisedGb + (sign * other.PromisedGb), UsedGb + (sign * other.UsedGb));

    public MoveBudget AtMost(int? moves, double? gb) =>
        new(Math.Min(Moves, moves ?? int.MaxValue), Math.Min(PromisedGb, gb ?? double.PositiveInfinity), UsedGb);
}
