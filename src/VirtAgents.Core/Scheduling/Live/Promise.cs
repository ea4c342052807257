using VirtAgents.Core.Model;

namespace VirtAgents.Core.Scheduling.Live;

/// <summary>Why a VM is on its way to a host.</summary>
public enum PromiseKind
{
    /// <summary>It is moved there.</summary>
    Move = 0,

    /// <summary>It is started there.</summary>
    Start = 1,

    /// <summary>It is recovered there from a host that is off.</summary>
    Recovery = 2,
}

/// <summary>Something that is promised to a VM on its way to a host, and is not seen there yet.</summary>
/// <param name="Host">The host.</param>
/// <param name="Vm">The VM.</param>
/// <param name="Kind">Why it is on its way.</param>
public readonly record struct Promise(HostId Host, VmInfo Vm, PromiseKind Kind);
