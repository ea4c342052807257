using VirtAgents.Hypervisors.Libvirt.Native;

namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>A limit of libvirt's that is wanted.</summary>
/// <param name="Name">libvirt's name of it.</param>
/// <param name="Type">Type that libvirt expects.</param>
/// <param name="Value">What to set.</param>
internal sealed record Limit(string Name, TypedValueType Type, long Value)
{
    /// <summary>Whether a value that was read back is the one wanted; null = when it is equal.</summary>
    public Func<long, bool>? HoldsFor { get; init; }

    public bool Holds(IReadOnlyDictionary<string, long> values) =>
        values.TryGetValue(Name, out long value) && (HoldsFor?.Invoke(value) ?? value == Value);
}
