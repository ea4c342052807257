using System.Diagnostics;
using System.Globalization;

namespace VirtAgents.EndToEnd.Tests.Fuzz;

/// <summary>How long a fuzz test runs: 10 s each by default, so that the suite stays short; VIRTAGENTS_FUZZ_SECONDS sets another time.</summary>
internal sealed class FuzzBudget
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly TimeSpan _limit = TimeSpan.FromSeconds(double.Parse(
        Environment.GetEnvironmentVariable("VIRTAGENTS_FUZZ_SECONDS") ?? "10", CultureInfo.InvariantCulture));

    /// <summary>Seed of the run; printed by failing tests, set by VIRTAGENTS_FUZZ_SEED to repeat one.</summary>
    public int Seed { get; } = int.Parse(Environment.GetEnvironmentVariable("VIRTAGENTS_FUZZ_SEED") ?? "20261122", CultureInfo.InvariantCulture);

    public bool IsLeft => _watch.Elapsed < _limit;
}
