using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Libvirt.Native;
using VirtAgents.Hypervisors.Linux;

namespace VirtAgents.Hypervisors.Libvirt;

/// <summary>What the watch reacts to, one at a time.</summary>
internal abstract record WatchMessage
{
    /// <summary>A callback of libvirt, with the number of the connection it came over.</summary>
    internal sealed record FromLibvirt(int Generation, RawEvent Event) : WatchMessage;

    /// <summary>An attempt to connect has ended.</summary>
    internal sealed record Connected(int Generation, LibvirtSession? Session, string Uri, string Problem) : WatchMessage;

    /// <summary>It is time for the next attempt.</summary>
    internal sealed record Retry : WatchMessage;

    /// <summary>It is time to compare with a listing.</summary>
    internal sealed record Reconcile : WatchMessage;

    /// <summary>Somebody has missed events.</summary>
    internal sealed record Repeat : WatchMessage;

    /// <summary>Something was done to a VM of which no event may tell.</summary>
    internal sealed record Recheck(Guid Vm) : WatchMessage;

    /// <summary>A QEMU process has ended.</summary>
    internal sealed record ProcessEnded(ProcessExit Exit) : WatchMessage;

    /// <summary>A lost monitor has had its time to turn out to be the end of the VM.</summary>
    internal sealed record ControlErrorOver(HostEvent Happened, int DomainId) : WatchMessage;

    /// <summary>libvirt has had its time to say why a process ended.</summary>
    internal sealed record GraceOver(ProcessExit Exit) : WatchMessage;
}
