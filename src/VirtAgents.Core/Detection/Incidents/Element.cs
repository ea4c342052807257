namespace VirtAgents.Core.Detection.Incidents;

/// <summary>What an element is. The numbers are part of the API and of the control database: never reuse one.</summary>
public enum ElementKind
{
    /// <summary>Not an element.</summary>
    Unspecified = 0,

    /// <summary>One VM.</summary>
    Vm = 1,

    /// <summary>One host.</summary>
    Host = 2,

    /// <summary>One storage pool: of a host, or shared by the hosts of a cluster.</summary>
    Pool = 3,

    /// <summary>One interface or network of a host.</summary>
    Network = 4,
}

/// <summary>One part of the estate that may fail, and that others may depend on.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Id">
/// What tells it from others of its kind: the UUID of a VM or host; <c>host UUID/name</c> of a local pool or an interface;
/// <c>cluster/name</c> of a pool that hosts share.
/// </param>
public readonly record struct Element(ElementKind Kind, string Id)
{
    /// <summary>Kind and identity, for people and logs.</summary>
    public override string ToString() => $"{Kind} {Id}";
}
