using VirtAgents.Core.Model;

namespace VirtAgents.Core.Scheduling.Requests;

/// <summary>What becomes of a waiting request now.</summary>
public enum RequestAction
{
    /// <summary>It waits.</summary>
    Wait = 0,

    /// <summary>Its VM is started.</summary>
    Start = 1,

    /// <summary>It ends: its deadline is over.</summary>
    Expire = 2,

    /// <summary>It ends: the VM is not what was to be started any more.</summary>
    Overtake = 3,

    /// <summary>Its VM is moved to another host first.</summary>
    Move = 4,
}

/// <summary>What was decided for a waiting request.</summary>
/// <param name="Request">The request.</param>
/// <param name="Action">What becomes of it.</param>
/// <param name="Reason">Why, for people.</param>
public sealed record RequestDecision(StartRequest Request, RequestAction Action, string Reason)
{
    /// <summary>Place in the order of its cluster, from 1; null = it is not in it now.</summary>
    public int? Place { get; init; }

    /// <summary>Host that its VM is moved to; null = none.</summary>
    public HostId? Target { get; init; }

    /// <summary>Earliest start of the head of its host's queue by the estimates, milliseconds since 1970 UTC; null = nothing is promised.</summary>
    public long? ReservationUnixMs { get; init; }
}
