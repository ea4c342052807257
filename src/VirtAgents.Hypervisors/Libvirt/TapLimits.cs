using System.ComponentModel;
using VirtAgents.Hypervisors.Libvirt.Control;
using VirtAgents.Hypervisors.Linux;

namespace VirtAgents.Hypervisors.Libvirt;

/// <summary>Limits of interfaces on hosts where libvirt does not set them: the kernel is asked for the token bucket of each tap.</summary>
internal sealed class TapLimits(InterfaceShaping shaping)
{
    /// <summary>A definition with the limits that are in force.</summary>
    public DomainDefinition Complete(DomainDefinition definition) => shaping != InterfaceShaping.Tap
        ? definition
        : definition with { Interfaces = [.. definition.Interfaces.Select(Complete)] };

    private static DomainInterface Complete(DomainInterface card) =>
        card.Target.Length == 0 ? card : card with { LimitInBytesPerSecond = RateOf(card.Target) };

    /// <summary>Null when the kernel does not say, and when somebody else has put something there.</summary>
    private static long? RateOf(string tap)
    {
        try
        {
            long rate = TrafficControl.RateOf(tap, out string? foreign);
            return foreign is null ? rate : null;
        }
        catch (Win32Exception)
        {
            return null; // it has gone, or the agent may not ask
        }
    }
}
