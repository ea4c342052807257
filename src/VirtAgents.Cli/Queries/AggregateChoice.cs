using System.Globalization;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Queries;

/// <summary>How the values of a step become one.</summary>
/// <param name="Name">As written on the command line.</param>
/// <param name="Aggregate">As asked of the collector.</param>
/// <param name="Percentile">Over 0, at most 100; 0 for every other aggregate.</param>
internal sealed record AggregateChoice(string Name, Aggregate Aggregate, double Percentile = 0)
{
    public const string Forms = "avg, sum, min, max, last, count, rate, stddev or a percentile such as p95 or p99.9";

    public static IReadOnlyList<string> Examples { get; } = ["avg", "sum", "min", "max", "last", "count", "rate", "stddev", "p50", "p95", "p99"];

    public static bool TryParse(string text, out AggregateChoice choice)
    {
        var aggregate = text switch
        {
            "avg" => Aggregate.Avg,
            "sum" => Aggregate.Sum,
            "min" => Aggregate.Min,
            "max" => Aggregate.Max,
            "last" => Aggregate.Last,
            "count" => Aggregate.Count,
            "rate" => Aggregate.Rate,
            "stddev" => Aggregate.Stddev,
            _ => Aggregate.Unspecified,
        };
        choice = new AggregateChoice(text, aggregate);
        if (aggregate != Aggregate.Unspecified)
        {
            return true;
        }

        choice = new AggregateChoice(text, Aggregate.Percentile, PercentileOf(text));
        return choice.Percentile is > 0 and <= 100;
    }

    /// <summary>The name of what the collector did.</summary>
    public static string NameOf(Aggregate done, AggregateChoice? asked) =>
        asked is not null && asked.Aggregate == done ? asked.Name : done.ToString().ToLowerInvariant();

    /// <summary>The number of a percentile such as p95; 0 = it is none.</summary>
    public static double PercentileOf(string text) =>
        text.StartsWith('p') && double.TryParse(text.AsSpan(1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percentile) ? percentile : 0;
}
