using VirtAgents.Cli.Formatting;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Queries;

/// <summary>A question over time, with everything the command line left open filled in.</summary>
internal sealed record RangeQuery
{
    public required string Metric { get; init; }

    public string Host { get; init; } = "";

    public string Vm { get; init; } = "";

    public string Device { get; init; } = "";

    public required TimePoint From { get; init; }

    public TimePoint? To { get; init; }

    public required DateTimeOffset Now { get; init; }

    public StepChoice? GivenStep { get; init; }

    public AggregateChoice? GivenAggregate { get; init; }

    public DateTimeOffset FromInstant => From.At(Now);

    public DateTimeOffset ToInstant => To?.At(Now) ?? Now;

    public StepChoice Step => GivenStep ?? StepChoice.For(ToInstant - FromInstant);

    /// <summary>Null for values as they are stored.</summary>
    public AggregateChoice? Aggregate => Step.IsRaw ? null : GivenAggregate ?? AggregateChoice.DefaultFor(Metric);

    /// <summary>What is wrong with the question; null = nothing.</summary>
    public string? Problem()
    {
        if (FromInstant >= ToInstant)
        {
            return $"--from ({Instants.Utc(FromInstant.ToUnixTimeMilliseconds())}) must be before --to ({Instants.Utc(ToInstant.ToUnixTimeMilliseconds())}).";
        }

        if (Vm.Length > 0 && Host.Length > 0)
        {
            return "give --vm or --host, not both.";
        }

        return Step.IsRaw && GivenAggregate is not null ? "--agg needs steps; leave out '--step raw'." : null;
    }

    public QueryRangeRequest ToRequest() => new()
    {
        Metric = Metric,
        Host = Host,
        Vm = Vm,
        Device = Device,
        // Relative times go relative where the protocol can say it: the collector's clock is the one that counts.
        FromUnixMs = To is null && From.Ago is { } ago ? -(long)ago.TotalMilliseconds : FromInstant.ToUnixTimeMilliseconds(),
        ToUnixMs = To is null ? 0 : ToInstant.ToUnixTimeMilliseconds(),
        StepMs = (ulong)Step.Length.TotalMilliseconds,
        Aggregate = Aggregate?.Aggregate ?? VirtAgents.Protocol.V1.Aggregate.Unspecified,
        Percentile = Aggregate?.Percentile ?? 0,
    };
}
