namespace VirtAgents.Simulation.Faults;

/// <summary>What became of a step that was asked for while the world goes on.</summary>
/// <param name="Verdict">Whether it was done.</param>
/// <param name="Problems">Why not; empty when it was done.</param>
public sealed record Injection(InjectionVerdict Verdict, IReadOnlyList<string> Problems)
{
    /// <summary>It was done.</summary>
    public static Injection Done { get; } = new(InjectionVerdict.Done, []);
}
