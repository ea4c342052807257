namespace VirtAgents.Simulation.Workloads;

internal sealed class DiurnalWorkload(WorkloadDefinition definition, ulong seed)
    : Workload(definition, TimeSpan.FromDays(1), seed)
{
    private const double Quiet = 0.25;
    private const double Spread = 0.08;

    public override Demand At(long second, long sinceBoot)
    {
        // People of one office share the day: phases differ by at most a twelfth of it.
        double place = ((second + (Phase / 12)) % PeriodSeconds) / (double)PeriodSeconds;
        double day = Quiet + ((1 - Quiet) * Hill(place));
        return Demand.Of(Definition, day * Noise.Around(Spread, Seed, 2, second));
    }

    /// <summary>
    /// A hill of height 1 in the middle of the cycle. A parabola instead of a sine: it needs only exact arithmetic,
    /// so runs are equal on every machine.
    /// </summary>
    private static double Hill(double place)
    {
        double x = Math.Clamp((place - 0.25) * 2, 0, 1);
        return 4 * x * (1 - x);
    }
}
