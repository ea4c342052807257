using VirtAgents.Simulation.Faults;

namespace VirtAgents.Simulation.Worlds;

/// <summary>
/// Tells a fault that is still the same from one that ended and began anew meanwhile, so that the end planned for the
/// first does not end the second.
/// </summary>
internal sealed class FaultTokens
{
    private readonly Dictionary<FaultKind, int> _tokens = [];

    public int Current(FaultKind kind) => _tokens.GetValueOrDefault(kind);

    public int Renew(FaultKind kind) => _tokens[kind] = Current(kind) + 1;
}
