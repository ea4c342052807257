using VirtAgents.Cli.Formatting;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Queries;

/// <summary>A question over time, with everything the command line left open filled in.</summary>
internal sealed record MetricQuery
{
    public required IReadOnlyList<string> Metrics { get; init; }

    public string Vm { get; init; } = "";

    public string Host { get; init; } = "";

    public string Cluster { get; init; } = "";

    public string Tenant { get; init; } = "";

    public string Pool { get; init; } = "";

    public string Name { get; init; } = "";

    public string Device { get; init; } = "";

    public required TimePoint From { get; init; }

    public TimePoint? To { get; init; }

    public required DateTimeOffset Now { get; init; }

    public StepChoice? GivenStep { get; init; }

    /// <summary>Null = rate for counters, avg for everything else.</summary>
    public AggregateChoice? Aggregate { get; init; }

    public GroupBy By { get; init; }

    public AcrossChoice Across { get; init; } = AcrossChoice.Values;

    /// <summary>0 = all.</summary>
    public int Top { get; init; }

    /// <summary>0 = not asked for.</summary>
    public int Bottom { get; init; }

    public Fill Fill { get; init; }

    public bool IsExact { get; init; }

    public bool Explains { get; init; }

    public DateTimeOffset FromInstant => From.At(Now);

    public DateTimeOffset ToInstant => To?.At(Now) ?? Now;

    public StepChoice Step => GivenStep ?? StepChoice.For(ToInstant - FromInstant);

    public bool HasPercentiles => Aggregate?.Percentile > 0 || Across.Percentile > 0;

    // Relative times go relative where the protocol can say it: the collector's clock is the one that counts.
    private long FromUnixMs => To is null && From.Ago is { } ago ? -(long)ago.TotalMilliseconds : FromInstant.ToUnixTimeMilliseconds();

    private long ToUnixMs => To is null ? 0 : ToInstant.ToUnixTimeMilliseconds();

    /// <summary>What is wrong with the question; null = nothing.</summary>
    public string? Problem()
    {
        if (FromInstant >= ToInstant)
        {
            return $"--from ({Instants.Utc(FromInstant.ToUnixTimeMilliseconds())}) must be before --to ({Instants.Utc(ToInstant.ToUnixTimeMilliseconds())}).";
        }

        if (Step.IsRaw && NeedingSteps().FirstOrDefault() is { } option)
        {
            return $"{option} needs steps; leave out '--step raw'.";
        }

        if (Step.IsRaw && Vm.Length > 0 && Host.Length > 0)
        {
            return "give --vm or --host, not both, with '--step raw'.";
        }

        if (Across != AcrossChoice.Values && By == GroupBy.Unspecified)
        {
            return "--across needs groups; add --by.";
        }

        return Top > 0 && Bottom > 0 ? "give --top or --bottom, not both." : null;
    }

    public QueryMetricsRequest ToRequest() => new()
    {
        Metrics = { Metrics },
        Vm = Vm,
        Host = Host,
        Cluster = Cluster,
        Tenant = Tenant,
        Pool = Pool,
        Name = Name,
        Device = Device,
        FromUnixMs = FromUnixMs,
        ToUnixMs = ToUnixMs,
        StepMs = (ulong)Step.Length.TotalMilliseconds,
        Aggregate = Aggregate?.Aggregate ?? Protocol.V1.Aggregate.Unspecified,
        Percentile = Aggregate?.Percentile ?? 0,
        GroupBy = By,
        Across = Across.Across,
        AcrossPercentile = Across.Percentile,
        Top = (uint)(Top + Bottom),
        Extreme = Bottom > 0 ? Extreme.Smallest : Extreme.Unspecified,
        Fill = Fill,
        Exact = IsExact,
    };

    /// <summary>For the values as they are stored.</summary>
    public QueryRangeRequest ToRangeRequest(string metric) => new()
    {
        Metric = metric, Host = Host, Vm = Vm, Device = Device, FromUnixMs = FromUnixMs, ToUnixMs = ToUnixMs,
    };

    private IEnumerable<string> NeedingSteps()
    {
        (string Option, bool IsGiven)[] options =
        [
            ("--agg", Aggregate is not null), ("--cluster", Cluster.Length > 0), ("--tenant", Tenant.Length > 0), ("--pool", Pool.Length > 0),
            ("--name", Name.Length > 0), ("--by", By != GroupBy.Unspecified), ("--across", Across != AcrossChoice.Values), ("--top", Top > 0),
            ("--bottom", Bottom > 0), ("--fill", Fill != Fill.Unspecified), ("--exact", IsExact), ("--explain", Explains),
        ];
        return options.Where(o => o.IsGiven).Select(o => o.Option);
    }
}
