namespace VirtAgents.Simulation.Faults;

/// <summary>Names one VM: by name or UUID, or by its number.</summary>
/// <param name="Name">Name or UUID; empty when the VM is meant by number.</param>
/// <param name="Host">With a number: the host whose VMs are counted (as at the beginning); empty = those of the whole estate.</param>
/// <param name="Index">Number from 0, in the order of the estate.</param>
public sealed record VmSelector(string Name, string Host = "", int Index = 0)
{
    /// <summary>The VM of that name or UUID.</summary>
    public static VmSelector ByName(string name) => new(name);

    /// <summary>The VM of that number, of one host or (empty) of the whole estate.</summary>
    public static VmSelector ByIndex(int index, string host = "") => new("", host, index);

    /// <inheritdoc/>
    public override string ToString() => Name.Length > 0 ? $"VM '{Name}'" : $"VM number {Index}{(Host.Length > 0 ? " of host " + Host : "")}";
}
