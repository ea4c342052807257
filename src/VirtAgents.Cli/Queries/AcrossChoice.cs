using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Queries;

/// <summary>How the series of a group become one.</summary>
/// <param name="Name">As written on the command line.</param>
/// <param name="Across">As asked of the collector.</param>
/// <param name="Percentile">Over 0, at most 100; 0 for everything else.</param>
internal sealed record AcrossChoice(string Name, Across Across, double Percentile = 0)
{
    public const string Forms = "values, sum, avg, min, max, count or a percentile such as p95 or p99.9";

    public static IReadOnlyList<string> Examples { get; } = ["values", "sum", "avg", "min", "max", "count", "p50", "p95", "p99"];

    public static AcrossChoice Values { get; } = new("values", Across.Unspecified);

    public static bool TryParse(string text, out AcrossChoice choice)
    {
        Across? across = text switch
        {
            "values" => Across.Unspecified,
            "sum" => Across.Sum,
            "avg" => Across.Avg,
            "min" => Across.Min,
            "max" => Across.Max,
            "count" => Across.Count,
            _ => null,
        };
        choice = across is { } known ? new AcrossChoice(text, known) : new AcrossChoice(text, Across.Percentile, AggregateChoice.PercentileOf(text));
        return across is not null || choice.Percentile is > 0 and <= 100;
    }
}
