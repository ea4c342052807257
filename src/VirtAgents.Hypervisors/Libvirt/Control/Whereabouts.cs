namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>What another host says of a VM.</summary>
/// <param name="Condition">Its condition there; null when it is not there, or could not be asked for.</param>
/// <param name="Problem">Why it could not be asked for; empty when it could.</param>
/// <param name="IsSilent">The other host said neither yes nor no in time, so it may hang.</param>
internal sealed record Whereabouts(VmCondition? Condition, string Problem, bool IsSilent)
{
    /// <summary>The first thing that the other host lacks for the VM; empty = nothing, or nobody asked.</summary>
    public string Lacks { get; init; } = "";

    public static Whereabouts Silent(string problem) => new(null, problem, true);
}
