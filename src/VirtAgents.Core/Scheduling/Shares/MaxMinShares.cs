namespace VirtAgents.Core.Scheduling.Shares;

/// <summary>Divides a capacity: weighted max-min fair. Pure.</summary>
/// <remarks>
/// Progressive filling (Bertsekas and Gallager, "Data Networks", 2nd ed., section 6.5.2) for one link: all shares grow together, each in
/// proportion to its weight, until one has all it can use; the others go on with what is left. A share with a floor begins at its floor and joins when
/// the level of the others reaches it. What all of them hold at a level grows in straight pieces, so that the level at which the capacity is used up is found
/// in one pass over the sorted levels at which a share begins or ends to grow.
/// </remarks>
public static class MaxMinShares
{
    /// <summary>The shares, in the order of the claims: nobody gets more than it can use, and together they get the capacity or all they can use.</summary>
    /// <param name="capacity">What there is; from 0.</param>
    /// <param name="claims">Who wants what.</param>
    /// <returns>A share for each claim. Floors that are together above the capacity are divided in the same manner, and nobody gets more.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A weight is not above 0, or an amount below 0 or no number.</exception>
    public static double[] Divide(double capacity, IReadOnlyList<ShareClaim> claims)
    {
        ArgumentNullException.ThrowIfNull(claims);
        Check(capacity, claims);
        if (claims.Sum(c => c.Least) > capacity)
        {
            claims = [.. claims.Select(c => new ShareClaim(c.Least, c.Weight))];
        }

        double level = LevelOf(capacity, claims);
        return [.. claims.Select(c => Held(c, level))];
    }

    private static double Held(in ShareClaim claim, double level) => Math.Clamp(level * claim.Weight, claim.Least, claim.Most);

    private static double LevelOf(double capacity, IReadOnlyList<ShareClaim> claims)
    {
        ShareClaim[] growers = [.. claims.Where(c => c.Most > c.Least)];
        (double Level, double Weight)[] turns =
        [
            .. growers.Select(c => (c.Least / c.Weight, c.Weight)), .. growers.Select(c => (c.Most / c.Weight, -c.Weight)),
        ];

        // Who begins and ends at one level, as far as numbers tell, has to begin first.
        Array.Sort(turns, (a, b) => a.Level.CompareTo(b.Level) is not 0 and var order ? order : b.Weight.CompareTo(a.Weight));
        double left = capacity - claims.Sum(c => c.Least), level = 0, growing = 0;
        foreach ((double at, double weight) in turns)
        {
            double needed = (at - level) * growing;
            if (needed > left)
            {
                break;
            }

            (left, level) = (left - needed, at);

            // Sums of weights that come and go leave dust, and by dust nothing may be divided.
            growing = Math.Max(0, growing + weight);
        }

        return growing > 0 ? level + (left / growing) : level;
    }

    private static void Check(double capacity, IReadOnlyList<ShareClaim> claims)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        if (!double.IsFinite(capacity) || claims.Any(c => !(c is { Weight: > 0, Demand: >= 0, Floor: >= 0, Ceiling: null or >= 0 } && double.IsFinite(c.Weight))))
        {
            throw new ArgumentOutOfRangeException(nameof(claims), "weights are finite and above 0, amounts from 0");
        }
    }
}
