using System.Collections.Immutable;

namespace VirtAgents.Core.Metrics;

/// <summary>Computes one value of a derived metric. History and live figures both come from here, so they cannot differ.</summary>
internal static class DerivedFraction
{
    /// <summary>Numerator, in the unit of the value, and denominator; or why there is no value.</summary>
    public static UnknownReason Evaluate<TInputs>(DerivedMetric metric, in TInputs inputs, out double amount, out double weight)
        where TInputs : IDerivedInputs
    {
        (amount, weight) = (0, 0);
        if (metric.FreshBy is { } by && inputs.Freshness(by) is var stale and not UnknownReason.None)
        {
            return stale;
        }

        Reckoned lead = inputs.Growth(metric.Lead, out long elapsedMs);
        Reckoned elapsed = lead.IsKnown ? elapsedMs / 1000.0 : lead;
        Reckoned numerator = Sum(metric.Amount, inputs, elapsed, elapsedMs);
        Reckoned denominator = Sum(metric.Weight, inputs, elapsed, elapsedMs);
        UnknownReason unknown = (numerator + denominator).Unknown;
        if (unknown != UnknownReason.None)
        {
            return unknown;
        }

        if (numerator.Number < 0 || denominator.Number < 0)
        {
            return UnknownReason.Contradiction;
        }

        (amount, weight) = (metric.Factor * numerator.Number, denominator.Number);
        amount = metric.Ceiling is { } ceiling ? Math.Min(amount, ceiling * weight) : amount;
        return weight > 0 ? UnknownReason.None : UnknownReason.ZeroDenominator;
    }

    /// <summary>The value, or why there is none.</summary>
    public static Reckoned ValueOf<TInputs>(DerivedMetric metric, in TInputs inputs)
        where TInputs : IDerivedInputs =>
        Evaluate(metric, inputs, out double amount, out double weight) is var unknown and not UnknownReason.None ? unknown : amount / weight;

    private static Reckoned Sum<TInputs>(ImmutableArray<DerivedTerm> terms, in TInputs inputs, Reckoned elapsed, long elapsedMs)
        where TInputs : IDerivedInputs
    {
        Reckoned sum = Reckoned.Zero;
        foreach (DerivedTerm term in terms)
        {
            Reckoned value = Of(term, inputs, elapsed, elapsedMs);
            if (value.IsKnown || !term.IsOptional)
            {
                sum = term.IsSubtracted ? sum - value : sum + value;
            }
        }

        return sum;
    }

    private static Reckoned Of<TInputs>(DerivedTerm term, in TInputs inputs, Reckoned elapsed, long elapsedMs)
        where TInputs : IDerivedInputs
    {
        switch (term.Kind)
        {
            case DerivedTermKind.Elapsed:
                return elapsed;
            case DerivedTermKind.ElapsedTimesHeld:
                return elapsed * NotNegative(inputs.Held(term.Metric));
            case DerivedTermKind.Held:
                return NotNegative(inputs.Held(term.Metric));
            case DerivedTermKind.Level:
                return NotNegative(inputs.Level(term.Metric));
            default:
                // A growth over another time than that of the leading counter: it missed the tick before.
                Reckoned growth = inputs.Growth(term.Metric, out long milliseconds);
                return growth.IsKnown && elapsed.IsKnown && milliseconds != elapsedMs ? UnknownReason.NotSampled : growth;
        }
    }

    // All levels are sizes or numbers of something.
    private static Reckoned NotNegative(Reckoned level) => level.IsKnown && level.Number < 0 ? UnknownReason.Contradiction : level;
}
