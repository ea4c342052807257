using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Metrics;

/// <summary>A metric that is computed from stored ones when it is asked for: factor × amount / weight.</summary>
/// <param name="Number">Number in stored summaries, from 10,001, beyond those of sampled metrics; never used for another metric.</param>
/// <param name="Name">Public name.</param>
/// <param name="Kind">Kind of subject it belongs to.</param>
/// <param name="Unit">Unit of the value.</param>
/// <param name="Factor">100 for percent, 1,000 for milliseconds, else 1.</param>
/// <param name="Amount">Terms of the numerator. The metric of the first one gives the times.</param>
/// <param name="Weight">Terms of the denominator. Where it is 0 there is no value.</param>
/// <param name="FreshBy">Metric that has to move for the value to count; null = none.</param>
/// <param name="Ceiling">Greatest value, at which it saturates; null = none.</param>
public sealed record DerivedMetric(
    ushort Number,
    string Name,
    SubjectKind Kind,
    string Unit,
    double Factor,
    ImmutableArray<DerivedTerm> Amount,
    ImmutableArray<DerivedTerm> Weight,
    MetricId? FreshBy = null,
    double? Ceiling = null)
{
    /// <summary>How long the last value of a held gauge counts; milliseconds.</summary>
    public const long HoldMs = 15 * 60_000;

    /// <summary>The metrics it needs, each once, and how far before the first wanted time; milliseconds.</summary>
    public IEnumerable<(MetricId Metric, long LookbackMs)> Inputs =>
        Amount.Concat(Weight)
            .Where(t => t.Kind != DerivedTermKind.Elapsed)
            .Select(t => (t.Metric, t.IsHeld ? HoldMs : SeriesValues.GrowthLookbackMs))
            .Concat(FreshBy is { } fresh ? [(fresh, SeriesValues.GrowthLookbackMs)] : [])
            .Distinct();

    /// <summary>The metric that gives the times.</summary>
    public MetricId Lead => Amount[0].Metric;

    /// <summary>The counter of which it is the growth per second and nothing else; null when it is more.</summary>
    public MetricId? IsRateOf =>
        Factor == 1 && FreshBy is null && Ceiling is null && Amount is [{ Kind: DerivedTermKind.Growth, IsSubtracted: false } only] && Weight is [{ Kind: DerivedTermKind.Elapsed }]
            ? only.Metric
            : null;

    /// <summary>The formula as people write it. Δ = growth since the reading before.</summary>
    public string Formula
    {
        get
        {
            StringBuilder text = new();
            if (Factor != 1)
            {
                text.Append(CultureInfo.InvariantCulture, $"{Factor} × ");
            }

            text.Append(Sum(Amount)).Append(" / ").Append(Sum(Weight));
            if (Ceiling is { } ceiling)
            {
                text.Insert(0, string.Create(CultureInfo.InvariantCulture, $"min({ceiling}, ")).Append(')');
            }

            if (FreshBy is { } fresh)
            {
                text.Append(CultureInfo.InvariantCulture, $", while {MetricCatalogue.Find(fresh)?.Name} moves");
            }

            return text.ToString();
        }
    }

    private static string Sum(ImmutableArray<DerivedTerm> terms)
    {
        StringBuilder text = new();
        foreach (DerivedTerm term in terms)
        {
            text.Append(term.IsSubtracted ? " − " : text.Length > 0 ? " + " : "").Append(term);
        }

        bool isSimple = terms.Length == 1 && terms[0].Kind != DerivedTermKind.ElapsedTimesHeld;
        return isSimple ? text.ToString() : $"({text})";
    }
}
