using VirtAgents.Benchmarks;
using VirtAgents.Benchmarks.Week;

// Whole-run measurements that print figures beside a floor or a peer; each is one file named after its subcommand.
var benches = new SortedDictionary<string, Func<string[], int>>(StringComparer.Ordinal)
{
    ["anomalies"] = AnomalyBench.Run,
    ["backtest"] = BacktestBench.Run,
    ["consolidation"] = ConsolidationBench.Run,
    ["directives"] = DirectiveBench.Run,
    ["faults"] = FaultBench.Run,
    ["forecasts"] = ForecastBench.Run,
    ["incidents"] = IncidentBench.Run,
    ["influx"] = InfluxBench.Run,
    ["exposition"] = ExpositionBench.Run,
    ["influx-encode"] = InfluxEncodeBench.Run,
    ["ingest"] = IngestBench.Run,
    ["live-anomalies"] = LiveAnomalyBench.Run,
    ["live-means"] = LiveMeansBench.Run,
    ["patterns"] = PatternsBench.Run,
    ["pools"] = PoolFillBench.Run,
    ["peers"] = PeerBench.Run,
    ["plan"] = PlanBench.Run,
    ["queue"] = QueueBench.Run,
    ["requests"] = RequestBench.Run,
    ["sampling"] = SamplingBench.Run,
    ["simulation"] = SimulationBench.Run,
    ["storage"] = StorageBench.Run,
    ["week"] = WeekBench.Run,
    ["wire"] = WireBench.Run,
};

if (args.Length == 0 || !benches.TryGetValue(args[0], out Func<string[], int>? run))
{
    Console.Error.WriteLine($"usage: VirtAgents.Benchmarks {string.Join('|', benches.Keys)} [ARGUMENTS]");
    return 2;
}

Console.WriteLine(Machine.Describe());
return run(args[1..]);
