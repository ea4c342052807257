using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using VirtAgents.Core.Model;
using VirtAgents.Simulation.Estates;

namespace VirtAgents.Simulation.Scenarios;

/// <summary>Runs a scenario offline, as fast as it can, sampling every host as an agent would.</summary>
public sealed class ScenarioRunner
{
    private static readonly TimeSpan FastInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SlowInterval = TimeSpan.FromSeconds(15);
    private readonly SampleSet _samples = new();
    private long _sampleCount;
    private long _valueCount;

    /// <summary>What the last run was; null until it has been read to its end.</summary>
    public ScenarioSummary? Summary { get; private set; }

    /// <summary>Reads a scenario; false with every error (path, problem, allowed range) when it has any.</summary>
    public static bool TryLoad(string json, [NotNullWhen(true)] out Scenario? scenario, out IReadOnlyList<string> errors) =>
        TryLoad(json, null, out scenario, out errors);

    /// <summary>Reads a scenario that need not say what there is.</summary>
    /// <param name="json">Text of the file.</param>
    /// <param name="usual">Estate of a file that has neither an estate nor hosts; the seed of the file goes before this one's.</param>
    /// <param name="scenario">What was read; null when there are errors.</param>
    /// <param name="errors">Every error: path, problem, allowed range.</param>
    public static bool TryLoad(
        string json, EstateOptions? usual, [NotNullWhen(true)] out Scenario? scenario, out IReadOnlyList<string> errors)
    {
        ArgumentNullException.ThrowIfNull(json);
        List<string> found = [];
        scenario = ScenarioReader.Read(json, usual, found);
        errors = found;
        return scenario is not null;
    }

    /// <summary>Everything that happens, in order, while it happens: the run goes on as the result is read.</summary>
    public IEnumerable<SimulatedEvent> Run(Scenario scenario)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        Summary = null;
        _sampleCount = 0;
        _valueCount = 0;
        World world = scenario.CreateWorld();
        SortedDictionary<HostEventKind, int> kinds = [];
        int refused = 0;
        TimeSpan nextFast = FastInterval, nextSlow = SlowInterval;
        while (world.Elapsed < scenario.Duration)
        {
            TimeSpan next = Earliest(scenario.Duration, nextFast, nextSlow);
            foreach (SimulatedEvent happened in world.Step(next - world.Elapsed))
            {
                Count(happened, kinds, ref refused);
                yield return happened;
            }

            nextFast = SampleWhenDue(world, SampleTier.Fast, nextFast, FastInterval);
            nextSlow = SampleWhenDue(world, SampleTier.Slow, nextSlow, SlowInterval);
        }

        Summary = new(
            world.HostCount, scenario.Estate.VmCount, world.Elapsed, _sampleCount, _valueCount, refused, kinds.ToImmutableSortedDictionary());
    }

    private static TimeSpan Earliest(TimeSpan first, TimeSpan second, TimeSpan third)
    {
        TimeSpan earlier = first < second ? first : second;
        return earlier < third ? earlier : third;
    }

    private static void Count(SimulatedEvent happened, SortedDictionary<HostEventKind, int> kinds, ref int refused)
    {
        if (happened.Event is HostEvent seen)
        {
            kinds[seen.Kind] = kinds.GetValueOrDefault(seen.Kind) + 1;
        }

        refused += happened.Kind == SimulatedEventKind.Refused ? 1 : 0;
    }

    private TimeSpan SampleWhenDue(World world, SampleTier tier, TimeSpan due, TimeSpan interval)
    {
        if (world.Elapsed < due)
        {
            return due;
        }

        for (int host = 0; host < world.HostCount; host++)
        {
            _samples.Reset();
            world.Sample(host, tier, _samples);
            CountValues();
        }

        return due + interval;
    }

    private void CountValues()
    {
        _sampleCount += _samples.TableCount > 0 ? 1 : 0;
        for (int i = 0; i < _samples.TableCount; i++)
        {
            SampleTable table = _samples[i];
            for (int row = 0; row < table.RowCount; row++)
            {
                for (int column = 0; column < table.Metrics.Length; column++)
                {
                    _valueCount += table.TryGet(row, column, out _) ? 1 : 0;
                }
            }
        }
    }
}
