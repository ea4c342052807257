using System.Text;
using VirtAgents.Core.Model;

namespace VirtAgents.Hypervisors.Libvirt;

/// <summary>What the slow tier needs to know of a VM; immutable, replaced as a whole.</summary>
/// <param name="Info">The VM in the inventory.</param>
/// <param name="Condition">State as the events tell it.</param>
internal sealed record VmEntry(VmInfo Info, VmCondition Condition)
{
    private readonly (byte[] Target, int Index)[] _disks =
        [.. Info.Disks.Select(disk => (Encoding.UTF8.GetBytes(disk.Target), disk.Index))];

    /// <summary>Index of the disk of that target, or -1 when the inventory does not have it (yet).</summary>
    public int DiskIndex(ReadOnlySpan<byte> target)
    {
        foreach ((byte[] name, int index) in _disks)
        {
            if (target.SequenceEqual(name))
            {
                return index;
            }
        }

        return -1;
    }

    /// <summary>The sampled condition with what only an event could tell: that an I/O error was a lack of space.</summary>
    public VmCondition Refine(VmCondition sampled) =>
        sampled is { State: VmState.Paused, Reason: VmStateReason.IoError } && Condition.Reason == VmStateReason.NoSpace
            ? sampled with { Reason = VmStateReason.NoSpace }
            : sampled;
}
