namespace VirtAgents.Core.Detection.Liveness;

/// <summary>How rare a value of the standard normal distribution is, exact far out in the tail as well.</summary>
/// <remarks>
/// Near the middle the power series of Abramowitz and Stegun, Handbook of Mathematical Functions, 26.2.11; beyond 3
/// the continued fraction 26.2.14, of which only the logarithm is taken: the tail itself would be 0 from about 38 on.
/// </remarks>
internal static class NormalTail
{
    private const double Join = 3;

    // From Join on the rest of the fraction is below the rounding of a double.
    private const int Terms = 40;

    private static readonly double LogRootTwoPi = 0.5 * Math.Log(2 * Math.PI);

    /// <summary>-log10 of the probability of a value above <paramref name="z"/>; 0 or more, finite for every |z| below 1e150.</summary>
    public static double MinusLog10(double z) => z switch
    {
        >= Join => -LogFarTail(z) / Math.Log(10),
        <= -Join => Math.Max(0, -Math.Log10(1 - Math.Exp(LogFarTail(-z)))),
        _ => -Math.Log10(0.5 - NearMiddle(z)),
    };

    private static double LogFarTail(double z)
    {
        double rest = z;
        for (int k = Terms; k > 0; k--)
        {
            rest = z + (k / rest);
        }

        return (-0.5 * z * z) - LogRootTwoPi - Math.Log(rest);
    }

    // Probability between 0 and z, negative below 0.
    private static double NearMiddle(double z)
    {
        double term = z;
        double sum = z;
        for (int odd = 3; Math.Abs(term) > 1e-17; odd += 2)
        {
            term *= z * z / odd;
            sum += term;
        }

        return sum * Math.Exp((-0.5 * z * z) - LogRootTwoPi);
    }
}
