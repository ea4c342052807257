using System.Collections.Immutable;
using VirtAgents.Simulation.Estates;

namespace VirtAgents.Simulation.Scenarios;

/// <summary>A scripted world. docs/scenarios.md tells the file format.</summary>
/// <param name="Estate">What there is at the beginning.</param>
/// <param name="Start">What the clocks show at the beginning of an offline run; a live run begins now.</param>
/// <param name="Duration">Length of an offline run; a live run goes on after it.</param>
/// <param name="Steps">What is done to the world, by time.</param>
/// <param name="DescribesEstate">The file says itself what hosts there are; false = they were given to the reader.</param>
public sealed record Scenario(
    EstateDefinition Estate, DateTimeOffset Start, TimeSpan Duration, ImmutableArray<ScenarioStep> Steps, bool DescribesEstate = false)
{
    /// <summary>Start of offline runs unless the file says otherwise.</summary>
    public static DateTimeOffset DefaultStart { get; } = new(2026, 1, 1, 8, 0, 0, TimeSpan.Zero);

    /// <summary>A world at its beginning, with all steps planned.</summary>
    /// <param name="start">What the clocks show; null = <see cref="Start"/>.</param>
    public World CreateWorld(DateTimeOffset? start = null)
    {
        World world = new(Estate, start ?? Start);
        foreach (ScenarioStep step in Steps)
        {
            world.Plan(step.At, step.Fault);
        }

        return world;
    }
}
