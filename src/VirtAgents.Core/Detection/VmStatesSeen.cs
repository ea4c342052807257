using VirtAgents.Core.Detection.Patterns;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection;

/// <summary>The states of VMs of one host as lines of the feed tell them, as far as time has come. Not thread-safe.</summary>
/// <param name="lines">The lines, in order.</param>
/// <param name="starts">Takes them too; null = nobody asks when VMs began.</param>
internal sealed class VmStatesSeen(IReadOnlyList<FleetEvent> lines, StartTimes? starts = null)
{
    private readonly Dictionary<VmId, (VmState State, string Name)> _states = [];
    private int _next;

    public void To(long unixMs)
    {
        for (; _next < lines.Count && lines[_next].ReceivedUnixMs <= unixMs; _next++)
        {
            starts?.Note(lines[_next].Event);
            if (lines[_next].Event is { Vm: { } vm, State: var state } happened && (state != VmState.Unknown || happened.Kind == HostEventKind.VmUnknown))
            {
                _states[vm] = (state, happened.VmName);
            }
        }
    }

    /// <summary>Whether a line has told the state.</summary>
    public bool Knows(VmId vm) => _states.ContainsKey(vm);

    public VmState Of(VmId vm) => _states.TryGetValue(vm, out (VmState State, string Name) seen) ? seen.State : VmState.Unknown;

    /// <summary>The name that lines call it by; empty = there was none.</summary>
    public string NameOf(VmId vm) => _states.TryGetValue(vm, out (VmState State, string Name) seen) ? seen.Name : "";
}
